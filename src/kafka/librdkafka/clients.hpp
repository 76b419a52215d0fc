#pragma once

#include "widgetstream/kafka/clients.hpp"

namespace widgetstream::rdkafka {

/// The clients of a real cluster, and what the embedded broker's begin from.
class LibrdkafkaClients : public KafkaClients {
 public:
  LibrdkafkaClients(ClientProperties common, const LogSink& log) : common_(std::move(common)), log_(log, "kafka") {}

  [[nodiscard]] std::unique_ptr<Consumer> consumer(const ConsumerSettings& settings) override;
  [[nodiscard]] std::unique_ptr<Producer> producer(const ProducerSettings& settings) override;
  [[nodiscard]] std::unique_ptr<Membership> membership(const MembershipSettings& settings) override;
  [[nodiscard]] std::unique_ptr<Admin> admin(const ClientProperties& properties) override;

 protected:
  [[nodiscard]] const ClientProperties& common() const noexcept { return common_; }
  [[nodiscard]] const Logger& log() const noexcept { return log_; }

 private:
  const ClientProperties common_;
  const Logger log_;
};

}  // namespace widgetstream::rdkafka
