// TopicPattern: which names match, in Java's syntax.
#include <gtest/gtest.h>

#include "widgetstream/core/error.hpp"
#include "widgetstream/topology/topic_pattern.hpp"

namespace widgetstream {
namespace {

TEST(TopicPatterns, MatchWholeNames) {
  const TopicPattern pattern{"orders"};
  EXPECT_TRUE(pattern.matches("orders"));
  EXPECT_FALSE(pattern.matches("orders-eu"));
  EXPECT_FALSE(pattern.matches("my-orders"));
}

TEST(TopicPatterns, HaveJavasSyntax) {
  EXPECT_TRUE(TopicPattern{"p-[0-9]+"}.matches("p-12"));
  EXPECT_TRUE(TopicPattern{"p-\\d{2}"}.matches("p-12"));
  EXPECT_TRUE(TopicPattern{"(?i)ORDERS-.*"}.matches("orders-eu"));
  EXPECT_TRUE(TopicPattern{"(?!internal)\\w+"}.matches("orders"));
  EXPECT_FALSE(TopicPattern{"(?!internal)\\w+"}.matches("internal_orders"));
  EXPECT_TRUE(TopicPattern{"a|b.*"}.matches("bc"));
  EXPECT_FALSE(TopicPattern{"a*+a"}.matches("aaa"));  // possessive
  EXPECT_TRUE(TopicPattern{"\\Qa.b\\E"}.matches("a.b"));
  EXPECT_FALSE(TopicPattern{"\\Qa.b\\E"}.matches("axb"));
}

TEST(TopicPatterns, MayIgnoreCase) {
  EXPECT_TRUE((TopicPattern{"orders", true}.matches("ORDERS")));
  EXPECT_FALSE(TopicPattern{"orders"}.matches("ORDERS"));
}

TEST(TopicPatterns, AreEqualByTextAndFlags) {
  EXPECT_EQ(TopicPattern{"a"}, TopicPattern{"a"});
  EXPECT_NE(TopicPattern{"a"}, TopicPattern{"b"});
  EXPECT_NE(TopicPattern{"a"}, (TopicPattern{"a", true}));
}

TEST(TopicPatterns, AnExpressionWhoseWorkExplodesIsToldAndDoesNotHang) {
  const TopicPattern pattern{"(a+)+(b+)+c"};
  std::string name;
  for (int i = 0; i < 60; ++i) name += i % 2 == 0 ? "a" : "b";
  try {
    EXPECT_FALSE(pattern.matches(name));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_topology);
  }
}

}  // namespace
}  // namespace widgetstream
