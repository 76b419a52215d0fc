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

TEST_F(KillFaults, OfFourInstancesThatComeAndGoAllTheTimeLoseAndRepeatNothing) {
  const std::vector<std::string> arguments{"--bootstrap-servers", sharedKafkaBroker().bootstrapServers(),
                                           "--application-id", "comes-and-goes"};
  std::array<WidgetOrdersApp, 4> apps{WidgetOrdersApp{arguments}, WidgetOrdersApp{arguments}, WidgetOrdersApp{arguments},
                                      WidgetOrdersApp{arguments}};
  std::array<bool, 4> there{};
  for (std::size_t i = 0; i < apps.size(); ++i) {
    apps[i].start();
    there[i] = true;
  }
  std::mt19937 random{20261128};
  std::uniform_int_distribution<std::size_t> any{0, apps.size() - 1};
  std::uniform_int_distribution<int> moment{1000, 3000};
  std::bernoulli_distribution is_killed{0.5};
  int killed = 0;
  int stopped = 0;
  const int all = rounds(6, 300);
  OrdersComingIn orders{sharedKafkaBroker().bootstrapServers(), 0};
  for (int round = 0; round < all; ++round) {
    letPass(milliseconds{moment(random)});
    const std::size_t chosen = any(random);
    WidgetOrdersApp& app = apps[chosen];
    if (!there[chosen]) {
      app.start();
    } else if (is_killed(random)) {
      app.kill();
      ++killed;
    } else {
      EXPECT_EQ(app.stop(), (ProcessExit{0, 0})) << app.output();
      ++stopped;
    }
    there[chosen] = !there[chosen];
  }
  const int ordered = orders.stop();
  const auto settling = steady_clock::now();
  for (std::size_t i = 0; i < apps.size(); ++i) {
    if (!there[i]) apps[i].start();
  }
  EXPECT_TRUE(waitUntil([&] { return allServedOnce({&apps[0], &apps[1], &apps[2], &apps[3]}, ordered); },
                        seconds{rounds(90, 900)}))
      << apps[0].output() << apps[1].output() << apps[2].output() << apps[3].output();
  const auto settled = std::chrono::duration_cast<milliseconds>(steady_clock::now() - settling);
  figure("34: four instances that come and go every 1 to 3 s", all, " times, ", killed, " of them kill -9, ", stopped,
         " stops; ", ordered * customersOfMany().size(), " orders, each served once, the last ", settled.count(),
         " ms after the last came");
}

}  // namespace
}  // namespace widgetstream
