// Three instances under load, of which one after the other is killed at a random moment: every order is kept, once.

#include <gmock/gmock.h>

#include <array>
#include <random>

#include "tests/integration/widget_orders_app.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/rounds.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

class KillFaults : public ::testing::Test {
 protected:
  KillFaults() { makeInputTopics(kafka, 8); }

  static void letPass(milliseconds time) {
    const auto end = steady_clock::now() + time;
    static_cast<void>(waitUntil([&] { return steady_clock::now() >= end; }, time * 2 + seconds{1}));
  }

  KafkaClient kafka{sharedKafkaBroker().bootstrapServers()};
};

TEST_F(KillFaults, OfThreeInstancesAtRandomMomentsLoseAndRepeatNothing) {
  const std::vector<std::string> arguments{"--bootstrap-servers", sharedKafkaBroker().bootstrapServers(),
                                           "--application-id", "killed-in-turn"};
  std::array<WidgetOrdersApp, 3> apps{WidgetOrdersApp{arguments}, WidgetOrdersApp{arguments}, WidgetOrdersApp{arguments}};
  for (WidgetOrdersApp& app : apps) app.start();
  std::mt19937 random{20261127};
  std::uniform_int_distribution<std::size_t> victim{0, apps.size() - 1};
  std::uniform_int_distribution<int> moment{0, 700};
  const int all = rounds(8, 100);
  OrdersComingIn orders{sharedKafkaBroker().bootstrapServers(), 0};
  for (int round = 0; round < all; ++round) {
    letPass(milliseconds{moment(random)});
    WidgetOrdersApp& killed = apps[victim(random)];
    killed.kill();
    killed.start();
  }
  const int ordered = orders.stop();
  EXPECT_TRUE(waitUntil([&] { return allServedOnce({&apps[0], &apps[1], &apps[2]}, ordered); }, seconds{rounds(90, 900)}))
      << apps[0].output() << apps[1].output() << apps[2].output();
  figure("1, 2: kill -9 of one of three instances", all, " kills, ", ordered * customersOfMany().size(),
         " orders, each served once");
}

}  // namespace
}  // namespace widgetstream
