#include "kafka/librdkafka/admin_requests.hpp"

#include <array>

#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/partition_list.hpp"

namespace widgetstream::rdkafka {
namespace {

using Reason = std::array<char, 512>;

void throwIfUnanswered(rd_kafka_event_t* answer, const std::string& what) {
  if (const auto code = rd_kafka_event_error(answer)) {
    throw Error{kindOf(code),
                what + " failed with " + rd_kafka_err2name(code) + ": " + rd_kafka_event_error_string(answer)};
  }
}

}  // namespace

AdminOptionsHandle optionsFor(rd_kafka_t* client, rd_kafka_admin_op_t operation, Milliseconds timeout) {
  AdminOptionsHandle options{rd_kafka_AdminOptions_new(client, operation)};
  Reason reason{};
  const int millis = static_cast<int>(timeout.count());
  throwIfFailed(rd_kafka_AdminOptions_set_request_timeout(options.get(), millis, reason.data(), reason.size()),
                "an admin request's timeout");
  // Only some operations have one.
  (void)rd_kafka_AdminOptions_set_operation_timeout(options.get(), millis, reason.data(), reason.size());
  return options;
}

EventHandle answerOf(rd_kafka_queue_t* answers, Milliseconds timeout, const std::string& what) {
  // librdkafka ends the request at its timeout; the second more is for the way back.
  EventHandle answer{rd_kafka_queue_poll(answers, static_cast<int>(timeout.count()) + 1000)};
  if (!answer) throw Error{ErrorKind::retriable, what + " has not been answered in time"};
  throwIfUnanswered(answer.get(), what);
  return answer;
}

DeleteRecordsRequest::DeleteRecordsRequest(rd_kafka_t* client, const std::map<TopicPartition, std::int64_t>& before,
                                           Milliseconds timeout)
    : answers_(rd_kafka_queue_new(client)) {
  if (before.empty()) {
    finished_ = true;
    return;
  }
  what_ = "deleting records of " + toString(before.begin()->first) + " and others";
  const ListHandle list = emptyList(before.size());
  for (const auto& [partition, offset] : before) append(*list, partition).offset = offset;
  const DeleteRecordsHandle request{rd_kafka_DeleteRecords_new(list.get())};
  rd_kafka_DeleteRecords_t* pointer = request.get();
  const auto options = optionsFor(client, RD_KAFKA_ADMIN_OP_DELETERECORDS, timeout);
  rd_kafka_DeleteRecords(client, &pointer, 1, options.get(), answers_.get());
}

bool DeleteRecordsRequest::finished() {
  if (finished_) return true;
  const EventHandle answer{rd_kafka_queue_poll(answers_.get(), 0)};
  if (answer) check(answer);
  return finished_;
}

void DeleteRecordsRequest::await(Milliseconds timeout) {
  if (!finished_) check(answerOf(answers_.get(), timeout, what_));
}

void DeleteRecordsRequest::check(const EventHandle& answer) {
  finished_ = true;
  throwIfUnanswered(answer.get(), what_);
  const auto* const results = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(answer.get()));
  for (const auto& entry : entries(*results)) {
    throwIfFailed(entry.err, "deleting records of " + toString(partitionOf(entry)));
  }
}

}  // namespace widgetstream::rdkafka
