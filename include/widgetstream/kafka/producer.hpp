#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// A record that did not reach its topic, whole, so that a handler can decide on it.
struct DeliveryFailure {
  std::string topic;
  std::int32_t partition = -1;
  NullableBytes key;
  NullableBytes value;
  Headers headers;
  Timestamp timestamp = no_timestamp;
  /// retriable: the broker was away too long, or the client had to be replaced. bad_record: it will never be taken (too
  /// large). task_migrated: given up by discard(). fatal: nothing will be delivered any more.
  ErrorKind error = ErrorKind::fatal;
  std::string message;
  /// True: the client had to be replaced, and took down what it had. No record is to blame, so there is nothing to decide
  /// about them: what sent them is done again.
  bool client_replaced = false;
};

/// What became of the records of one sender: it counts those under way and keeps those that failed.
///
/// Threads  one sender at a time, and the client's threads at once with it. What the two count lies apart, so that
///          neither waits for the other's cache line.
class Deliveries {
 public:
  [[nodiscard]] std::int64_t underWay() const noexcept {
    const std::int64_t ended = ended_.load(std::memory_order_acquire);  // first: it must not overtake what began
    return began_.load(std::memory_order_acquire) - ended;
  }
  [[nodiscard]] bool anyFailed() const noexcept { return failed_.load(std::memory_order_acquire); }
  [[nodiscard]] std::vector<DeliveryFailure> takeFailures() {
    const std::lock_guard lock{mutex_};
    failed_.store(false, std::memory_order_release);
    return std::exchange(failures_, {});
  }

  // For producers.
  void began() noexcept { began_.store(began_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }
  void succeeded() noexcept { ended_.fetch_add(1, std::memory_order_release); }
  void failed(DeliveryFailure failure) {
    {
      const std::lock_guard lock{mutex_};
      failures_.push_back(std::move(failure));
      failed_.store(true, std::memory_order_release);
    }
    ended_.fetch_add(1, std::memory_order_release);
  }

 private:
  alignas(64) std::atomic<std::int64_t> began_{0};  // the sender's
  alignas(64) std::atomic<std::int64_t> ended_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::vector<DeliveryFailure> failures_;  // guarded by mutex_
};

/// One stream of records of a sender, a changelog for example: remembers the offset that the newest acknowledged one got.
///
/// Must live until nothing of its deliveries is under way.
struct DeliveryChannel {
  explicit DeliveryChannel(Deliveries& told) : deliveries(told) {}

  Deliveries& deliveries;
  std::atomic<std::int64_t> last_offset{-1};

  // For producers. Acknowledgements of a partition come in order, but a channel may span partitions.
  void acknowledged(std::int64_t offset) noexcept {
    if (offset > last_offset.load(std::memory_order_relaxed)) last_offset.store(offset, std::memory_order_release);
    deliveries.succeeded();
  }
};

/// Lets the producer choose: by Java's murmur2 of the key, any partition for a null key.
inline constexpr std::int32_t any_partition = -1;

/// A record on its way out; the views are copied by send().
struct OutgoingRecord {
  std::int32_t partition = any_partition;
  NullableBytesView key;
  NullableBytesView value;
  /// no_timestamp: the client's clock.
  Timestamp timestamp = no_timestamp;
  const Headers* headers = nullptr;
};

/// Writes records to topics, in order per partition, each once while the producer lives (idempotent).
///
/// Threads  every call may come from any thread.
class Producer {
 public:
  /// A topic as this producer knows it: look it up once, send often.
  class Topic;

  virtual ~Producer() = default;

  /// The topic's handle; the same one for the same name, alive as long as the producer.
  [[nodiscard]] virtual Topic& topic(const std::string& name) = 0;
  /// Partitions of a topic; 0 when it does not exist. Asks the broker at the first call and when it is stale.
  [[nodiscard]] virtual std::int32_t partitionCount(Topic& topic, Milliseconds timeout) = 0;

  /// Queues a record and returns true; false when the queue is full: poll() and send again.
  /// The outcome is told to `channel`.
  /// Errors  Error{bad_record} for one that no broker would take (larger than message.max.bytes).
  [[nodiscard]] virtual bool send(Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel) = 0;

  /// Serves what the client has to tell; `timeout` bounds the wait for it.
  virtual void poll(Milliseconds timeout) = 0;
  /// About how much memory the records take that are not acknowledged; 0 where none wait.
  [[nodiscard]] virtual std::size_t queuedBytes() const { return 0; }
  /// Sends what lingers now and waits until nothing of `deliveries` is under way; false when `timeout` passed first.
  [[nodiscard]] virtual bool flush(Deliveries& deliveries, Milliseconds timeout) = 0;

  /// Gives up everything under way: what is not with the broker yet stays here. All of it is told as failed, with
  /// ErrorKind::task_migrated. Records that are sent later go their way.
  virtual void discard() = 0;
};

}  // namespace widgetstream
