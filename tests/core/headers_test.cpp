// Record headers: repeated keys, null values.
#include "widgetstream/core/headers.hpp"

#include <gtest/gtest.h>

namespace widgetstream {
namespace {

TEST(HeadersTest, TheNewestOfAKeyWins) {
  const Headers headers{{"trace", "first"}, {"other", "x"}, {"trace", "second"}};
  EXPECT_EQ(lastHeader(headers, "trace"), "second");
}

TEST(HeadersTest, ANewestThatIsNullHidesTheOlder) {
  const Headers headers{{"trace", "first"}, {"trace", std::nullopt}};
  EXPECT_EQ(lastHeader(headers, "trace"), std::nullopt);
}

TEST(HeadersTest, AbsentIsNullAndEmptyIsNot) {
  const Headers headers{{"empty", ""}};
  EXPECT_EQ(lastHeader(headers, "missing"), std::nullopt);
  EXPECT_EQ(lastHeader(headers, "empty"), "");
}

TEST(HeadersTest, ARecordWithoutHeadersPointsAtAnEmptyList) {
  EXPECT_TRUE(noHeaders().empty());
  EXPECT_EQ(&noHeaders(), &noHeaders());
}

}  // namespace
}  // namespace widgetstream
