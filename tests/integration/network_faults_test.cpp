// A broker that can be reached badly or not at all: nothing is lost, nothing comes twice, and nothing burns.

#include <gmock/gmock.h>

#include "tests/integration/widget_orders_app.hpp"
#include "tests/support/bad_network.hpp"
#include "tests/support/rounds.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// Sanitizers take several times what the program does.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool as_fast_as_released = false;
#else
constexpr bool as_fast_as_released = true;
#endif

class NetworkFaults : public ::testing::Test {
 protected:
  NetworkFaults() { makeInputTopics(kafka); }

  std::vector<std::string> arguments(const std::string& application) const {
    return {"--bootstrap-servers", bad.bootstrapServers(), "--application-id", application};
  }
  /// The next `count` orders of each customer.
  void order(int count) {
    kafka.produce("event-topic", manyOrders(ordered, count));
    ordered += count;
  }
  /// Orders come in, so many a customer every few milliseconds, while time goes by.
  void orderFor(milliseconds time, int at_once) {
    const auto end = steady_clock::now() + time;
    static_cast<void>(waitUntil(
        [&] {
          order(at_once);
          return steady_clock::now() >= end;
        },
        time * 2));
  }
  static void letPass(milliseconds time) {
    const auto end = steady_clock::now() + time;
    static_cast<void>(waitUntil([&] { return steady_clock::now() >= end; }, time * 2));
  }
  bool everythingServedOnce(const WidgetOrdersApp& app, milliseconds timeout = seconds{60}) const {
    return waitUntil([&] { return allServedOnce({&app}, ordered); }, timeout);
  }
  static std::int64_t sinceMs(steady_clock::time_point then) {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - then).count();
  }
  static std::size_t occurrences(const std::string& text, const std::string& word) {
    std::size_t count = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
    return count;
  }

  BrokerOnABadNetwork bad;
  KafkaClient kafka{bad.broker().bootstrapServers()};
  int ordered = 0;
};

TEST_F(NetworkFaults, ABrokerThatTakesConnectionsAndNeverAnswersIsWaitedForAndCostsNothing) {
  order(10);
  bad.network().stall();
  WidgetOrdersApp app{arguments("silent-broker")};
  app.start();
  const milliseconds before = app.process().processorTime();
  const auto since = steady_clock::now();
  letPass(seconds{rounds(20, 120)});
  const milliseconds used = app.process().processorTime() - before;
  if (as_fast_as_released) {
    EXPECT_LT(used, (steady_clock::now() - since) / 20) << "waiting takes a twentieth of a processor at most";
  }
  EXPECT_EQ(app.get("/readyz").status, 503);
  EXPECT_EQ(app.get("/healthz").status, 200);

  bad.network().carry();
  const auto carried = steady_clock::now();
  EXPECT_TRUE(everythingServedOnce(app)) << app.output();
  figure("14: a silent broker", used.count(), " ms of a processor in ", rounds(20, 120), " s, all served ",
         sinceMs(carried), " ms after it answers");
}

TEST_F(NetworkFaults, AnApplicationClosesInTimeWhileItsBrokerIsSilent) {
  order(10);
  WidgetOrdersApp app{arguments("closes-in-silence")};
  app.start();
  ASSERT_TRUE(everythingServedOnce(app)) << app.output();
  bad.network().stall();
  order(10);
  const auto asked = steady_clock::now();
  EXPECT_EQ(app.process().end(SIGTERM, seconds{60}).signal, 0) << app.output();
  EXPECT_LT(steady_clock::now() - asked, seconds{35}) << "it has 30, and the machine may be slow";
  figure("15: close() while the broker is silent", sinceMs(asked), " ms");

  bad.network().carry();
  app.start();
  EXPECT_TRUE(everythingServedOnce(app)) << app.output();
}

TEST_F(NetworkFaults, ASlowNetworkIsNoReasonToLeaveTheGroup) {
  order(10);
  WidgetOrdersApp app{arguments("slow-network")};
  app.start({"--log-level", "info"});
  ASSERT_TRUE(everythingServedOnce(app)) << app.output();
  const std::size_t assignments = occurrences(app.output(), "tasks assigned");
  ASSERT_GE(assignments, 1U) << app.output();

  bad.network().delay(milliseconds{50}, milliseconds{25}, 256 * 1024);
  orderFor(seconds{rounds(15, 600)}, 1);
  EXPECT_TRUE(everythingServedOnce(app, seconds{rounds(120, 1200)})) << app.output();
  EXPECT_EQ(occurrences(app.output(), "tasks assigned"), assignments) << app.output();
  figure("16: 50 ms give or take 25, 256 kB/s", "no rebalance, ", ordered * customersOfMany().size(),
         " orders, each served once");
}

TEST_F(NetworkFaults, ConnectionsThatAreCutAtAnyByteLoseAndRepeatNothing) {
  order(10);
  WidgetOrdersApp app{arguments("cut-connections")};
  app.start();
  ASSERT_TRUE(everythingServedOnce(app)) << app.output();
  // Answers have up to a megabyte: some get through.
  bad.network().cutAfter(2'000, 1'500'000, 20261127);
  orderFor(seconds{rounds(20, 600)}, 3);
  EXPECT_TRUE(waitUntil([&] {
    order(3);
    return bad.network().cuts() >= 10;
  }, seconds{120}));
  EXPECT_TRUE(everythingServedOnce(app, seconds{rounds(120, 1200)})) << app.output();
  figure("17: connections cut after 2 kB to 1.5 MB", bad.network().cuts(), " cuts, ",
         ordered * customersOfMany().size(), " orders, each served once");
}

TEST_F(NetworkFaults, ABrokerThatIsKilledUnderLoadLosesAndRepeatsNothing) {
  order(10);
  WidgetOrdersApp app{arguments("killed-broker")};
  app.start();
  ASSERT_TRUE(everythingServedOnce(app)) << app.output();
  const int kills = rounds(2, 50);
  for (int round = 0; round < kills; ++round) {
    order(400);
    bad.broker().kill();
    bad.broker().start();
  }
  order(10);
  EXPECT_TRUE(everythingServedOnce(app, seconds{rounds(120, 600)})) << app.output();
  figure("12, 13: kill -9 of the broker under load", kills, " kills, ", ordered * customersOfMany().size(),
         " orders, each served once");
}

}  // namespace
}  // namespace widgetstream
