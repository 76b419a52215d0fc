// The target of a request: decoded exactly once, and refused where its meaning would depend on who reads it.
#include "query/http/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "query/http/text.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using namespace std::string_literals;

std::vector<std::string> segmentsOf(std::string_view target) {
  return parseTarget(target).segments;
}

TEST(Target, IsSplitBeforeItIsDecoded) {
  EXPECT_THAT(segmentsOf("/orders/Fred"), ElementsAre("orders", "Fred"));
  EXPECT_THAT(segmentsOf("/orders/J%C3%BCrgen%20%2F%20Co"), ElementsAre("orders", "Jürgen / Co"));
  EXPECT_THAT(segmentsOf("/orders/a%3Fb%23c%26d"), ElementsAre("orders", "a?b#c&d"));
}

TEST(Target, IsDecodedOnlyOnce) {
  EXPECT_THAT(segmentsOf("/orders/%2541"), ElementsAre("orders", "%41"));
  EXPECT_THAT(segmentsOf("/orders/%252e%252e"), ElementsAre("orders", "%2e%2e"));
  EXPECT_THAT(segmentsOf("/orders/%252F"), ElementsAre("orders", "%2F"));
}

TEST(Target, KeepsEmptySegmentsSoThatTheyMatchNoRoute) {
  EXPECT_THAT(segmentsOf("/"), IsEmpty());
  EXPECT_THAT(segmentsOf("//"), ElementsAre("", ""));
  EXPECT_THAT(segmentsOf("//orders/Fred"), ElementsAre("", "orders", "Fred"));
  EXPECT_THAT(segmentsOf("/orders//Fred"), ElementsAre("orders", "", "Fred"));
  EXPECT_THAT(segmentsOf("/orders/"), ElementsAre("orders", ""));
}

TEST(Target, TakesEveryCharacterThatRfc3986AllowsInAPath) {
  EXPECT_THAT(segmentsOf("/-._~!$&'()*+,;=:@"), ElementsAre("-._~!$&'()*+,;=:@"));
  EXPECT_THAT(segmentsOf("/..."), ElementsAre("..."));
  EXPECT_THAT(segmentsOf("/a+b"), ElementsAre("a+b"));
}

TEST(Target, QueriesAreDecodedAndKeepTheirOrder) {
  EXPECT_THAT(parseTarget("/o?limit=10&after=a%26b&flag&x=").queries,
              ElementsAre(Pair("limit", "10"), Pair("after", "a&b"), Pair("flag", ""), Pair("x", "")));
  EXPECT_THAT(parseTarget("/o?a=b=c&&d=?/").queries, ElementsAre(Pair("a", "b=c"), Pair("d", "?/")));
  EXPECT_THAT(parseTarget("/o?a+b=c+d").queries, ElementsAre(Pair("a+b", "c+d")));
  EXPECT_THAT(parseTarget("/o?").queries, IsEmpty());
  EXPECT_THAT(parseTarget("/o").queries, IsEmpty());
}

class RefusedTarget : public ::testing::TestWithParam<std::string> {};

TEST_P(RefusedTarget, IsTheClientsError) {
  try {
    (void)parseTarget(GetParam());
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Form, RefusedTarget,
                         ::testing::Values("", "*", "orders/Fred", "?limit=1", "http://127.0.0.1/orders/Fred",
                                           "https://evil.example/orders/Fred", "evil.example:443", "file:///etc/passwd",
                                           "\\orders\\Fred", "orders", "./orders", "#"));

INSTANTIATE_TEST_SUITE_P(Dots, RefusedTarget,
                         ::testing::Values("/..", "/.", "/orders/..", "/orders/.", "/orders/../sensors", "/%2e%2e",
                                           "/orders/%2E%2e", "/orders/.%2e", "/orders/%2e",
                                           "/a/%2e%2e/%2e%2e/etc/passwd", "/../../../../etc/passwd"));

INSTANTIATE_TEST_SUITE_P(Percent, RefusedTarget,
                         ::testing::Values("/%", "/a%", "/a%2", "/a%2/", "/%zz", "/%0g", "/%-1", "/% 1", "/%+1", "/%%",
                                           "/%u0041", "/%%41", "/o?a=%", "/o?a=%1", "/o?%zz=1", "/o?a=%G0"));

INSTANTIATE_TEST_SUITE_P(Nul, RefusedTarget,
                         ::testing::Values("/%00", "/orders/Fred%00", "/orders/%00Fred", "/o?a=%00", "/o?%00=a",
                                           "/a\0b"s));

INSTANTIATE_TEST_SUITE_P(Utf8, RefusedTarget,
                         ::testing::Values("/%ff", "/%80", "/%c3", "/%c3%28", "/%c0%af", "/%c0%ae%c0%ae", "/%e0%80%af",
                                           "/%c1%81", "/%f0%80%80%af", "/%ed%a0%80", "/%ed%bf%bf", "/%f4%90%80%80",
                                           "/%f5%80%80%80", "/%fe", "/%e2%82", "/%f0%9f%98", "/o?a=%c0%af", "/o?%ff"));

INSTANTIATE_TEST_SUITE_P(RawCharacters, RefusedTarget,
                         ::testing::Values("/J\xC3\xBCrgen", "/a b", "/a\tb", "/a\rb", "/a\nb", "/a\r\nHost: x",
                                           "/a\"b", "/a<b>", "/a\\b", "/a^b", "/a`b", "/a{b}", "/a|b", "/a#b", "/a[b]",
                                           "/a\x7F", "/a\x01", "/o?a=b#c", "/o?a b", "/o?\xFF", "/o?a=<b>"));

TEST(Target, AnyBytesAreEitherRefusedOrDecodedToUtf8) {
  std::mt19937 random{20260131};
  const std::string alphabet = "/%?&=.2eEfFcC0aZ\0\xC3\xBC\r\n #{}"s;
  for (int round = 0; round < 50'000; ++round) {
    std::string target = "/";
    for (std::size_t length = random() % 24; target.size() <= length;) target += alphabet[random() % alphabet.size()];
    try {
      for (const auto& segment : parseTarget(target).segments) {
        EXPECT_TRUE(isUtf8(segment));
        EXPECT_EQ(segment.find('\0'), std::string::npos);
        EXPECT_NE(segment, ".");
        EXPECT_NE(segment, "..");
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    }
  }
}

TEST(Utf8, TakesTheFirstAndLastOfEachLength) {
  for (const std::string_view text : {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                      "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(isUtf8(text));
  }
}

}  // namespace
}  // namespace widgetstream::detail
