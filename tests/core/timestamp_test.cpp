// Timestamps print as Java's Instant does.
#include "widgetstream/core/timestamp.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace widgetstream {
namespace {

TEST(Timestamp, PrintsIso8601WithMilliseconds) {
  EXPECT_EQ(toIso8601(fromMillis(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(toIso8601(fromMillis(1769860800000)), "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(toIso8601(fromMillis(1709208000007)), "2024-02-29T12:00:00.007Z");
  EXPECT_EQ(toIso8601(fromMillis(951868799999)), "2000-02-29T23:59:59.999Z");
}

TEST(Timestamp, PrintsTimesBefore1970) {
  EXPECT_EQ(toIso8601(no_timestamp), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(toIso8601(fromMillis(-62198755200000)), "-0001-01-01T00:00:00.000Z");
}

TEST(Timestamp, PrintsTheEndsOfTheRange) {
  EXPECT_EQ(toIso8601(fromMillis(std::numeric_limits<std::int64_t>::max())), "+292278994-08-17T07:12:55.807Z");
  EXPECT_EQ(toIso8601(fromMillis(std::numeric_limits<std::int64_t>::min())), "-292275055-05-16T16:47:04.192Z");
}

TEST(Timestamp, IsMillisecondsAndBack) {
  EXPECT_EQ(toMillis(fromMillis(1234567890123)), 1234567890123);
  EXPECT_EQ(toMillis(no_timestamp), -1);
}

}  // namespace
}  // namespace widgetstream
