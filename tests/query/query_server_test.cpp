// The server over real sockets: serving, keep-alive, pipelining, starting and stopping.
#include "widgetstream/query/query_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "tests/query/log_recorder.hpp"
#include "tests/query/raw_client.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

/// A door a handler waits at until the test opens it.
class Gate {
 public:
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock{mutex_};
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  [[nodiscard]] bool awaitArrival(int count = 1) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return arrived_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;  // guarded by mutex_
  int arrived_ = 0;    // guarded by mutex_
};

class Server : public ::testing::Test {
 protected:
  QueryServer started(QueryServerOptions options = {}) {
    options.port = 0;
    options.log = log.sink();
    QueryServer server{std::move(options)};
    server.get("/orders/{customerId}",
               [](const Request& request) { return Response::text(request.param("customerId")); });
    server.get("/gate", [this](const Request&) {
      gate.pass();
      return Response::text("passed");
    });
    server.get("/big", [this](const Request&) { return Response::text(big); });
    server.start();
    return server;
  }

  LogRecorder log;
  Gate gate;
  const std::string big = std::string(std::size_t{5} << 20, 'x');
};

TEST_F(Server, AnswersOnAFreePortOfItsChoice) {
  const QueryServer server = started();
  EXPECT_NE(server.port(), 0);
  const auto reply = fetch(server.port(), "/orders/J%C3%BCrgen%20%2F%20Co");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "Jürgen / Co");
  EXPECT_EQ(reply->headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(reply->headers.at("cache-control"), "no-store");
  EXPECT_EQ(reply->headers.count("server"), 0U);
}

TEST_F(Server, ServesManyRequestsOverOneConnection) {
  const QueryServer server = started();
  RawClient client{server.port()};
  for (int at = 0; at < 100; ++at) {
    client.sendGet("/orders/" + std::to_string(at));
    const auto reply = client.read();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, std::to_string(at));
  }
}

TEST_F(Server, AnswersPipelinedRequestsInOrder) {
  const QueryServer server = started();
  RawClient client{server.port()};
  std::string requests;
  for (int at = 0; at < 500; ++at) requests += "GET /orders/" + std::to_string(at) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(requests);
  for (int at = 0; at < 500; ++at) {
    const auto reply = client.read();
    ASSERT_TRUE(reply) << at;
    ASSERT_EQ(reply->body, std::to_string(at));
  }
}

