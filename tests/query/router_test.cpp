// Routes: exact, one at most for each path, whatever the order they were added in.
#include "query/http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using namespace std::string_literals;

Router::Handler named(const std::string& name) {
  return [name](const Request&) { return Response::text(name); };
}

std::string nameOf(const std::optional<Router::Match>& match) {
  return match ? (*match->handler)(Request{}).body : "nothing";
}

TEST(Router, MatchesLiteralsAndParameters) {
  Router router;
  router.add("/orders/{customerId}", named("orders"));
  router.add("/sensors", named("sensors"));
  router.add("/sensors/{sensorId}", named("sensor"));
  router.add("/stores/{store}/keys/{key}", named("key"));

  EXPECT_EQ(nameOf(router.find({"orders", "Fred"})), "orders");
  EXPECT_THAT(router.find({"orders", "Fred"})->params, ElementsAre(Pair("customerId", "Fred")));
  EXPECT_EQ(nameOf(router.find({"sensors"})), "sensors");
  EXPECT_THAT(router.find({"sensors"})->params, IsEmpty());
  EXPECT_EQ(nameOf(router.find({"sensors", "s1"})), "sensor");
  EXPECT_THAT(router.find({"stores", "a/b", "keys", "k"})->params, ElementsAre(Pair("store", "a/b"), Pair("key", "k")));
}

TEST(Router, MatchesNothingButTheExactPath) {
  Router router;
  router.add("/orders/{customerId}", named("orders"));
  for (const std::vector<std::string>& path : std::vector<std::vector<std::string>>{{},
                                                                                    {""},
                                                                                    {"orders"},
                                                                                    {"orders", ""},
                                                                                    {"Orders", "Fred"},
                                                                                    {"orders", "Fred", ""},
                                                                                    {"orders", "Fred", "x"},
                                                                                    {"", "orders", "Fred"},
                                                                                    {"orders/Fred"},
                                                                                    {"orders ", "Fred"}}) {
    EXPECT_EQ(nameOf(router.find(path)), "nothing");
  }
}

TEST(Router, TheRootIsAPathOfItsOwn) {
  Router router;
  router.add("/", named("root"));
  EXPECT_EQ(nameOf(router.find({})), "root");
  EXPECT_EQ(nameOf(router.find({""})), "nothing");
}

TEST(Router, LiteralsArePlainTextAndNeedNoEncoding) {
  Router router;
  router.add("/bücher und mehr", named("books"));
  EXPECT_EQ(nameOf(router.find({"bücher und mehr"})), "books");
}

TEST(Router, RefusesPatternsThatShareAPath) {
  for (const auto& [first, second] : std::vector<std::pair<std::string, std::string>>{{"/a", "/a"},
                                                                                      {"/a/{x}", "/a/{y}"},
                                                                                      {"/a/{x}", "/a/b"},
                                                                                      {"/a/b", "/a/{x}"},
                                                                                      {"/{x}/b", "/a/{y}"},
                                                                                      {"/{x}", "/a"},
                                                                                      {"/", "/"}}) {
    Router router;
    router.add(first, named("first"));
    try {
      router.add(second, named("second"));
      FAIL() << first << " and " << second;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
      EXPECT_THAT(error.what(), HasSubstr("\"" + second + "\""));
      EXPECT_THAT(error.what(), HasSubstr("\"" + first + "\""));
    }
  }
}

TEST(Router, TakesPatternsThatDifferInALiteral) {
  Router router;
  router.add("/a/{x}", named("1"));
  router.add("/b/{x}", named("2"));
  router.add("/a/{x}/c", named("3"));
  router.add("/a/{x}/d", named("4"));
  router.add("/A/{x}", named("5"));
  EXPECT_EQ(nameOf(router.find({"a", "q", "d"})), "4");
}

class MalformedPattern : public ::testing::TestWithParam<std::string> {};

TEST_P(MalformedPattern, IsRefused) {
  Router router;
  try {
    router.add(GetParam(), named("x"));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
  }
}

INSTANTIATE_TEST_SUITE_P(Patterns, MalformedPattern,
                         ::testing::Values("", "orders", "//", "/a/", "/a//b", "/{}", "/{a", "/a}", "/{a}b", "/a{b}",
                                           "/{a b}", "/{a}/{a}", "/a%20b", "/a?b", "/a#b", "/..", "/a/.", "/\xFF",
                                           "/a\0"s));

TEST(Router, RefusesAnEmptyHandler) {
  Router router;
  EXPECT_THROW(router.add("/a", {}), Error);
}

}  // namespace
}  // namespace widgetstream::detail
