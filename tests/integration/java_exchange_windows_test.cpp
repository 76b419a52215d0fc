// Windows, sessions and what waits for windows to close: Java Kafka Streams and this library take over from each other.

#include <string>
#include <vector>

#include "tests/integration/java_exchange_suite.hpp"

namespace widgetstream {
namespace {

/// Three parts of 16 seconds, four seconds apart. Each key comes every 2.8 seconds. Every fifth record is late, but
/// mostly in time for its window, every ninth is too late for all.
///
/// Each part begins with a record of each key, so that both languages know the time of every partition before the first
/// late record: what they remember of it over a restart is what is committed, and a windowed aggregate looks at the
/// time of its own records.
std::vector<ExchangePart> timedParts(std::int64_t epoch) {
  std::vector<ExchangePart> parts;
  for (int part = 0; part < 3; ++part) {
    ExchangeInput input{"in", {}};
    for (int i = 0; i < 40; ++i) {
      const std::int64_t late = i % 9 == 8 ? 14'000 : i % 5 == 4 ? 3'000 : 0;
      KafkaTestRecord record{.key = "k" + std::to_string(i % 7), .value = "v", .headers = {}};
      record.timestamp_ms = epoch + part * 20'000 + i * 400 - (i < 7 ? 0 : late);
      if (i % 4 == 0) record.headers = {{"part", std::to_string(part)}};
      if (i % 11 == 10) record.value.reset();
      input.records.push_back(record);
    }
    parts.push_back({input});
  }
  return parts;
}

template <const char* topology>
struct Timed {
  static ExchangeCase definition() {
    // Windows are looked for at every record that may close one, not once a second.
    return {.topology = topology,
            .inputs = {{"in", 2}},
            .settings = {"__emit.interval.ms.kstreams.windowed.aggregation__=0"}};
  }
  static std::vector<ExchangePart> parts(std::int64_t epoch) { return timedParts(epoch); }
};

constexpr char windowed_count[] = "windowed-count";
class JavaExchangeWindowedCount : public JavaExchange<Timed<windowed_count>> {};

TEST_F(JavaExchangeWindowedCount, EachWindowIsCountedOnAndLateRecordsAreDroppedForwardsAndBack) {
  expectSameRecords("out");
}

TEST_F(JavaExchangeWindowedCount, TheWindowsAreLoggedAlike) {
  expectSameRecords("counts-changelog");
}

TEST_F(JavaExchangeWindowedCount, OffsetsAndPartitionTimesAreCommittedAlike) {
  expectSameCommits();
}

TEST_F(JavaExchangeWindowedCount, InternalTopicsAreMadeAlike) {
  expectSameInternalTopics();
}

constexpr char windowed_count_on_close[] = "windowed-count-on-close";
class JavaExchangeWindowedCountOnClose : public JavaExchange<Timed<windowed_count_on_close>> {};

TEST_F(JavaExchangeWindowedCountOnClose, EachWindowIsToldOnceForwardsAndBack) {
  expectSameRecords("out");
}

TEST_F(JavaExchangeWindowedCountOnClose, TheWindowsAreLoggedAlike) {
  expectSameRecords("counts-changelog");
}

TEST_F(JavaExchangeWindowedCountOnClose, WhatWasToldIsCommittedAlike) {
  expectSameCommits();
}

constexpr char session_count[] = "session-count";
class JavaExchangeSessionCount : public JavaExchange<Timed<session_count>> {};

TEST_F(JavaExchangeSessionCount, SessionsGrowAndMergeForwardsAndBack) {
  expectSameRecords("out");
}

TEST_F(JavaExchangeSessionCount, TheSessionsAreLoggedAlike) {
  expectSameRecords("sessions-changelog");
}

TEST_F(JavaExchangeSessionCount, OffsetsAndPartitionTimesAreCommittedAlike) {
  expectSameCommits();
}

TEST_F(JavaExchangeSessionCount, InternalTopicsAreMadeAlike) {
  expectSameInternalTopics();
}

constexpr char suppress[] = "suppress";
class JavaExchangeSuppress : public JavaExchange<Timed<suppress>> {};

TEST_F(JavaExchangeSuppress, EachWindowIsToldOnceWithItsOwnTimeAndHeadersForwardsAndBack) {
  expectSameRecords("out");
}

TEST_F(JavaExchangeSuppress, TheWindowsAreLoggedAlike) {
  expectSameRecords("counts-changelog");
}

// What waits is logged at commits, which fall differently; its rows tell the topic, which begins with the application's
// id, and their records have the producer's time.
TEST_F(JavaExchangeSuppress, TheSameWindowsWaitAtTheEnd) {
  expectAllSame([](Exchange& exchange) { return exchange.keys("closed-store-changelog"); });
}

TEST_F(JavaExchangeSuppress, InternalTopicsAreMadeAlike) {
  expectSameInternalTopics();
}

}  // namespace
}  // namespace widgetstream
