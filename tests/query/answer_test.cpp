// What the server answers, seen without a socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

#include "tests/query/log_recorder.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/query/query_server.hpp"

namespace widgetstream {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class Answer : public ::testing::Test {
 protected:
  Answer() {
    server.get("/orders/{customerId}", [](const Request& request) {
      return Response::text(request.param("customerId") + "|" + request.query("limit").value_or("none"));
    });
    server.get("/throws/{kind}", [](const Request& request) -> Response {
      const std::string& kind = request.param("kind");
      if (kind == "std") throw std::runtime_error{"/var/lib/secret-path"};
      if (kind == "int") throw 42;
      for (const ErrorKind each : {ErrorKind::invalid_topology, ErrorKind::invalid_config, ErrorKind::retriable,
                                   ErrorKind::task_migrated, ErrorKind::store_corrupted, ErrorKind::bad_record,
                                   ErrorKind::not_available, ErrorKind::invalid_argument, ErrorKind::fatal}) {
        if (kind == toString(each)) throw Error{each, "/var/lib/secret-path"};
      }
      return Response::json("{}");
    });
    server.get("/broken/header", [](const Request&) {
      Response response = Response::json("{}");
      response.headers = {{"X-Name", "a\r\nSet-Cookie: b=c"}};
      return response;
    });
    server.get("/limited", [](const Request& request) {
      return Response::text(std::to_string(request.queryNumber("limit", 1000, 1, 1000)));
    });
  }

  LogRecorder log;
  QueryServer server{{.log = log.sink()}};
};

TEST_F(Answer, GivesTheHandlerTheDecodedRequest) {
  EXPECT_EQ(server.answer("/orders/J%C3%BCrgen%20%2F%20Co?limit=5").body, "Jürgen / Co|5");
  EXPECT_EQ(server.answer("/orders/Fred").body, "Fred|none");
}

TEST_F(Answer, AnUnknownPathIsNotFound) {
  for (const auto* const path :
       {"/", "/orders", "/orders/", "//orders/Fred", "/orders/Fred/", "/Orders/Fred", "/favicon.ico"}) {
    const Response response = server.answer(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.body, R"({"error":{"code":"not_found","message":"there is nothing at this path"}})");
  }
}

TEST_F(Answer, AMalformedPathIsTheClientsError) {
  for (const auto* const path :
       {"/orders/%00", "/orders/%zz", "/orders/%c0%af", "/orders/%2e%2e", "http://x/orders/Fred"}) {
    const Response response = server.answer(path);
    EXPECT_EQ(response.status, 400) << path;
    EXPECT_THAT(response.body, HasSubstr(R"("code":"bad_request")"));
  }
}

TEST_F(Answer, OtherMethodsAreToldWhatIsAllowed) {
  for (const auto* const method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", "BREW"}) {
    const Response response = server.answer("/orders/Fred", method);
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_THAT(response.headers, Contains(Pair("Allow", "GET, HEAD")));
    EXPECT_EQ(server.answer("/nothing", method).status, 404) << method;
  }
}

TEST_F(Answer, HeadIsAnsweredLikeGet) {
  EXPECT_EQ(server.answer("/orders/Fred", "HEAD").body, "Fred|none");
}

TEST_F(Answer, WhatIsNotAvailableIsToBeAskedForAgain) {
  const Response response = server.answer("/throws/not_available");
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr(R"("code":"not_available")"));
  EXPECT_THAT(response.headers, Contains(Pair("Retry-After", "1")));
}

TEST_F(Answer, AnInvalidArgumentIsTheClientsError) {
  EXPECT_EQ(server.answer("/throws/invalid_argument").status, 400);
  EXPECT_EQ(server.answer("/limited?limit=0").status, 400);
  EXPECT_EQ(server.answer("/limited?limit=5&limit=6").status, 400);
  EXPECT_EQ(server.answer("/limited?limit=5").body, "5");
}

TEST_F(Answer, OtherFailuresTellTheClientNothingAndTheLogEverything) {
  for (const auto* const kind : {"invalid_topology", "invalid_config", "retriable", "task_migrated", "store_corrupted",
                                 "bad_record", "fatal", "std", "int"}) {
    const Response response = server.answer("/throws/" + std::string{kind});
    EXPECT_EQ(response.status, 500) << kind;
    EXPECT_THAT(response.body, HasSubstr(R"("code":"internal")"));
    EXPECT_THAT(response.body, Not(HasSubstr("secret-path")));
    EXPECT_TRUE(log.has("target=/throws/" + std::string{kind})) << kind;
  }
  EXPECT_TRUE(log.has("secret-path"));
}

TEST_F(Answer, AHandlerCannotBreakTheResponseHead) {
  EXPECT_EQ(server.answer("/broken/header").status, 500);
  EXPECT_TRUE(log.has("X-Name"));
}

TEST_F(Answer, HealthIsOkUnlessToldOtherwise) {
  EXPECT_EQ(server.answer("/healthz").body, R"({"status":"ok"})");
  bool healthy = true;
  server.onHealth([&] { return healthy; });
  EXPECT_EQ(server.answer("/healthz").status, 200);
  healthy = false;
  EXPECT_EQ(server.answer("/healthz").status, 503);
  EXPECT_EQ(server.answer("/healthz").body, R"({"error":{"code":"failed","message":"the application has failed; its log says why"}})");
}

TEST_F(Answer, ReadinessNamesTheState) {
  EXPECT_EQ(server.answer("/readyz").body, R"({"status":"ready"})");
  std::pair<bool, std::string> state{false, "starting"};
  server.onReady([&] { return state; });
  EXPECT_EQ(server.answer("/readyz").status, 503);
  EXPECT_EQ(server.answer("/readyz").body, R"({"error":{"code":"not_ready","message":"starting"}})");
  state = {true, "ready"};
  EXPECT_EQ(server.answer("/readyz").status, 200);
}

TEST_F(Answer, MetricsAreInTheFormatOfPrometheus) {
  EXPECT_EQ(server.answer("/metrics").status, 404);
  server.onMetrics([] { return std::string{"up 1\n"}; });
  EXPECT_EQ(server.answer("/metrics").body, "up 1\n");
  EXPECT_THAT(server.answer("/metrics").content_type, HasSubstr("text/plain; version=0.0.4"));
}

TEST_F(Answer, TheServersOwnPathsAreTaken) {
  const auto handler = [](const Request&) { return Response::json("{}"); };
  EXPECT_THROW(server.get("/healthz", handler), Error);
  EXPECT_THROW(server.get("/{any}", handler), Error);
}

TEST(QueryServerOptions, ThatHaveNoSenseAreNamed) {
  const auto refusal = [](const QueryServerOptions& options) -> std::string {
    try {
      const QueryServer server{options};
      return "accepted";
    } catch (const Error& error) {
      return error.kind() == ErrorKind::invalid_config ? error.what() : "wrong kind";
    }
  };
  EXPECT_THAT(refusal({.threads = 0}), HasSubstr("threads"));
  EXPECT_THAT(refusal({.threads = 100'000}), HasSubstr("threads"));
  EXPECT_THAT(refusal({.header_timeout = std::chrono::milliseconds{0}}), HasSubstr("header_timeout"));
  EXPECT_THAT(refusal({.max_connections = 0}), HasSubstr("max_connections"));
}

}  // namespace
}  // namespace widgetstream
