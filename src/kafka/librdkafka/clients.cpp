#include "kafka/librdkafka/clients.hpp"

#include "kafka/librdkafka/admin.hpp"
#include "kafka/librdkafka/consumer.hpp"
#include "kafka/librdkafka/membership.hpp"
#include "kafka/librdkafka/producer.hpp"

namespace widgetstream {
namespace rdkafka {

std::unique_ptr<Consumer> LibrdkafkaClients::consumer(const ConsumerSettings& settings) {
  return std::make_unique<LibrdkafkaConsumer>(settings, common_, log_);
}

std::unique_ptr<Producer> LibrdkafkaClients::producer(const ProducerSettings& settings) {
  return std::make_unique<LibrdkafkaProducer>(settings, common_, log_);
}

std::unique_ptr<Membership> LibrdkafkaClients::membership(const MembershipSettings& settings) {
  return std::make_unique<LibrdkafkaMembership>(settings, common_, log_);
}

std::unique_ptr<Admin> LibrdkafkaClients::admin(const ClientProperties& properties) {
  return std::make_unique<LibrdkafkaAdmin>(properties, common_, log_);
}

}  // namespace rdkafka

std::shared_ptr<KafkaClients> librdkafkaClients(ClientProperties common, LogSink log) {
  return std::make_shared<rdkafka::LibrdkafkaClients>(std::move(common), log);
}

}  // namespace widgetstream
