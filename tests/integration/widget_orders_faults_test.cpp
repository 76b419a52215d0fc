// tests/integration/widget_orders_faults_test.cpp — what is killed, stopped or lost, and that no order is.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <random>

#include "tests/integration/widget_orders_app.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/mongo_server.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using ::testing::HasSubstr;

class WidgetOrdersFaults : public ::testing::Test {
 protected:
  WidgetOrdersFaults() { makeInputTopics(kafka); }

  std::vector<std::string> arguments(const std::string& application) {
    return {"--bootstrap-servers", broker().bootstrapServers(), "--application-id", application};
  }
  static KafkaBroker& broker() { return sharedKafkaBroker(); }

  /// True when a group has committed all there is in its input and repartition topics, so that nothing it made waits
  /// in a producer.
  bool allCommitted(const std::string& group) {
    std::map<std::string, std::int64_t> committed{{"event-topic", 0}, {"sensor-health", 0}};
    std::size_t repartitions = 0;
    for (const auto& [partition, offset] : kafka.committedOffsets(group)) {
      const auto [topic, first] = committed.try_emplace(partition.first, 0);
      if (first) ++repartitions;
      topic->second += offset;
    }
    return repartitions == 2 && std::all_of(committed.begin(), committed.end(), [&](const auto& topic) {
      const auto ends = kafka.endOffsets(topic.first);
      return topic.second == std::accumulate(ends.begin(), ends.end(), std::int64_t{0});
    });
  }

  KafkaClient kafka{broker().bootstrapServers()};
};

