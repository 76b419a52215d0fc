#include "runtime/task/record_collector.hpp"

#include <algorithm>
#include <vector>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr Milliseconds wait_for_room{20};

bool isTooLarge(const Error& error) {
  return error.kind() == ErrorKind::bad_record;
}

/// Makes a dead letter smaller; false when nothing is left to cut. The value goes first: key and headers find the
/// record again.
bool cut(NullableBytes& key, NullableBytes& value, Headers& headers) {
  constexpr std::size_t enough = 1024;
  if (value && !value->empty()) {
    value->resize(value->size() > enough ? value->size() / 2 : 0);
    return true;
  }
  const auto largest = std::max_element(headers.begin(), headers.end(), [](const Header& a, const Header& b) {
    return (a.value ? a.value->size() : 0) < (b.value ? b.value->size() : 0);
  });
  if (largest != headers.end() && largest->value && largest->value->size() > enough) {
    largest->value->resize(largest->value->size() / 2);
    return true;
  }
  if (key && !key->empty()) {
    key->resize(key->size() > enough ? key->size() / 2 : 0);
    return true;
  }
  return false;
}

void addSizes(Headers& headers, const NullableBytes& key, const NullableBytes& value) {
  if (lastHeader(headers, dead_letter_header::original_value_bytes)) return;
  headers.push_back({dead_letter_header::original_key_bytes, std::to_string(key ? key->size() : 0)});
  headers.push_back({dead_letter_header::original_value_bytes, std::to_string(value ? value->size() : 0)});
}

NullableBytesView view(const NullableBytes& bytes) {
  return bytes ? NullableBytesView{*bytes} : std::nullopt;
}
NullableBytes copy(NullableBytesView bytes) {
  return bytes ? NullableBytes{Bytes{*bytes}} : std::nullopt;
}

}  // namespace

RecordCollector::RecordCollector(const TaskEnvironment& environment, TaskId task,
                                 std::shared_ptr<TaskDeliveries> deliveries)
    : environment_(environment), task_(task), deliveries_(std::move(deliveries)) {}

void RecordCollector::sendWhenThereIsRoom(Producer::Topic& topic, const OutgoingRecord& record,
                                          DeliveryChannel& channel) {
  do {
    if (environment_.isAborted())
      throw Error{ErrorKind::retriable,
                  "task " + toString(task_) +
                      ": the application stops while the producer's queue is full; nothing of this "
                      "step is committed, it is done again after a restart"};
    environment_.producer.poll(wait_for_room);
  } while (!environment_.producer.send(topic, record, channel));
}

Producer::Topic& RecordCollector::deadLetterTopic() {
  if (!dead_letters_) {
    if (environment_.dead_letter_topic.empty())
      throw Error{ErrorKind::invalid_config,
                  "an error handler of task " + toString(task_) +
                      " asks for a dead letter, but errors.dead.letter.queue.topic.name is not set: set it"};
    dead_letters_ = &environment_.producer.topic(environment_.dead_letter_topic);
    dead_lettered_ = environment_.metrics.counter("widgetstream_dead_letters_total",
                                                  "Records sent to the dead letters.", {{"task", toString(task_)}});
  }
  return *dead_letters_;
}

void RecordCollector::sendDeadLetter(const DeadLetter& letter) {
  namespace header = dead_letter_header;
  Producer::Topic& topic = deadLetterTopic();
  Headers headers = letter.at.headers();
  headers.push_back({header::exception, letter.exception});
  headers.push_back({header::message, letter.message});
  // Java writes a stack trace here, which C++ 20 has none of: the place in the topology stands in for it.
  headers.push_back({header::stacktrace, letter.exception + ": " + letter.message + "\n\tat node " + letter.node +
                                             " (task " + toString(task_) + ")"});
  headers.push_back({header::topic, std::string{letter.at.topic()}});
  headers.push_back({header::partition, std::to_string(letter.at.partition())});
  headers.push_back({header::offset, std::to_string(letter.at.offset())});
  headers.push_back({header::node, letter.node});

  dead_lettered_->add();
  try {
    send(topic, {any_partition, letter.key, letter.value, letter.at.timestamp(), &headers}, deliveries_->dead_letters);
  } catch (const Error& error) {
    if (!isTooLarge(error)) throw;
    sendCutToFit(copy(letter.key), copy(letter.value), std::move(headers), letter.at.timestamp(), true);
  }
}

void RecordCollector::sendCutToFit(NullableBytes key, NullableBytes value, Headers headers, Timestamp timestamp,
                                   bool first_try) {
  if (first_try) addSizes(headers, key, value);
  for (;;) {
    if (!cut(key, value, headers))
      throw Error{ErrorKind::fatal, "the topic '" + environment_.dead_letter_topic +
                                        "' does not even take an empty dead letter: raise its max.message.bytes"};
    try {
      return send(deadLetterTopic(), {any_partition, view(key), view(value), timestamp, &headers},
                  deliveries_->dead_letters);
    } catch (const Error& error) {
      if (!isTooLarge(error)) throw;
    }
  }
}

void RecordCollector::settle(const Refused& refused) {
  while (deliveries_->all.anyFailed()) {
    for (DeliveryFailure& failure : deliveries_->all.takeFailures()) {
      const bool letter = !environment_.dead_letter_topic.empty() && failure.topic == environment_.dead_letter_topic;
      if (letter && failure.client_replaced) {
        // Whose letter it was may not be able to begin anew, and another client takes it as it is.
        send(deadLetterTopic(), {any_partition, view(failure.key), view(failure.value), failure.timestamp, &failure.headers},
             deliveries_->dead_letters);
        continue;
      }
      const bool refusable =
          failure.error == ErrorKind::bad_record || (failure.error == ErrorKind::retriable && !failure.client_replaced);
      if (!refusable || (letter && failure.error == ErrorKind::retriable)) {
        throw Error{failure.error, "task " + toString(task_) + ": a record for topic '" + failure.topic +
                                       "' was not delivered: " + failure.message};
      }
      if (letter) {
        const bool whole = !lastHeader(failure.headers, dead_letter_header::original_value_bytes);
        sendCutToFit(std::move(failure.key), std::move(failure.value), std::move(failure.headers), failure.timestamp,
                     whole);
      } else {
        refused(failure, std::make_exception_ptr(Error{failure.error, failure.message}));
      }
    }
  }
}

}  // namespace widgetstream