TEST_F(Server, AnswersHeadWithTheSameHeadAndNoBody) {
  const QueryServer server = started();
  RawClient client{server.port()};
  client.send("HEAD /orders/Fred HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = client.read(false);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->headers.at("content-length"), "4");
  client.sendGet("/orders/Fred");
  EXPECT_EQ(client.read()->body, "Fred");
}

TEST_F(Server, KeepsTheConnectionAfterAnErrorThatLeavesNoDoubt) {
  const QueryServer server = started();
  RawClient client{server.port()};
  client.sendGet("/nothing");
  EXPECT_EQ(client.read()->status, 404);
  client.sendGet("/orders/%00");
  EXPECT_EQ(client.read()->status, 400);
  client.send("POST /orders/Fred HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(client.read()->headers.at("allow"), "GET, HEAD");
  client.sendGet("/orders/Fred");
  EXPECT_EQ(client.read()->body, "Fred");
}

TEST_F(Server, ClosesWhenTheClientAsksForIt) {
  const QueryServer server = started();
  RawClient client{server.port()};
  client.sendGet("/orders/Fred", "Connection: close\r\n");
  EXPECT_EQ(client.read()->headers.at("connection"), "close");
  EXPECT_TRUE(client.isClosedByServer());
}

TEST_F(Server, AnswersAClientThatHasFinishedSending) {
  const QueryServer server = started();
  RawClient client{server.port()};
  client.sendGet("/orders/Fred");
  client.finishSending();
  EXPECT_EQ(client.read()->body, "Fred");
  EXPECT_TRUE(client.isClosedByServer());
}

TEST_F(Server, AnswersARequestThatComesByteByByte) {
  const QueryServer server = started();
  RawClient client{server.port()};
  for (const char byte : std::string_view{"GET /orders/Fred HTTP/1.1\r\nHost: x\r\n\r\n"}) client.send({&byte, 1});
  EXPECT_EQ(client.read()->body, "Fred");
}

TEST_F(Server, TellsAWaitingClientToSendItsBody) {
  const QueryServer server = started();
  RawClient client{server.port()};
  client.send("POST /orders/Fred HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read()->status, 100);
  client.send("hello");
  EXPECT_EQ(client.read()->status, 405);
}

TEST_F(Server, SendsMoreThanTheSocketHolds) {
  const QueryServer server = started();
  RawClient client{server.port(), 4096};
  client.sendGet("/big");
  const auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->body == big);
}

TEST_F(Server, SurvivesClientsThatLeaveInTheMiddle) {
  const QueryServer server = started();
  for (int at = 0; at < 50; ++at) {
    RawClient leaves_in_head{server.port()};
    leaves_in_head.send("GET /ord");
    RawClient leaves_in_response{server.port()};
    leaves_in_response.sendGet("/big");
  }
  EXPECT_EQ(fetch(server.port(), "/orders/Fred")->body, "Fred");
}

TEST_F(Server, OneSlowHandlerDoesNotHoldUpTheOtherThread) {
  QueryServer server = started({.threads = 2});
  RawClient slow{server.port()};
  slow.sendGet("/gate");
  ASSERT_TRUE(gate.awaitArrival());
  for (int at = 0; at < 20; ++at) EXPECT_EQ(fetch(server.port(), "/orders/Fred")->body, "Fred");
  gate.open();
  EXPECT_EQ(slow.read()->body, "passed");
}

TEST_F(Server, ManyClientsOnSeveralThreadsGetTheirOwnAnswers) {
  const QueryServer server = started({.threads = 3});
  std::vector<std::future<int>> clients;
  for (int at = 0; at < 8; ++at) {
    clients.push_back(std::async(std::launch::async, [&, name = "c" + std::to_string(at)] {
      RawClient client{server.port()};
      int right = 0;
      for (int round = 0; round < 200; ++round) {
        client.sendGet("/orders/" + name);
        right += client.read()->body == name ? 1 : 0;
      }
      return right;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 200);
}

// ---- start ----

std::string failureOf(QueryServerOptions options) {
  QueryServer server{std::move(options)};
  try {
    server.start();
    return "started";
  } catch (const Error& error) {
    return error.kind() == ErrorKind::invalid_config ? error.what() : "wrong kind";
  }
}

TEST_F(Server, APortInUseIsNamed) {
  const QueryServer first = started();
  const std::string failure = failureOf({.port = first.port()});
  EXPECT_THAT(failure, HasSubstr("127.0.0.1:" + std::to_string(first.port())));
  EXPECT_THAT(failure, HasSubstr("in use"));
}

TEST_F(Server, AHostThatIsNotHereIsNamed) {
  EXPECT_THAT(failureOf({.host = "192.0.2.1", .port = 0}), HasSubstr("192.0.2.1"));
  EXPECT_THAT(failureOf({.host = "no host at all", .port = 0}), HasSubstr("no host at all"));
}

TEST_F(Server, TheNameOfThisMachineWillDo) {
  QueryServer server{{.host = "localhost", .port = 0}};
  EXPECT_NO_THROW(server.start());
}

TEST_F(Server, WarnsWhenItCanBeReachedFromElsewhere) {
  const QueryServer local = started();
  EXPECT_FALSE(log.has("no authentication"));
  const QueryServer open = started({.host = "0.0.0.0"});
  EXPECT_TRUE(log.has("warning the query server listens beyond this machine and has no authentication"));
}

TEST_F(Server, RoutesAreFixedOnceItIsStarted) {
  QueryServer server = started();
  EXPECT_THROW(server.get("/late", [](const Request&) { return Response::json("{}"); }), Error);
  EXPECT_THROW(server.onMetrics([] { return std::string{}; }), Error);
  EXPECT_THROW(server.start(), Error);
}

// ---- stop ----

TEST_F(Server, StopClosesIdleConnectionsAtOnceAndFreesThePort) {
  QueryServer server = started();
  RawClient silent{server.port()};
  RawClient idle{server.port()};
  idle.sendGet("/orders/Fred");
  EXPECT_TRUE(idle.read());
  const auto begin = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{4});
  EXPECT_TRUE(idle.isClosedByServer());
  EXPECT_TRUE(silent.isClosedByServer());
  EXPECT_THROW(RawClient{server.port()}, std::system_error);
  EXPECT_EQ(failureOf({.port = server.port()}), "started");
}

TEST_F(Server, StopLetsARequestInFlightFinish) {
  QueryServer server = started();
  RawClient client{server.port()};
  client.sendGet("/gate");
  ASSERT_TRUE(gate.awaitArrival());
  auto stopped = std::async(std::launch::async, [&] { server.stop(); });
  EXPECT_EQ(stopped.wait_for(std::chrono::milliseconds{100}), std::future_status::timeout);
  gate.open();
  const auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "passed");
  EXPECT_EQ(reply->headers.at("connection"), "close");
  EXPECT_TRUE(client.isClosedByServer());
  stopped.get();
}

TEST_F(Server, StopCutsWhatTakesTooLong) {
  QueryServer server = started({.stop_timeout = std::chrono::milliseconds{100}});
  RawClient half{server.port()};
  half.send("GET /orders/Fr");
  RawClient slow_reader{server.port(), 4096};
  slow_reader.sendGet("/big");
  EXPECT_TRUE(fetch(server.port(), "/orders/Fred"));
  const auto begin = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{4});
  EXPECT_TRUE(half.isClosedByServer());
  EXPECT_TRUE(log.has("cut requests in flight"));
}

TEST_F(Server, StopMayBeCalledTwiceAndBeforeStart) {
  QueryServer never_started{{.port = 0}};
  never_started.stop();
  QueryServer server = started();
  server.stop();
  server.stop();
  EXPECT_THROW(server.start(), Error);
}

TEST_F(Server, StopNeverMissesADeadlineThatPassesMeanwhile) {
  for (int round = 0; round < 200; ++round) {
    QueryServer server = started({.threads = 2, .header_timeout = std::chrono::milliseconds{1}});
    const RawClient client{server.port()};
    server.stop();
  }
}

TEST_F(Server, AHandlerCannotStopTheServerItRunsOn) {
  QueryServer server{{.port = 0, .log = log.sink()}};
  server.get("/stop", [&](const Request&) {
    server.stop();
    return Response::text("stopped");
  });
  server.start();
  EXPECT_EQ(fetch(server.port(), "/stop")->status, 400);
  server.stop();
}

}  // namespace
}  // namespace widgetstream
