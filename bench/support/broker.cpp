#include "bench/support/broker.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <vector>

using namespace widgetstream;

namespace {

KafkaBroker::Properties properties() {
  // Beats the broker's command line, which asks for the quick compiler alone.
  ::setenv("_JAVA_OPTIONS", "-XX:TieredStopAtLevel=4 -Xmx1g", 1);
  return {{"log.segment.delete.delay.ms", "100"}};
}

KafkaTestRecord recordOf(std::int64_t number, std::int64_t keys) {
  const std::string customer = "customer-" + std::to_string(number * 7919 % keys);
  std::string value = R"({"type":"WidgetOrdered","customerId":")" + customer + R"(","widgetId":"W)" +
                      std::to_string(number) + R"(","note":")";
  constexpr std::size_t size = 118;
  value.append(size - std::min(size, value.size()), 'x');
  value += "\"}";
  constexpr std::int64_t begin_ms = 1'700'000'000'000;
  constexpr std::int64_t records_a_ms = 20;
  return {.key = customer,
          .value = std::move(value),
          .headers = {},
          .timestamp_ms = begin_ms + number / records_a_ms};
}

}  // namespace

BenchBroker::BenchBroker(int partitions)
    : broker_(properties()),
      client_(broker_.bootstrapServers(),
              {{"enable.idempotence", "true"},  // in order, whatever is tried again: disorder would be late records
               {"linger.ms", "20"}, {"batch.size", "1000000"}, {"queue.buffering.max.messages", "200000"}}),
      partitions_(partitions) {}

void BenchBroker::createTopic(const std::string& name) {
  client_.createTopic(name, partitions_, {{"retention.ms", "-1"}});
}

void BenchBroker::deleteTopics(const std::string& prefix) {
  for (const auto& [name, partitions] : client_.topics()) {
    if (name.starts_with(prefix)) client_.deleteTopic(name);
  }
}

void BenchBroker::load(const std::string& topic, std::int64_t records, std::int64_t keys) {
  createTopic(topic);
  add(topic, records, keys);
}

void BenchBroker::add(const std::string& topic, std::int64_t records, std::int64_t keys) {
  add(topic, records, [keys](std::int64_t number) { return recordOf(number, keys); });
}

void BenchBroker::add(const std::string& topic, std::int64_t records,
                      const std::function<KafkaTestRecord(std::int64_t number)>& make) {
  constexpr std::int64_t at_once = 100'000;
  for (std::int64_t from = 0; from < records; from += at_once) {
    std::vector<KafkaTestRecord> batch;
    for (std::int64_t number = from; number < std::min(records, from + at_once); ++number) {
      batch.push_back(make(number));
    }
    client_.produce(topic, batch);
  }
}

std::int64_t BenchBroker::recordsIn(const std::string& topic) const {
  char reason[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", bootstrapServers().c_str(), reason, sizeof reason);
  const std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> client{
      rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason), &rd_kafka_destroy};
  if (!client) throw std::runtime_error{std::string{"no client to count records: "} + reason};
  std::int64_t records = 0;
  for (int partition = 0; partition < partitions_; ++partition) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    const auto error = rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), partition, &low, &high, 30'000);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
      throw std::runtime_error{"the offsets of " + topic + ": " + rd_kafka_err2str(error)};
    records += high - low;
  }
  return records;
}
