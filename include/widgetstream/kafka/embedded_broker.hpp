#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "widgetstream/core/log.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream {

/// A broker inside this process, on a real loopback port: for trying things out and for tests, never for data that
/// matters. It starts empty, keeps about 5 MB a partition, and any Kafka client can talk to it.
///
/// Source   librdkafka's mock cluster.
/// Threads  every call may come from any thread.
class EmbeddedBroker {
 public:
  explicit EmbeddedBroker(LogSink log = {});
  ~EmbeddedBroker();
  EmbeddedBroker(const EmbeddedBroker&) = delete;
  EmbeddedBroker& operator=(const EmbeddedBroker&) = delete;

  /// `127.0.0.1:PORT`
  [[nodiscard]] const std::string& bootstrapServers() const;
  /// Makes a topic; one that exists is left as it is.
  void createTopic(const std::string& name, std::int32_t partitions);
  /// Clients whose admin can create topics here (the mock itself has no such request).
  [[nodiscard]] std::shared_ptr<KafkaClients> clients(ClientProperties common = {}, LogSink log = {});

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace widgetstream
