#include "runtime/task/record_queue.hpp"

#include <algorithm>
#include <exception>

#include "runtime/task/offset_metadata.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {

RecordQueue::RecordQueue(TopicPartition partition, const GraphNode& source, AnyNode& node, bool internal,
                         TaskContext& task)
    : partition_(std::move(partition)),
      source_(source),
      node_(node),
      task_(task),
      decoder_(source.decoder()),
      // What the application wrote itself has a time; Java does not ask the extractor there either (contract 8.1).
      extractor_(internal                     ? TimestampExtractor{}
                 : source.timestamp_extractor ? source.timestamp_extractor
                                              : task.environment.timestamp_extractor),
      internal_(internal) {}

void RecordQueue::reachedEnd(std::int64_t offset) noexcept {
  if (offset < position_) return;
  position_ = offset;
  if (first_ < 0) first_ = offset;
  caught_up_ = true;
}

bool RecordQueue::decodeHead() {
  while (!records_.empty()) {
    if (decode(records_.front())) return decoded_ = true;
    skip();
  }
  return false;
}

void RecordQueue::undecodable(const FetchedRecord& record, const RecordContext& at, ErrorStage stage) {
  task_.decide({task_.environment.deserialization_handler, "deserialization of a record", "deserialization-error",
                source_.name, stage},
               at, record.key, record.value, std::current_exception());
}

bool RecordQueue::decode(const FetchedRecord& record) {
  const Headers* headers = &noHeaders();
  if (record.has_headers) {
    record.headers(headers_);
    headers = &headers_;
  }
  const RecordContext at{partition_.topic, partition_.partition, record.offset, record.timestamp, *headers};
  head_record_.headers = headers;
  head_record_.timestamp = record.timestamp;
  ErrorStage stage = ErrorStage::key_deserialization;
  try {
    head_record_.key = decoder_->key(partition_.topic, record.key);
    stage = ErrorStage::value_deserialization;
    head_record_.value = decoder_->value(partition_.topic, record.value);
  } catch (const Error& error) {
    // A serde's registry is away or refuses this instance: the record is as good as any, and must not be skipped.
    if (error.kind() == ErrorKind::retriable || error.kind() == ErrorKind::fatal) throw;
    undecodable(record, at, stage);
    return false;
  } catch (...) {
    undecodable(record, at, stage);
    return false;
  }
  head_record_.timestamp = timeOf(record, at);
  if (head_record_.timestamp < Timestamp{}) {
    task_.log.warning("a record without a valid time is skipped", {{"task", toString(task_.task)},
                                                                   {"partition", toString(partition_)},
                                                                   {"offset", std::to_string(record.offset)}});
    task_.dropped("invalid-timestamp");
    return false;
  }
  return true;
}

Timestamp RecordQueue::timeOf(const FetchedRecord& record, const RecordContext& at) const {
  const auto place = [&] { return toString(partition_) + " offset " + std::to_string(record.offset); };
  if (!extractor_) {
    if (record.timestamp < Timestamp{})
      throw Error{ErrorKind::fatal, "record " + place() +
                                        " has no valid timestamp: let its producer set one, or give the source a "
                                        "TimestampExtractor"};
    return record.timestamp;
  }
  try {
    return extractor_(head_record_, at, partition_time_);
  } catch (const std::exception& error) {
    throw Error{ErrorKind::fatal,
                "the timestamp extractor of '" + source_.name + "' threw at record " + place() + ": " + error.what()};
  } catch (...) {
    throw Error{ErrorKind::fatal, "the timestamp extractor of '" + source_.name + "' threw at record " + place()};
  }
}

void RecordQueue::skip() noexcept {
  consumed_ = true;
  pop();
}

void RecordQueue::restore(const CommittedOffset& committed, Timestamp partition_time) {
  committed_ = committed;
  first_ = position_ = committed.offset;
  partition_time_ = partition_time;
}

std::optional<CommittedOffset> RecordQueue::committable(const std::map<std::string, std::int64_t>& processor,
                                                        bool even_if_unread) const {
  if (!consumed_ && !even_if_unread) return std::nullopt;
  CommittedOffset now{records_.empty() ? position_ : records_.front().offset,
                      encodeOffsetMetadata({partition_time_, processor})};
  if (now.offset < 0 || now == committed_) return std::nullopt;
  return now;
}

void RecordQueue::markCommitted(const CommittedOffset& committed) {
  committed_ = committed;
}

void RecordQueue::clear() noexcept {
  records_.clear();
  bytes_ = 0;
  decoded_ = false;
  caught_up_ = false;
}

}  // namespace widgetstream
