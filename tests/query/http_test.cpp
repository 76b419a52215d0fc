// Requests and responses as values.
#include "widgetstream/query/http.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/http/response_head.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using namespace std::string_literals;

TEST(Request, FindsParametersAndHeaders) {
  Request request;
  request.params = {{"customerId", "Fred"}};
  request.headers = {{"Accept", "a"}, {"accept", "b"}};
  EXPECT_EQ(request.param("customerId"), "Fred");
  EXPECT_EQ(request.header("ACCEPT"), "a");
  EXPECT_EQ(request.header("Accept-Encoding"), std::nullopt);
}

TEST(Request, AskingForAParameterThePatternLacksIsTheProgramsError) {
  try {
    (void)Request{}.param("customer");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    EXPECT_THAT(error.what(), HasSubstr("customer"));
  }
}

Request withQuery(HttpFields queries) {
  Request request;
  request.queries = std::move(queries);
  return request;
}

TEST(Request, TellsAnAbsentQueryFromAnEmptyOne) {
  EXPECT_EQ(withQuery({{"after", ""}}).query("after"), "");
  EXPECT_EQ(withQuery({{"after", ""}}).query("limit"), std::nullopt);
}

TEST(Request, AQueryGivenTwiceIsTheClientsError) {
  EXPECT_THROW((void)withQuery({{"a", "1"}, {"a", "1"}}).query("a"), Error);
}

TEST(Request, NumbersHaveARange) {
  EXPECT_EQ(withQuery({}).queryNumber("limit", 1000, 1, 1000), 1000);
  EXPECT_EQ(withQuery({{"limit", "1"}}).queryNumber("limit", 1000, 1, 1000), 1);
  EXPECT_EQ(withQuery({{"limit", "1000"}}).queryNumber("limit", 1000, 1, 1000), 1000);
  EXPECT_EQ(withQuery({{"limit", "-3"}}).queryNumber("limit", 0, -5, 5), -3);
  for (const std::string text :
       {"", "0", "1001", "-1", "+1", " 1", "1 ", "1.0", "1e2", "0x10", "ten", "1;2", "99999999999999999999999999"}) {
    EXPECT_THROW((void)withQuery({{"limit", text}}).queryNumber("limit", 1000, 1, 1000), Error) << text;
  }
}

TEST(Response, AnErrorHasACodeForProgramsAndAMessageForPeople) {
  const Response response = Response::error(404, "not_found", "no orders of \"Fred\"");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body, R"({"error":{"code":"not_found","message":"no orders of \"Fred\""}})");
  EXPECT_THAT(response.headers, IsEmpty());
}

TEST(Response, UnavailableSaysWhenToAskAgain) {
  EXPECT_THAT(Response::error(503, "not_owner", "elsewhere").headers, ElementsAre(Pair("Retry-After", "1")));
}

TEST(Response, AnErrorIsJsonWhateverTheMessageHolds) {
  EXPECT_EQ(Response::error(400, "bad", "a\n\x01\xFF\xC3\xBC").body,
            "{\"error\":{\"code\":\"bad\",\"message\":\"a\\n\\u0001?\xC3\xBC\"}}");
}

std::string headOf(const Response& response, bool keep_alive = true) {
  std::string out;
  detail::appendHead(out, response, keep_alive, 1769860800);
  return out;
}

TEST(ResponseHead, IsCompleteAndTellsNothingOfTheServer) {
  EXPECT_EQ(headOf(Response::json("{}")),
            "HTTP/1.1 200 OK\r\n"
            "Date: Sat, 31 Jan 2026 12:00:00 GMT\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: 2\r\n"
            "Cache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\n\r\n");
}

TEST(ResponseHead, SaysWhenTheConnectionEnds) {
  EXPECT_THAT(headOf(Response::json("{}"), false), HasSubstr("\r\nConnection: close\r\n"));
}

TEST(ResponseHead, AHandlerMayAllowCaching) {
  Response response = Response::json("{}");
  response.headers = {{"cache-control", "max-age=5"}};
  EXPECT_THAT(headOf(response), HasSubstr("cache-control: max-age=5\r\n"));
  EXPECT_THAT(headOf(response), Not(HasSubstr("no-store")));
}

TEST(ResponseHead, NoContentHasNoLength) {
  EXPECT_THAT(headOf({.status = 204, .body = {}, .headers = {}}), Not(HasSubstr("Content-Length")));
}

TEST(ResponseHead, WhatWouldBreakItIsAFlaw) {
  const auto flawWith = [](std::string name, std::string value) {
    return detail::flawOf({.body = {}, .headers = {{std::move(name), std::move(value)}}}).has_value();
  };
  EXPECT_FALSE(flawWith("X-Partial", "yes, some"));
  EXPECT_TRUE(flawWith("X-Name", "a\r\nSet-Cookie: b"));
  EXPECT_TRUE(flawWith("X-Name", "a\nb"));
  EXPECT_TRUE(flawWith("X-Name", "a\0b"s));
  EXPECT_TRUE(flawWith("X Name", "a"));
  EXPECT_TRUE(flawWith("X:Name", "a"));
  EXPECT_TRUE(flawWith("", "a"));
  EXPECT_TRUE(flawWith("content-length", "5"));
  EXPECT_TRUE(flawWith("Transfer-Encoding", "chunked"));
  EXPECT_TRUE(detail::flawOf({.status = 99, .body = {}, .headers = {}}).has_value());
  EXPECT_TRUE(detail::flawOf({.status = 100, .body = {}, .headers = {}}).has_value());
  EXPECT_TRUE(detail::flawOf({.status = 600, .body = {}, .headers = {}}).has_value());
  EXPECT_TRUE(detail::flawOf({.content_type = "a\r\nb", .body = {}, .headers = {}}).has_value());
}

}  // namespace
}  // namespace widgetstream
