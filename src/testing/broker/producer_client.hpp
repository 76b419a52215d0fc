#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "testing/broker/cluster.hpp"

namespace widgetstream::in_memory {

/// Writes to the logs of a cluster at once, or keeps records while the cluster is away.
class ProducerClient final : public Producer {
 public:
  ProducerClient(std::shared_ptr<Cluster> cluster, const ProducerSettings& settings);
  ~ProducerClient() override;

  [[nodiscard]] Topic& topic(const std::string& name) override;
  [[nodiscard]] std::int32_t partitionCount(Topic& topic, Milliseconds timeout) override;
  [[nodiscard]] bool send(Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel) override;
  void poll(Milliseconds timeout) override;
  [[nodiscard]] bool flush(Deliveries& deliveries, Milliseconds timeout) override;
  void discard() override;

  /// Locked. Delivers what could not be delivered before.
  void drain();

 private:
  struct Waiting {
    BrokerRecord record;
    DeliveryChannel* channel;
    bool arrived;  ///< only its acknowledgement is held
  };

  void deliver(Waiting& waiting);
  static void fail(Waiting& waiting, ErrorKind kind, const std::string& message);

  const std::shared_ptr<Cluster> cluster_;
  const std::size_t message_max_bytes_;
  std::map<std::string, std::unique_ptr<std::string>> topics_;  // guarded by cluster_->mutex
  std::deque<Waiting> waiting_;                                 // guarded by cluster_->mutex
};

}  // namespace widgetstream::in_memory
