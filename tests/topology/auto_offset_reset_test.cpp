// AutoOffsetReset: where a source begins, in code and in configuration.

#include "widgetstream/topology/auto_offset_reset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::HasSubstr;

AutoOffsetReset ago(std::int64_t milliseconds) {
  return AutoOffsetReset::byDuration(Milliseconds{milliseconds});
}

TEST(AutoOffsetReset, IsReadAsKafkaWritesIt) {
  EXPECT_EQ(AutoOffsetReset::parse("earliest"), AutoOffsetReset::earliest);
  EXPECT_EQ(AutoOffsetReset::parse("latest"), AutoOffsetReset::latest);
  EXPECT_EQ(AutoOffsetReset::parse("none"), AutoOffsetReset::none);
  EXPECT_EQ(AutoOffsetReset::parse("by_duration:PT1H"), ago(3'600'000));
}

TEST(AutoOffsetReset, HasEveryPartOfAnIsoDuration) {
  EXPECT_EQ(AutoOffsetReset::parse("by_duration:P7DT12H"), ago(648'000'000));
  EXPECT_EQ(AutoOffsetReset::parse("by_duration:P2DT3H4M5.678S"), ago(183'845'678));
  EXPECT_EQ(AutoOffsetReset::parse("by_duration:pt0.5s"), ago(500));
  EXPECT_EQ(AutoOffsetReset::parse("by_duration:PT0,25S"), ago(250));
  EXPECT_EQ(AutoOffsetReset::parse("by_duration:PT1H-30M"), ago(1'800'000));
  EXPECT_EQ(AutoOffsetReset::parse("by_duration:-PT-5S"), ago(5'000));
  EXPECT_EQ(AutoOffsetReset::parse("by_duration:PT0S"), ago(0));
}

TEST(AutoOffsetReset, IsNothingElse) {
  for (const char* text : {"", "middle", "by_config", "by_duration", "by_duration:", "by_duration:P", "by_duration:PT",
                           "by_duration:P1DT", "by_duration:1H", "by_duration:PT1", "by_duration:P1H", "by_duration:PT1D",
                           "by_duration:PT1M1H", "by_duration:PT1.5H", "by_duration:PT1H ", "by_duration:-PT1H",
                           "by_duration:PT99999999999999999999S", "by_duration:P999999999999999D"}) {
    EXPECT_EQ(AutoOffsetReset::parse(text), std::nullopt) << text;
  }
}

TEST(AutoOffsetReset, IsWrittenAsItIsRead) {
  for (const AutoOffsetReset& reset : {AutoOffsetReset::earliest, AutoOffsetReset::latest, AutoOffsetReset::none,
                                       ago(0), ago(1), ago(1'050), ago(86'400'000)}) {
    EXPECT_EQ(AutoOffsetReset::parse(toString(reset)), reset) << toString(reset);
  }
  EXPECT_EQ(toString(ago(1'050)), "by_duration:PT1.050S");
}

TEST(AutoOffsetReset, ADurationIsNotNegative) {
  try {
    static_cast<void>(ago(-1));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("-1 ms"));
  }
}

}  // namespace
}  // namespace widgetstream
