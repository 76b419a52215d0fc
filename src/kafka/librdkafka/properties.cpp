#include "kafka/librdkafka/properties.hpp"

#include <array>

#include "kafka/librdkafka/redactor.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace rdkafka {
namespace {

using Reason = std::array<char, 512>;

void set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value, const Redactor& redact) {
  Reason reason{};
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size()) == RD_KAFKA_CONF_OK) return;
  const std::string shown = isSecret(name) ? "[redacted]" : '"' + redact(value) + '"';
  throw Error{ErrorKind::invalid_config,
              "Kafka client property " + name + " with value " + shown + " is refused: " + redact(reason.data())};
}

void warnOfOverruled(const PropertyLayers& layers, const Logger& log) {
  for (const ClientProperties* wished : {&layers.common, &layers.own}) {
    for (const auto& [name, value] : layers.required) {
      const auto other = wished->find(name);
      if (other == wished->end() || other->second == value) continue;
      log.warning("a Kafka client property is overruled",
                  {{"property", name}, {"wished", other->second}, {"used", value}});
    }
  }
}

}  // namespace

ClientProperties merged(const PropertyLayers& layers) {
  ClientProperties all = layers.defaults;
  for (const ClientProperties* layer : {&layers.common, &layers.own, &layers.required}) {
    for (const auto& [name, value] : *layer) all[name] = value;
  }
  return all;
}

ConfHandle makeConf(const PropertyLayers& layers, const Logger& log) {
  const ClientProperties all = merged(layers);
  if (!all.contains("bootstrap.servers") && !all.contains("metadata.broker.list")) {
    throw Error{ErrorKind::invalid_config,
                "Kafka client property bootstrap.servers is missing: give it as HOST:PORT,HOST:PORT"};
  }
  warnOfOverruled(layers, log);
  const Redactor redact{all};
  ConfHandle conf{rd_kafka_conf_new()};
  for (const auto& [name, value] : layers.defaults_if_known) {
    Reason reason{};
    (void)rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size());
  }
  for (const auto& [name, value] : all) set(conf.get(), name, value, redact);
  return conf;
}

}  // namespace rdkafka

bool isLibrdkafkaProperty(const std::string& name) {
  const rdkafka::ConfHandle scratch{rd_kafka_conf_new()};
  rdkafka::Reason reason{};
  // Only the name is asked about: a value that fits it is not known here, so "invalid" is a yes as well.
  return rd_kafka_conf_set(scratch.get(), name.c_str(), "", reason.data(), reason.size()) != RD_KAFKA_CONF_UNKNOWN;
}

}  // namespace widgetstream
