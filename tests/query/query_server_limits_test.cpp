// What a client cannot do to the server, shown over real sockets. Time limits are short here, so that tests are quick.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/query/raw_client.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/query/query_server.hpp"

namespace widgetstream {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

QueryServer started(QueryServerOptions options = {}) {
  options.port = 0;
  QueryServer server{std::move(options)};
  server.get("/orders/{customerId}",
             [](const Request& request) { return Response::text(request.param("customerId")); });
  server.get("/big", [](const Request&) { return Response::text(std::string(std::size_t{32} << 20, 'x')); });
  server.start();
  return server;
}

/// How it ended for a client that sent these bytes: the status it was given, 0 for none. It must have been closed.
int statusThenClose(const QueryServer& server, std::string_view bytes) {
  RawClient client{server.port()};
  client.send(bytes);
  const auto reply = client.read();
  EXPECT_TRUE(client.isClosedByServer());
  if (!reply) return 0;
  EXPECT_EQ(reply->headers.at("connection"), "close");
  return reply->status;
}

TEST(ServerLimits, AreAnsweredAndTheConnectionCloses) {
  const QueryServer server = started();
  EXPECT_EQ(statusThenClose(server, "GET /" + std::string(20'000, 'a')), 414);
  EXPECT_EQ(statusThenClose(server, "GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'a')), 431);
  EXPECT_EQ(statusThenClose(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"), 413);
  EXPECT_EQ(
      statusThenClose(server, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"),
      400);
  EXPECT_EQ(statusThenClose(server, "GET / HTTP/1.1\nHost: x\n\n"), 400);
  EXPECT_EQ(statusThenClose(server, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"),
            400);
  EXPECT_EQ(fetch(server.port(), "/orders/Fred")->body, "Fred");
}

TEST(ServerLimits, AnEndlessRequestIsNotReadToItsEnd) {
  const QueryServer server = started();
  const std::string endless(std::size_t{64} << 20, 'a');
  for (const std::string head : {"GET /", "GET / HTTP/1.1\r\nHost: x\r\nX: ",
                                 "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"}) {
    RawClient client{server.port()};
    client.send(head);
    EXPECT_LT(client.send(endless), endless.size()) << head;
  }
}

TEST(ServerLimits, WhatFollowsARefusedRequestIsNotAnswered) {
  const QueryServer server = started();
  RawClient client{server.port()};
  client.send(
      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
      "GET /orders/Fred HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read()->status, 400);
  EXPECT_FALSE(client.read());
  EXPECT_TRUE(client.isClosedByServer());
}

TEST(ServerLimits, ASlowHeadIsCutHoweverOftenItGetsAnotherByte) {
  const QueryServer server = started({.header_timeout = milliseconds{300}});
  RawClient client{server.port()};
  client.send("GET /orders/Fred HTTP/1.1\r\n");
  const auto isCut = [&] { return client.send("X") != 1; };
  EXPECT_TRUE(waitUntil(isCut, std::chrono::seconds{10}));
}

TEST(ServerLimits, AHeadThatStopsComingIsAnsweredWithATimeout) {
  const QueryServer server = started({.header_timeout = milliseconds{200}});
  RawClient client{server.port()};
  client.send("GET /orders/Fred HTTP/1.1\r\nHost:");
  EXPECT_EQ(client.read()->status, 408);
  EXPECT_TRUE(client.isClosedByServer());
}

TEST(ServerLimits, AClientThatConnectsAndIsSilentIsClosed) {
  const QueryServer server = started({.header_timeout = milliseconds{200}});
  EXPECT_GE(RawClient{server.port()}.timeToClose(), milliseconds{150});
}

TEST(ServerLimits, ABodyHasUntilTheRequestsDeadline) {
  const QueryServer server = started({.request_timeout = milliseconds{300}});
  RawClient client{server.port()};
  client.send("POST /orders/Fred HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhello");
  EXPECT_EQ(client.read()->status, 408);
  EXPECT_TRUE(client.isClosedByServer());
}

TEST(ServerLimits, AnIdleConnectionIsClosedWithoutAWord) {
  const QueryServer server = started({.idle_timeout = milliseconds{200}});
  RawClient client{server.port()};
  client.sendGet("/orders/Fred");
  EXPECT_TRUE(client.read());
  EXPECT_GE(client.timeToClose(), milliseconds{150});
  EXPECT_FALSE(client.read());
}

TEST(ServerLimits, AClientThatDoesNotReadItsResponseIsCut) {
  const QueryServer server = started({.write_timeout = milliseconds{300}});
  RawClient client{server.port(), 4096};
  client.sendGet("/big");
  // Reading would free the response, so sending has to find out: it fails once the server has cut the connection.
  const auto isCut = [&] { return client.send("GET /orders/Fred HTTP/1.1\r\nHost: x\r\n\r\n") == 0; };
  EXPECT_TRUE(waitUntil(isCut, std::chrono::seconds{10}));
}

TEST(ServerLimits, OneConnectionTooManyIsTurnedAway) {
  const QueryServer server = started({.max_connections = 3});
  std::vector<RawClient> clients;
  for (int at = 0; at < 3; ++at) {
    clients.emplace_back(server.port());
    clients.back().sendGet("/orders/Fred");
    ASSERT_TRUE(clients.back().read());
  }
  {
    RawClient turned_away{server.port()};
    const auto reply = turned_away.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 503);
    EXPECT_EQ(reply->headers.at("retry-after"), "1");
    EXPECT_THAT(reply->body, HasSubstr("too_many_connections"));
    EXPECT_TRUE(turned_away.isClosedByServer());
  }
  clients.front().sendGet("/orders/Fred", "Connection: close\r\n");
  EXPECT_TRUE(clients.front().read());
  EXPECT_TRUE(clients.front().isClosedByServer());
  EXPECT_EQ(fetch(server.port(), "/orders/Fred")->status, 200);
}

TEST(ServerLimits, AConnectionEndsAfterSoManyRequests) {
  const QueryServer server = started({.max_requests_per_connection = 3});
  RawClient client{server.port()};
  for (int at = 0; at < 4; ++at) client.sendGet("/orders/Fred");
  EXPECT_EQ(client.read()->headers.count("connection"), 0U);
  EXPECT_EQ(client.read()->headers.count("connection"), 0U);
  EXPECT_EQ(client.read()->headers.at("connection"), "close");
  EXPECT_FALSE(client.read());
}

TEST(ServerLimits, SlowClientsDoNotKeepOthersFromBeingServed) {
  const QueryServer server = started({.header_timeout = milliseconds{2'000}});
  std::vector<RawClient> slow;
  for (int at = 0; at < 500; ++at) {
    slow.emplace_back(server.port());
    slow.back().send("G");
  }
  for (int at = 0; at < 20; ++at) EXPECT_EQ(fetch(server.port(), "/orders/Fred")->body, "Fred");
  for (auto& client : slow) {
    EXPECT_EQ(client.read()->status, 408);
    EXPECT_TRUE(client.isClosedByServer());
  }
}

}  // namespace
}  // namespace widgetstream
