// groupBy and count: Java Kafka Streams and this library take over from each other, with a repartition topic between.

#include <string>
#include <vector>

#include "tests/integration/java_exchange_suite.hpp"

namespace widgetstream {
namespace {

struct Count {
  static ExchangeCase definition() { return {.topology = "count", .inputs = {{"in", 3}}, .settings = {}}; }

  static std::vector<ExchangePart> parts(std::int64_t epoch) {
    const std::vector<std::string> words{"red", "green", "blue", "white", "black", "grün", ""};
    std::vector<ExchangePart> parts;
    for (int part = 0; part < 3; ++part) {
      ExchangeInput input{"in", {}};
      for (int i = 0; i < 40; ++i) {
        // Some come late, and the last part ends before the others' greatest times.
        const std::int64_t time = epoch + (part == 1 ? 9'000 : part * 2'000) + i * 10 - (i % 5 == 4 ? 700 : 0);
        input.records.push_back({.key = "k" + std::to_string(i % 11),
                                 .value = words[static_cast<std::size_t>(i * (part + 1)) % words.size()],
                                 .headers = {{"part", std::to_string(part)}},
                                 .timestamp_ms = time});
      }
      input.records.push_back({.key = "nothing", .value = std::nullopt, .headers = {}, .timestamp_ms = epoch});
      parts.push_back({input});
    }
    return parts;
  }
};

class JavaExchangeCount : public JavaExchange<Count> {};

TEST_F(JavaExchangeCount, EveryWordIsCountedOnForwardsAndBack) {
  expectSameValuesByKey("out");
}

TEST_F(JavaExchangeCount, TheResultHasTheTimesOfAnUninterruptedRun) {
  expectSameTable("out");
  expectSameTable("counts-changelog");
}

TEST_F(JavaExchangeCount, EachWordGoesThroughTheSamePartition) {
  expectSameRecordsInAnyOrder("counts-repartition");
}

TEST_F(JavaExchangeCount, OffsetsAndPartitionTimesAreCommittedAlike) {
  expectSameCommits();
}

TEST_F(JavaExchangeCount, InternalTopicsAreMadeAlike) {
  expectSameInternalTopics();
}

}  // namespace
}  // namespace widgetstream
