#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "widgetstream/kafka/producer.hpp"

namespace widgetstream::rdkafka {

/// What becomes of one client. Threads  any.
struct ProducerFate {
  /// What the client gathers into one batch at most; set before it sends anything.
  std::size_t batch_bytes = 0;
  /// Set by the client's callbacks: it delivers nothing more, and its records are for another client.
  std::atomic<bool> done_for{false};
  /// Set before it is purged: nobody wants its records any more.
  std::atomic<bool> discarded{false};
  /// Set before it is purged because another client takes its place.
  std::atomic<bool> replaced{false};

  /// The client's callbacks tell that a topic takes no batches as large as its.
  void refuseBatches(const std::string& topic);
  /// The topic that was told first.
  [[nodiscard]] std::optional<std::string> narrowTopic() const;

 private:
  std::atomic<bool> batches_refused_{false};
  mutable std::mutex mutex_;
  std::string narrow_topic_;  // guarded by mutex_
};

/// Has each record's DeliveryChannel, which is the message's opaque, told what became of it. The client's
/// ClientContext::part is a ProducerFate.
///
/// Threads  an acknowledgement is told by the broker's own thread, as soon as it comes; a failure, which is rare, by the
///          thread that polls. Reports of every record through the poll would cost as much as sending them.
void tellDeliveries(rd_kafka_conf_t* conf);

}  // namespace widgetstream::rdkafka
