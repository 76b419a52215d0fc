// A join of streams: Java Kafka Streams and this library take over from each other while records wait for partners.

#include <string>
#include <vector>

#include "tests/integration/java_exchange_suite.hpp"

namespace widgetstream {
namespace {

/// Three parts of twelve seconds, three apart, for an outer join of three seconds and one of grace. Some records find
/// partners of the part before, some wait for none until the next part, some are late, some too late for any window.
///
/// What is late does not come first: how far a join is in time is not kept over a restart, in Java neither.
struct StreamStreamJoin {
  static ExchangeCase definition() {
    // What waits is looked at with every record that may close its window, not once a second.
    return {.topology = "stream-stream-join",
            .inputs = {{"left", 2}, {"right", 2}},
            .settings = {"__emit.interval.ms.kstreams.outer.join.spurious.results.fix__=0"}};
  }

  static std::vector<ExchangePart> parts(std::int64_t epoch) {
    std::vector<ExchangePart> parts;
    for (int part = 0; part < 3; ++part) {
      ExchangeInput left{"left", {}};
      ExchangeInput right{"right", {}};
      for (int i = 0; i < 40; ++i) {
        // No two records have one time, so both languages take those of the two topics in the same order.
        const std::int64_t time = epoch + part * 15'000 + i * 300;
        const std::int64_t late = i < 14 ? 0 : i % 11 == 10 ? 9'000 : i % 5 == 4 ? 1'500 : 0;
        KafkaTestRecord of_left{.key = "k" + std::to_string((i * 3 + part) % 13), .headers = {{"side", "left"}}};
        of_left.timestamp_ms = time + 1 - late;
        if (i % 12 != 11) of_left.value = "l" + std::to_string(part * 100 + i);
        left.records.push_back(of_left);
        KafkaTestRecord of_right{.key = "k" + std::to_string((i * 5 + 2 * part) % 17), .headers = {}};
        of_right.timestamp_ms = time + 152 - late;
        of_right.value = "r" + std::to_string(part * 100 + i);
        right.records.push_back(of_right);
      }
      parts.push_back({left, right});
    }
    return parts;
  }
};

class JavaExchangeStreamJoin : public JavaExchange<StreamStreamJoin> {};

TEST_F(JavaExchangeStreamJoin, PartnersMeetAndTheRestIsToldWhenItsWindowClosesForwardsAndBack) {
  expectSameRecords("out");
}

TEST_F(JavaExchangeStreamJoin, TheSameRecordsWaitAtTheEnd) {
  expectSameTable("rows-outer-shared-join-store-changelog");
}

TEST_F(JavaExchangeStreamJoin, OffsetsAndPartitionTimesAreCommittedAlike) {
  expectSameCommits();
}

TEST_F(JavaExchangeStreamJoin, InternalTopicsAreMadeAlike) {
  expectSameInternalTopics();
}

}  // namespace
}  // namespace widgetstream
