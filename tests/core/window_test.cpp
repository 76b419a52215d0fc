// tests/core/window_test.cpp — Window and Windowed: a span of time, and a key that bears one.
#include "widgetstream/core/window.hpp"

#include <gtest/gtest.h>

#include <string>

namespace widgetstream {
namespace {

struct OnlyEqual {
  int value = 0;
  friend bool operator==(const OnlyEqual&, const OnlyEqual&) = default;
};

Window between(std::int64_t start, std::int64_t end) { return {fromMillis(start), fromMillis(end)}; }

TEST(Window, IsWrittenAsStartAndEndInMilliseconds) { EXPECT_EQ(toString(between(60000, 120000)), "60000/120000"); }

TEST(Window, ComesAfterOneThatStartsEarlier) {
  EXPECT_LT(between(0, 100), between(50, 60));
  EXPECT_LT(between(50, 60), between(50, 61));
}

TEST(Windowed, IsOrderedByKeyThenWindow) {
  using Key = Windowed<std::string>;
  EXPECT_LT((Key{"a", between(9, 10)}), (Key{"b", between(0, 1)}));
  EXPECT_LT((Key{"a", between(0, 1)}), (Key{"a", between(9, 10)}));
}

TEST(Windowed, NeedsNoMoreOfAKeyThanEquality) {
  using Key = Windowed<OnlyEqual>;
  EXPECT_EQ((Key{{1}, between(0, 1)}), (Key{{1}, between(0, 1)}));
  EXPECT_NE((Key{{1}, between(0, 1)}), (Key{{1}, between(0, 2)}));
}

}  // namespace
}  // namespace widgetstream
