// TestInputTopic, TestOutputTopic and TestRecord: what a test writes and reads.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/dsl/streams_builder.hpp"
#include "widgetstream/testing/topology_test_driver.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Topology passesThrough() {
  StreamsBuilder builder;
  builder.stream<std::string, std::int64_t>("in").to("out");
  return builder.build();
}

class TestTopics : public ::testing::Test {
 protected:
  static TopologyTestDriverOptions atFiveSeconds() {
    TopologyTestDriverOptions options;
    options.initial_wall_clock = fromMillis(5000);
    return options;
  }

  TopologyTestDriver driver{passesThrough(), atFiveSeconds()};
  TestInputTopic<std::string, std::int64_t> in = driver.input<std::string, std::int64_t>("in");
  TestOutputTopic<std::string, std::int64_t> out = driver.output<std::string, std::int64_t>("out");
};

TEST_F(TestTopics, ReadWhatWasPipedInOrder) {
  in.pipe("bolt", 1);
  in.pipe("nut", 2);
  EXPECT_THAT(out.readAll(), ElementsAre(Pair("bolt", 1), Pair("nut", 2)));
  EXPECT_TRUE(out.isEmpty());
}

TEST_F(TestTopics, TellNullsFromValues) {
  in.pipe(1);
  in.pipe("bolt", std::nullopt);
  in.pipe(nullptr, 3);
  EXPECT_THAT(out.readAll(), ElementsAre(Pair(std::nullopt, 1), Pair("bolt", std::nullopt), Pair(std::nullopt, 3)));
}

TEST_F(TestTopics, GiveRecordsTheirTimeAndHeaders) {
  const Headers headers{{"trace", "7"}};
  in.pipe("bolt", 1, fromMillis(42), headers);
  EXPECT_EQ(out.readRecord(), (TestRecord<std::string, std::int64_t>{"bolt", 1, fromMillis(42), headers}));
}

TEST_F(TestTopics, BeginAtTheWallClockAndAdvanceAsTold) {
  auto ticking = driver.input<std::string, std::int64_t>("in", {}, {}, Milliseconds{10});
  ticking.pipe("a", 1);
  ticking.pipe("a", 2);
  ticking.advanceTime(Milliseconds{100});
  ticking.pipe(TestRecord<std::string, std::int64_t>{"a", 3, no_timestamp, {}});
  std::vector<std::int64_t> times;
  for (const auto& record : out.readAllRecords()) times.push_back(toMillis(record.timestamp));
  EXPECT_THAT(times, ElementsAre(5000, 5010, 5120));
}

TEST_F(TestTopics, ReadOneByOne) {
  in.pipeAll({{"a", 1}, {"b", 2}, {"c", 3}});
  EXPECT_EQ(out.size(), 3U);
  EXPECT_EQ(out.readKeyValue(), (TestKeyValue<std::string, std::int64_t>{"a", 1}));
  EXPECT_EQ(out.readValue(), 2);
  EXPECT_THAT(out.readAllValues(), ElementsAre(3));
  EXPECT_THAT(out.readAllRecords(), IsEmpty());
}

TEST_F(TestTopics, ReadTheNewestValueOfEachKey) {
  in.pipeAll({{"a", 1}, {"b", 2}, {"a", 3}});
  EXPECT_THAT(out.readMap(), ElementsAre(Pair("a", 3), Pair("b", 2)));
}

TEST_F(TestTopics, ReadingAnEmptyTopicIsAnError) {
  EXPECT_THROW((void)out.readRecord(), Error);
}

TEST_F(TestTopics, ReadersOfATopicShareItsQueue) {
  in.pipe("a", 1);
  auto other = driver.output<std::string, std::int64_t>("out");
  EXPECT_EQ(other.readValue(), 1);
  EXPECT_TRUE(out.isEmpty());
}

TEST_F(TestTopics, ATopicThatNoSourceReadsIsAnError) {
  EXPECT_THROW(((void)driver.input<std::string, std::int64_t>("elsewhere")), Error);
}

TEST(TestRecordText, ShowsEverything) {
  const TestRecord<std::string, std::int64_t> record{"bolt", 5, fromMillis(1000), {{"a", "1"}, {"b", std::nullopt}}};
  EXPECT_EQ(::testing::PrintToString(record), "bolt: 5 @1000 {a=1, b=null}");
  const TestRecord<std::string, std::int64_t> nulls{std::nullopt, std::nullopt, fromMillis(7), {}};
  EXPECT_EQ(::testing::PrintToString(nulls), "null: null @7");
}

}  // namespace
}  // namespace widgetstream