TEST_F(WidgetOrdersFaults, TenKillsUnderLoadLoseAndRepeatNothing) {
  WidgetOrdersApp app{arguments("killed-often")};
  std::mt19937 random{20261123};
  std::uniform_int_distribution<int> moment{0, 400};
  int sent = 0;
  for (int round = 0; round < 10; ++round) {
    app.start();
    OrdersComingIn orders{broker().bootstrapServers(), sent};
    // Every other round in the middle of processing, the others wherever it is by then.
    if (round % 2 == 0) {
      ASSERT_TRUE(waitUntil([&] {
        const auto widgets = app.widgetsOf("Fred");
        return widgets && widgets->size() > static_cast<std::size_t>(sent);
      }, std::chrono::seconds{60})) << app.output();
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{moment(random)};
    static_cast<void>(waitUntil([&] { return std::chrono::steady_clock::now() >= until; }, std::chrono::seconds{5}));
    app.kill();
    sent = orders.stop();
  }
  app.start();
  ASSERT_TRUE(app.ready()) << app.output();
  EXPECT_TRUE(waitUntil([&] { return allServedOnce({&app}, sent); }, std::chrono::seconds{60})) << app.output();
}

TEST_F(WidgetOrdersFaults, StateThatWasDeletedComesBackFromTheChangelog) {
  WidgetOrdersApp app{arguments("state-deleted")};
  kafka.produce("event-topic", manyOrders(0, 200));
  app.start();
  ASSERT_TRUE(waitUntil([&] { return allServedOnce({&app}, 200); }, std::chrono::seconds{60})) << app.output();
  EXPECT_EQ(app.stop().code, 0) << app.output();
  ASSERT_GT(std::filesystem::remove_all(app.stateDir()), 0u);
  app.start();
  // Until then nobody is told that there are no orders, or that others have them.
  ASSERT_TRUE(waitUntil([&] {
    const HttpAnswer answer = app.get("/orders/Fred");
    EXPECT_TRUE(answer.status == 200 || answer.body.find("not_available") != std::string::npos) << answer.body;
    return answer.status == 200;
  })) << app.output();
  ASSERT_TRUE(app.ready()) << app.output();
  EXPECT_TRUE(allServedOnce({&app}, 200)) << "ready before everything was restored";
}

TEST_F(WidgetOrdersFaults, MongoAwayForTwentySecondsLosesAndRepeatsNothing) {
  MongoServer mongo;
  WidgetOrdersApp app{arguments("mongo-away")};
  app.start({"--mongo-uri", mongo.uri()});
  ASSERT_TRUE(app.ready()) << app.output();
  kafka.produce("event-topic", manyOrders(0, 100));
  mongo.stop();
  const auto back = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  int sent = 100;
  static_cast<void>(waitUntil(
      [&] {
        kafka.produce("event-topic", manyOrders(sent, 1));
        sent += 1;
        return std::chrono::steady_clock::now() >= back;
      },
      std::chrono::seconds{25}));
  mongo.start();
  MongoTestClient client{mongo.uri()};
  const auto expected = static_cast<std::int64_t>(customersOfMany().size()) * sent;
  EXPECT_TRUE(waitUntil([&] { return client.count("widgets", "orders") >= expected; }, std::chrono::seconds{90}))
      << client.count("widgets", "orders") << " of " << expected << "\n" << app.output();
  EXPECT_TRUE(waitUntil([&] { return allServedOnce({&app}, sent); }, std::chrono::seconds{60}));
  EXPECT_EQ(client.count("widgets", "orders"), expected);
  EXPECT_EQ(client.count("widgets", "orders", R"({"customerId":"Fred"})"), sent);
}

TEST_F(WidgetOrdersFaults, TwoInstancesShareThePartitionsAndOneTakesOverFromTheOther) {
  WidgetOrdersApp one{arguments("shared")};
  WidgetOrdersApp two{arguments("shared")};
  kafka.produce("event-topic", manyOrders(0, 50));
  one.start();
  ASSERT_TRUE(one.ready()) << one.output();
  two.start();
  ASSERT_TRUE(two.ready()) << two.output();
  const auto elsewhere = [&](const WidgetOrdersApp& app) {
    int count = 0;
    for (const std::string& customer : customersOfMany()) count += app.get("/orders/" + customer).status == 503 ? 1 : 0;
    return count;
  };
  ASSERT_TRUE(waitUntil([&] { return allServedOnce({&one, &two}, 50); })) << one.output() << two.output();
  EXPECT_EQ(elsewhere(one) + elsewhere(two), static_cast<int>(customersOfMany().size()));
  for (const std::string& customer : customersOfMany()) {
    const HttpAnswer answer = one.get("/orders/" + customer);
    if (answer.status == 503) EXPECT_THAT(answer.body, HasSubstr(R"("code":"not_owner")"));
  }
  kafka.produce("event-topic", manyOrders(50, 50));
  EXPECT_TRUE(waitUntil([&] { return allServedOnce({&one, &two}, 100); })) << one.output() << two.output();
  for (const WidgetOrdersApp* const app : {&one, &two})
    EXPECT_THAT(app->get("/sensors").body, HasSubstr(R"("partial":true)"));

  EXPECT_EQ(one.stop().code, 0) << one.output();
  kafka.produce("event-topic", manyOrders(100, 50));
  EXPECT_TRUE(waitUntil([&] {
    // A customer whose partition is on its way is one that is not answered for, and never one without orders.
    for (const std::string& customer : customersOfMany()) EXPECT_NE(two.get("/orders/" + customer).status, 404);
    return allServedOnce({&two}, 150);
  })) << two.output();
  ASSERT_TRUE(two.ready()) << two.output();
  EXPECT_EQ(two.get("/sensors").body, R"({"sensors":[]})");
}

TEST_F(WidgetOrdersFaults, ASensorThatAnotherInstanceHasIsNotUnknown) {
  std::vector<KafkaTestRecord> reports;
  for (int sensor = 0; sensor < 20; ++sensor)
    reports.push_back({.value = R"({"sensorId":"S)" + std::to_string(sensor) + R"(","status":"ok"})"});
  kafka.produce("sensor-health", reports);
  WidgetOrdersApp one{arguments("sensors-apart")};
  WidgetOrdersApp two{arguments("sensors-apart")};
  one.start();
  two.start();
  ASSERT_TRUE(one.ready()) << one.output();
  ASSERT_TRUE(two.ready()) << two.output();
  EXPECT_TRUE(waitUntil([&] {
    for (int sensor = 0; sensor < 20; ++sensor) {
      const std::string target = "/sensors/S" + std::to_string(sensor);
      const HttpAnswer answers[] = {one.get(target), two.get(target)};
      const bool once = (answers[0].status == 200) != (answers[1].status == 200);
      const HttpAnswer& other = answers[0].status == 200 ? answers[1] : answers[0];
      if (!once || other.status != 503 || other.body.find(R"("code":"not_owner")") == std::string::npos) return false;
    }
    return true;
  })) << one.output() << two.output();
}

TEST_F(WidgetOrdersFaults, ASignalDrainsAndCommitsWhatIsUnderWay) {
  WidgetOrdersApp app{arguments("drains")};
  TempDir directory;
  std::ofstream{directory.path() / "app.properties"} << "commit.interval.ms=600000\n";
  app.start({"--config", (directory.path() / "app.properties").string()});
  ASSERT_TRUE(app.ready()) << app.output();
  kafka.produce("event-topic", manyOrders(0, 300));
  kafka.produce("sensor-health", {{.value = R"({"sensorId":"S1","status":"ok"})"}});
  ASSERT_TRUE(waitUntil([&] { return allServedOnce({&app}, 300); }, std::chrono::seconds{60})) << app.output();
  ASSERT_TRUE(waitUntil([&] { return app.get("/sensors/S1").status == 200; })) << app.output();
  EXPECT_FALSE(allCommitted("drains")) << "so that the end of the process has something to commit";
  EXPECT_EQ(app.stop(), (ProcessExit{.code = 0, .signal = 0})) << app.output();
  EXPECT_TRUE(allCommitted("drains"));
}

TEST_F(WidgetOrdersFaults, AProcessThatWakesAfterItsSessionOverwritesNothing) {
  constexpr int sensors = 8;
  WidgetOrdersApp one{arguments("zombie")};
  WidgetOrdersApp two{arguments("zombie")};
  one.start();
  ASSERT_TRUE(one.ready()) << one.output();
  two.start();
  ASSERT_TRUE(two.ready()) << two.output();
  int sent = 0;
  const auto send = [&](int count) {
    kafka.produce("event-topic", manyOrders(sent, count));
    std::vector<KafkaTestRecord> health;
    for (int number = sent; number < sent + count; ++number) {
      for (int sensor = 0; sensor < sensors; ++sensor) {
        health.push_back({.value = R"({"sensorId":"S)" + std::to_string(sensor) + R"(","status":"ok","n":)" + std::to_string(number) + "}"});
        health.back().partition = sensor % 4;  // those of a sensor stay in order
      }
    }
    kafka.produce("sensor-health", health);
    sent += count;
  };
  send(200);
  ASSERT_TRUE(waitUntil([&] { return allServedOnce({&one, &two}, sent); })) << one.output() << two.output();

  // What is in a producer when the process stops leaves when it wakes, and nobody can prevent it (decision 0035).
  ASSERT_TRUE(waitUntil([&] { return allCommitted("zombie"); }));
  one.process().signal(SIGSTOP);
  send(250);  // its sockets take these, and it finds them when it wakes
  // The other one has everything, and goes on to newer values.
  ASSERT_TRUE(waitUntil([&] { return allServedOnce({&two}, sent); }, std::chrono::seconds{60})) << two.output();
  send(50);
  ASSERT_TRUE(waitUntil([&] { return allServedOnce({&two}, sent); }, std::chrono::seconds{60})) << two.output();
  const auto before = kafka.committedOffsets("zombie");
  one.process().signal(SIGCONT);
  ASSERT_TRUE(waitUntil(
      [&] { return one.output().find("thrown out") != std::string::npos ||
                   one.output().find("does not know this member") != std::string::npos; },
      std::chrono::seconds{30}))
      << one.output();
  ASSERT_TRUE(one.ready()) << one.output();
  ASSERT_TRUE(waitUntil([&] { return allServedOnce({&one, &two}, sent); }, std::chrono::seconds{60}))
      << one.output() << two.output();

  for (const auto& [partition, offset] : kafka.committedOffsets("zombie")) {
    if (const auto known = before.find(partition); known != before.end()) EXPECT_GE(offset, known->second);
  }
  // Whatever restores from the changelogs finds the newest values.
  EXPECT_EQ(one.stop().code, 0) << one.output();
  EXPECT_EQ(two.stop().code, 0) << two.output();
  std::map<std::string, std::string> newest;
  for (const KafkaTestRecord& record : kafka.consumeAll("zombie-sensors-changelog"))
    newest[record.key.value_or("")] = record.value.value_or("");
  EXPECT_EQ(newest.size(), static_cast<std::size_t>(sensors));
  for (const auto& [sensor, value] : newest)
    EXPECT_THAT(value, HasSubstr("\"n\":" + std::to_string(sent - 1) + "}")) << sensor;
  std::filesystem::remove_all(one.stateDir());
  one.start();
  ASSERT_TRUE(one.ready()) << one.output();
  EXPECT_TRUE(waitUntil([&] { return allServedOnce({&one}, sent); }, std::chrono::seconds{60})) << one.output();
}

TEST_F(WidgetOrdersFaults, GoesOnWhenTheBrokerComesBack) {
  KafkaBroker own;
  KafkaClient client{own.bootstrapServers()};
  makeInputTopics(client);
  client.produce("event-topic", manyOrders(0, 10));
  WidgetOrdersApp app{{"--bootstrap-servers", own.bootstrapServers(), "--application-id", "broker-away"}};
  app.start();
  ASSERT_TRUE(waitUntil([&] { return allServedOnce({&app}, 10); }, std::chrono::seconds{60})) << app.output();
  own.stop();
  EXPECT_EQ(app.get("/orders/Fred").status, 200) << "what is known is still served";
  own.start();
  client.produce("event-topic", manyOrders(10, 10));
  EXPECT_TRUE(waitUntil([&] { return allServedOnce({&app}, 20); }, std::chrono::seconds{60})) << app.output();
}

TEST_F(WidgetOrdersFaults, WaitsForABrokerThatIsNotThereYet) {
  KafkaBroker own;
  KafkaClient client{own.bootstrapServers()};
  makeInputTopics(client);
  client.produce("event-topic", manyOrders(0, 10));
  own.stop();
  WidgetOrdersApp app{{"--bootstrap-servers", own.bootstrapServers(), "--application-id", "early"}};
  app.start();
  EXPECT_TRUE(waitUntil([&] { return app.output().find("broker") != std::string::npos; })) << app.output();
  EXPECT_EQ(app.get("/healthz").status, 200);
  EXPECT_EQ(app.get("/readyz").status, 503);
  own.start();
  EXPECT_TRUE(waitUntil([&] { return allServedOnce({&app}, 10); }, std::chrono::seconds{60})) << app.output();
}

TEST_F(WidgetOrdersFaults, ClosesInTimeWhileTheBrokerIsAway) {
  KafkaBroker own;
  KafkaClient client{own.bootstrapServers()};
  makeInputTopics(client);
  WidgetOrdersApp app{{"--bootstrap-servers", own.bootstrapServers(), "--application-id", "closes"}};
  app.start();
  ASSERT_TRUE(app.ready()) << app.output();
  own.kill();
  EXPECT_EQ(app.process().end(SIGTERM, std::chrono::seconds{40}).signal, 0) << app.output();
}

}  // namespace
}  // namespace widgetstream
