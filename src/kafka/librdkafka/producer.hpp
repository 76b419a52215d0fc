#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kafka/librdkafka/client.hpp"
#include "kafka/librdkafka/delivery_reports.hpp"
#include "widgetstream/kafka/clients.hpp"
#include "widgetstream/kafka/producer.hpp"

namespace widgetstream::rdkafka {

/// Producer on librdkafka: idempotent, acknowledged by all replicas in sync, partitions chosen as Java chooses them.
///
/// A timestamp of exactly 0 is sent as 1: librdkafka takes 0 for "now".
/// An idempotent client that has lost its place in a partition is done for, and says so of everything it still has. Then
/// another client takes its place: what was under way is told as failed and retriable, and later records go on. More than
/// a few times in a minute is an Error{fatal}. Another client, though not that error, comes when a topic refuses a batch for
/// its size: Java's producer
/// splits it, librdkafka fails all of its records; the next client makes batches that this topic takes
/// (`max.message.bytes`), and a record that is too large for itself is told as bad_record. discard() changes the client too: one that is purged would have gaps in its
/// sequence numbers.
class LibrdkafkaProducer final : public Producer {
 public:
  LibrdkafkaProducer(const ProducerSettings& settings, const ClientProperties& common, Logger log);
  ~LibrdkafkaProducer() override;

  [[nodiscard]] Topic& topic(const std::string& name) override;
  [[nodiscard]] std::int32_t partitionCount(Topic& topic, Milliseconds timeout) override;
  [[nodiscard]] bool send(Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel) override;
  void poll(Milliseconds timeout) override;
  [[nodiscard]] std::size_t queuedBytes() const override;
  [[nodiscard]] bool flush(Deliveries& deliveries, Milliseconds timeout) override;
  void discard() override;

  /// The client of the moment, for tests that want it to fail.
  [[nodiscard]] rd_kafka_t* client() const noexcept { return current_.load()->client.get(); }

 private:
  struct Incarnation;
  /// A topic as one client knows it.
  struct Resolved {
    Incarnation* of;
    TopicHandle handle;
  };
  /// One client after another.
  struct Incarnation {
    explicit Incarnation(const PropertyLayers& layers, const Logger& log);
    const std::shared_ptr<ProducerFate> fate;
    Client client;
    std::vector<std::unique_ptr<Resolved>> topics;  // guarded by topics_mutex_
    std::chrono::steady_clock::time_point replaced_at;
  };
  /// What a Producer::Topic& of this producer is.
  struct KnownTopic {
    std::string name;
    std::atomic<Resolved*> resolved{nullptr};
    std::mutex mutex;
    std::int32_t partitions = 0;                          // guarded by mutex
    std::chrono::steady_clock::time_point partitions_at;  // guarded by mutex
  };
  static KnownTopic& known(Topic& topic) noexcept { return reinterpret_cast<KnownTopic&>(topic); }
  [[nodiscard]] Resolved& resolve(KnownTopic& topic);
  [[nodiscard]] Resolved& resolveAnew(KnownTopic& topic, Incarnation& incarnation);
  /// False when the record may be sent again, to another client.
  bool refuse(const KnownTopic& topic, const OutgoingRecord& record, rd_kafka_resp_err_t code, Incarnation& by);
  void replaceIfDoneFor();
  void replace(const Incarnation& done_for);
  /// Another client, with batches that `topic` takes.
  void narrow(Incarnation& now, const std::string& topic);
  /// How large batches may be instead, by what the topic takes.
  [[nodiscard]] std::size_t narrowed(Incarnation& now, const std::string& topic) const;
  void succeed(Incarnation& old);
  void forget(const Incarnation& old);
  void serve(Milliseconds timeout);

  PropertyLayers layers_;  // guarded by replacing_
  const Logger log_;
  std::size_t max_record_bytes_ = 0;
  std::atomic<std::size_t> average_bytes_{0};  // in sixteenths; senders may lose each other's part of it
  std::mutex replacing_;
  std::vector<std::unique_ptr<Incarnation>> incarnations_;           // guarded by replacing_; the last one is current_
  std::deque<std::chrono::steady_clock::time_point> replacements_;   // guarded by replacing_
  std::atomic<Incarnation*> current_{nullptr};
  std::atomic<bool> narrowing_{false};  // one thread does, and asks the broker first
  std::mutex topics_mutex_;
  std::map<std::string, std::unique_ptr<KnownTopic>> topics_;  // guarded by topics_mutex_
  /// Held while failures are served, so that those of a partition are told in order.
  std::timed_mutex serving_;
};

}  // namespace widgetstream::rdkafka
