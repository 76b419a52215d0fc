#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/task/task_deliveries.hpp"
#include "runtime/task/task_environment.hpp"
#include "runtime/threads/thread_lease.hpp"
#include "widgetstream/core/task_id.hpp"
#include "widgetstream/processor/record_context.hpp"

namespace widgetstream {

/// A record that goes to the dead letters, with its bytes as they were read and what went wrong.
struct DeadLetter {
  const RecordContext& at;
  NullableBytesView key;
  NullableBytesView value;
  std::string exception;
  std::string message;
  std::string node;
};

/// The way of a task's records to the producer: waits while the producer is full, and knows what became of them.
///
/// Threads  the task's stream thread.
/// Errors   Error{retriable} from sends when the application is being stopped and the producer stays full.
class RecordCollector {
 public:
  RecordCollector(const TaskEnvironment& environment, TaskId task, std::shared_ptr<TaskDeliveries> deliveries);

  /// Waits for room. Errors  Error{bad_record} for a record that no broker would take; as ThreadLease::beforeSending().
  void send(Producer::Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel) {
    if (lease_) lease_->beforeSending();
    if (!environment_.producer.send(topic, record, channel)) sendWhenThereIsRoom(topic, record, channel);
  }
  [[nodiscard]] Producer& producer() const noexcept { return environment_.producer; }
  [[nodiscard]] TaskDeliveries& deliveries() const noexcept { return *deliveries_; }

  /// Records leave under this lease; null: nobody is asked.
  void sendUnder(ThreadLease* lease) noexcept { lease_ = lease; }

  /// Reports of further records go there.
  void use(std::shared_ptr<TaskDeliveries> deliveries) noexcept { deliveries_ = std::move(deliveries); }

  /// Sends to the dead-letter topic; cuts what is too large for it, and says so in headers.
  void sendDeadLetter(const DeadLetter& letter);

  /// Looks at what failed. A dead letter that was too large is cut and sent again; for a record that will never be
  /// taken, or was not taken in time, `refused` decides; anything else throws.
  /// Errors  Error{fatal} of the first failure, Error{retriable} of a dead letter.
  using Refused = std::function<void(const DeliveryFailure& failure, std::exception_ptr cause)>;
  void settle(const Refused& refused);

 private:
  void sendWhenThereIsRoom(Producer::Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel);
  void sendCutToFit(NullableBytes key, NullableBytes value, Headers headers, Timestamp timestamp, bool first_try);
  [[nodiscard]] Producer::Topic& deadLetterTopic();

  const TaskEnvironment& environment_;
  TaskId task_;
  std::shared_ptr<TaskDeliveries> deliveries_;
  ThreadLease* lease_ = nullptr;
  Producer::Topic* dead_letters_ = nullptr;
  std::shared_ptr<Counter> dead_lettered_;
};

}  // namespace widgetstream
