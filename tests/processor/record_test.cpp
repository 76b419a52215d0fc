// Record, RecordContext: what passes between processors, and what is known of where it came from.
#include "widgetstream/processor/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "widgetstream/processor/record_context.hpp"

namespace widgetstream {
namespace {

class RecordTest : public ::testing::Test {
 protected:
  std::string key = "bolt";
  std::string value = "five";
  Headers headers{{"trace", "7"}};
  Record<std::string, std::string> record{key, value, fromMillis(7), headers};
};

TEST_F(RecordTest, BorrowsKeyAndValue) {
  EXPECT_EQ(record.key.pointer(), &key);
  EXPECT_EQ(record.value.pointer(), &value);
  EXPECT_EQ(record.headers, &headers);
}

TEST_F(RecordTest, BeginsWithNullsNoTimeAndNoHeaders) {
  const Record<std::string, int> empty;
  EXPECT_FALSE(empty.key);
  EXPECT_FALSE(empty.value);
  EXPECT_EQ(empty.timestamp, no_timestamp);
  EXPECT_TRUE(empty.headers->empty());
}

TEST_F(RecordTest, ChangesOnePartAndKeepsTheOthers) {
  const int number = 5;
  const Headers others;
  const Record<int, std::string> keyed = record.withKey(number);
  EXPECT_EQ(*keyed.key, 5);
  EXPECT_EQ(keyed.value.pointer(), &value);
  const Record<std::string, int> valued = record.withValue(number);
  EXPECT_EQ(valued.key.pointer(), &key);
  EXPECT_EQ(*valued.value, 5);
  EXPECT_EQ(valued.timestamp, fromMillis(7));
  EXPECT_EQ(valued.headers, &headers);
  EXPECT_EQ(record.withTimestamp(fromMillis(8)).timestamp, fromMillis(8));
  EXPECT_EQ(record.withTimestamp(fromMillis(8)).headers, &headers);
  EXPECT_EQ(record.withHeaders(others).headers, &others);
  EXPECT_EQ(record.withHeaders(others).timestamp, fromMillis(7));
}

TEST_F(RecordTest, LosesItsTypesAndFindsThemAgain) {
  const Record<std::string, std::string> again{record.any()};
  EXPECT_EQ(again.key, record.key);
  EXPECT_EQ(again.value, record.value);
  EXPECT_EQ(again.timestamp, record.timestamp);
  EXPECT_EQ(again.headers, record.headers);
}

TEST_F(RecordTest, NullsStayNullWithoutTypes) {
  const AnyRecord any = Record<std::string, std::string>{}.any();
  EXPECT_EQ(any.key, nullptr);
  EXPECT_FALSE((Record<std::string, std::string>{any}.key));
}

TEST(RecordContextTest, TellsTheOriginOfARecord) {
  const Headers headers;
  const RecordContext at{"orders", 3, 41, fromMillis(7), headers};
  EXPECT_EQ(at.origin(), (Origin{"orders", 3, 41}));
}

TEST(RecordContextTest, OutsideOfARecordThereIsNoPlace) {
  const RecordContext at;
  EXPECT_EQ(at.topic(), "");
  EXPECT_EQ(at.partition(), -1);
  EXPECT_EQ(at.offset(), -1);
  EXPECT_TRUE(at.headers().empty());
}

}  // namespace
}  // namespace widgetstream
