// Timestamp extractors: Java's four, and functions of one's own.

#include "widgetstream/topology/timestamp_extractors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/core/error.hpp"
#include "widgetstream/testing/manual_clock.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Text = std::string;

const Headers some_headers{{"h", "1"}};

/// What `extractor` says of a record with that time in a partition whose largest time is `partition_time`.
Timestamp told(const TimestampExtractor& extractor, std::int64_t time, Timestamp partition_time = no_timestamp) {
  const Text key = "k";
  const Text value = "17";
  const Record<Text, Text> record{key, value, fromMillis(time), some_headers};
  return extractor(record.any(), RecordContext{"in", 3, 42, fromMillis(time), some_headers}, partition_time);
}

std::string refusalOf(const TimestampExtractor& extractor, std::int64_t time) {
  try {
    static_cast<void>(told(extractor, time));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(TimestampExtractors, FailOnAnInvalidTimestamp) {
  EXPECT_EQ(told(failOnInvalidTimestamp(), 5), fromMillis(5));
  EXPECT_EQ(told(failOnInvalidTimestamp(), 0), fromMillis(0));
  EXPECT_THAT(refusalOf(failOnInvalidTimestamp(), -1),
              AllOf(HasSubstr("timestamp -1 is invalid"), HasSubstr("another TimestampExtractor")));
}

TEST(TimestampExtractors, SkipAnInvalidTimestamp) {
  EXPECT_EQ(told(logAndSkipOnInvalidTimestamp(), 5), fromMillis(5));
  EXPECT_LT(told(logAndSkipOnInvalidTimestamp(), -7), Timestamp{});
}

TEST(TimestampExtractors, UseThePartitionsTimeForAnInvalidTimestamp) {
  EXPECT_EQ(told(usePartitionTimeOnInvalidTimestamp(), 5, fromMillis(9)), fromMillis(5));
  EXPECT_EQ(told(usePartitionTimeOnInvalidTimestamp(), -1, fromMillis(9)), fromMillis(9));
  EXPECT_THAT(refusalOf(usePartitionTimeOnInvalidTimestamp(), -1), HasSubstr("its partition has no time yet"));
}

TEST(TimestampExtractors, UseTheWallClock) {
  ManualClock clock{fromMillis(100)};
  const TimestampExtractor extractor = wallclockTimestampExtractor(clock);
  EXPECT_EQ(told(extractor, 5), fromMillis(100));
  clock.advance(Milliseconds{11});
  EXPECT_EQ(told(extractor, -1), fromMillis(111));
}

TEST(TimestampExtractors, AreMadeOfFunctionsOfARecord) {
  const auto by_value =
      timestampExtractor<Text, Text>([](const Record<Text, Text>& r) { return fromMillis(std::stoi(*r.value)); });
  EXPECT_EQ(told(by_value, 5), fromMillis(17));
  const auto newest = timestampExtractor<Text, Text>(
      [](const auto& r, Timestamp partition_time) { return std::max(r.timestamp, partition_time); });
  EXPECT_EQ(told(newest, 5, fromMillis(9)), fromMillis(9));
  const auto of_all = timestampExtractor<Text, Text>(
      [](const Record<Text, Text>& r, const RecordContext& at, Timestamp partition_time) {
        return fromMillis(at.offset() + at.partition() + toMillis(partition_time) +
                          static_cast<std::int64_t>(r.headers->size()));
      });
  EXPECT_EQ(told(of_all, 5, fromMillis(1000)), fromMillis(1046));
}

TEST(TimestampExtractors, AreTakenAsTheyAre) {
  EXPECT_EQ(told((timestampExtractor<Text, Text>(failOnInvalidTimestamp())), 5), fromMillis(5));
  EXPECT_FALSE((timestampExtractor<Text, Text>(TimestampExtractor{})));
}

static_assert(!TimestampExtractorFor<decltype([](const Text&) { return Timestamp{}; }), Text, Text>);
static_assert(!TimestampExtractorFor<decltype([](const Record<Text, int>&) { return Timestamp{}; }), Text, Text>);

}  // namespace
}  // namespace widgetstream
