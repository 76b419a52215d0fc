// tests/integration/widget_orders_test.cpp — the main job: from a topic to the store, to MongoDB and to HTTP.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/integration/widget_orders_app.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/mongo_server.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;
using ::testing::SizeIs;

class WidgetOrders : public ::testing::Test {
 protected:
  WidgetOrders() { makeInputTopics(kafka); }

  std::string nextApplication() {
    static int number = 0;
    return "widget-orders-" + std::to_string(++number);
  }
  bool shows(const std::string& target, const std::string& text) {
    return waitUntil([&] { return app.get(target).body.find(text) != std::string::npos; });
  }

  KafkaClient kafka{sharedKafkaBroker().bootstrapServers()};
  std::string application = nextApplication();
  WidgetOrdersApp app{{"--bootstrap-servers", sharedKafkaBroker().bootstrapServers(), "--application-id", application}};
};

TEST_F(WidgetOrders, ServesTheOrderOfTheSampleMessage) {
  kafka.produce("event-topic", {{.value = R"({ "type":"WidgetOrdered", "customerId":"Fred", "widgetId":"W123" })",
                                 .timestamp_ms = 1769860800000}});
  app.start();
  ASSERT_TRUE(shows("/orders/Fred", "W123")) << app.output();
  EXPECT_EQ(app.get("/orders/Fred").body,
            R"({"customerId":"Fred","orders":[{"widgetId":"W123","orderedAt":"2026-01-31T12:00:00.000Z"}]})");
}

TEST_F(WidgetOrders, WritesOrdersAndSensorsToMongoOnce) {
  MongoServer mongo;
  kafka.produce("event-topic", {orderOf("Fred", "W123"), orderOf("Wilma", "W7")});
  kafka.produce("sensor-health", {{.value = R"({"sensorId":"S1","status":"ok"})", .partition = 0},
                                  {.value = R"({"sensorId":"S1","status":"down","since":5})", .partition = 0}});
  app.start({"--mongo-uri", mongo.uri()});
  MongoTestClient client{mongo.uri()};
  ASSERT_TRUE(waitUntil([&] { return client.count("widgets", "orders") == 2; })) << app.output();
  EXPECT_THAT(client.find("widgets", "orders", R"({"customerId":"Fred"})"),
              ElementsAre(AllOf(HasSubstr("W123"), HasSubstr("event-topic-"))));
  ASSERT_TRUE(waitUntil([&] { return client.count("widgets", "sensors", R"({"_id":"S1","status":"down"})") == 1; }));
  EXPECT_EQ(client.count("widgets", "sensors"), 1);
  app.stop();
  app.start({"--mongo-uri", mongo.uri()});
  ASSERT_TRUE(app.ready());
  EXPECT_EQ(client.count("widgets", "orders"), 2);
}

TEST_F(WidgetOrders, AnswersUnknownCustomersWithNotFound) {
  app.start();
  ASSERT_TRUE(app.ready());
  const HttpAnswer answer = app.get("/orders/Nobody");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr(R"("code":"not_found")"));
}

TEST_F(WidgetOrders, TakesCustomerNamesThatNeedPercentSigns) {
  kafka.produce("event-topic", {orderOf("Jürgen / Co", "W1"), orderOf("50%", "W2"), orderOf("a\\u0000b", "W3")});
  app.start();
  ASSERT_TRUE(shows("/orders/J%C3%BCrgen%20%2F%20Co", "W1")) << app.output();
  EXPECT_TRUE(shows("/orders/50%25", "W2"));
  EXPECT_EQ(app.get("/orders/50%").status, 400);
}

TEST_F(WidgetOrders, PagesThroughACustomersOrdersByTimeThenArrival) {
  std::vector<KafkaTestRecord> records;
  for (int number = 0; number < 25; ++number) {
    records.push_back(orderOf("Fred", "W" + std::to_string(number)));
    records.back().partition = 0;
    records.back().timestamp_ms = 1'700'000'000'000 + (24 - number) / 2;
  }
  kafka.produce("event-topic", records);
  app.start();
  ASSERT_TRUE(waitUntil([&] {
    const auto widgets = app.widgetsOf("Fred");
    return widgets && widgets->size() == 25;
  })) << app.output();
  const HttpAnswer first = app.get("/orders/Fred?limit=3");
  EXPECT_THAT(first.body, HasSubstr(R"({"customerId":"Fred","orders":[{"widgetId":"W23",)"));
  EXPECT_THAT(first.body, HasSubstr(R"("next":")"));
  const std::string next = first.body.substr(first.body.find(R"("next":")") + 8);
  const HttpAnswer second = app.get("/orders/Fred?limit=3&after=" + next.substr(0, next.find('"')));
  EXPECT_THAT(second.body, HasSubstr(R"("orders":[{"widgetId":"W22",)"));
  EXPECT_EQ(app.get("/orders/Fred?limit=0").status, 400);
  EXPECT_EQ(app.get("/orders/Fred?after=garbage").status, 400);
  EXPECT_EQ(app.get("/orders/Wilma?after=" + next.substr(0, next.find('"'))).status, 400);
}

TEST_F(WidgetOrders, ServesTheNewestReportOfEachSensorWithAllItsFields) {
  kafka.produce("sensor-health", {{.value = R"({"sensorId":"S2","status":"ok"})"},
                                  {.value = R"({"sensorId":"S1","status":"ok","site":{"floor":3},"load":0.5})"}});
  app.start();
  ASSERT_TRUE(shows("/sensors/S1", "floor")) << app.output();
  EXPECT_EQ(app.get("/sensors/S1").body, R"({"sensorId":"S1","status":"ok","site":{"floor":3},"load":0.5})");
  ASSERT_TRUE(shows("/sensors", "S2"));
  EXPECT_EQ(app.get("/sensors").body,
            R"({"sensors":[{"sensorId":"S1","status":"ok","site":{"floor":3},"load":0.5},)"
            R"({"sensorId":"S2","status":"ok"}]})");
  EXPECT_EQ(app.get("/sensors/S9").status, 404);
}

TEST_F(WidgetOrders, SendsWhatIsNoOrderToTheDeadLettersAndGoesOn) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  kafka.produce("event-topic", {{.value = "not json"},
                                {.value = R"({ "type":"WidgetOrdered", "customerId":"Fr)"},
                                {.value = R"({ "type":"WidgetOrdered", "widgetId":"W1" })"},
                                {.value = R"({ "type":"WidgetOrdered", "customerId":"Fred" })"},
                                {.value = R"({ "type":"WidgetOrdered", "customerId":7, "widgetId":"W1" })"},
                                {.value = deep},
                                {.value = std::nullopt},
                                {.value = R"({ "customerId":"Fred", "widgetId":"W1" })"},
                                {.value = R"({ "type":"WidgetPainted" })"},
                                {.value = R"({ "type":"WidgetPainted", "customerId":7, "widgetId":{} })"},
                                orderOf("Fred", "W123")});
  app.start();
  ASSERT_TRUE(shows("/orders/Fred", "W123")) << app.output();
  const auto letters = kafka.consumeAtLeast(application + "-dlq", 8, std::chrono::seconds{30});
  EXPECT_THAT(letters, SizeIs(8));
  for (const KafkaTestRecord& letter : letters) {
    std::map<std::string, std::optional<std::string>> headers{letter.headers.begin(), letter.headers.end()};
    EXPECT_THAT(headers["__streams.errors.topic"], Optional(std::string{"event-topic"}));
    EXPECT_TRUE(headers["__streams.errors.offset"].has_value());
    EXPECT_THAT(headers["__streams.errors.message"], Optional(::testing::Not(::testing::IsEmpty())));
  }
  EXPECT_THAT(app.get("/metrics").body, HasSubstr("widget_orders_ignored_events_total 2"));
}

TEST_F(WidgetOrders, SendsWhatIsNoSensorReportToTheDeadLettersAndGoesOn) {
  kafka.produce("sensor-health", {{.value = "{", .partition = 0},
                                  {.value = R"({"status":"ok"})", .partition = 0},
                                  {.value = R"({"sensorId":"","status":"ok"})", .partition = 0},
                                  {.value = R"({"sensorId":"S1","status":"ok"})", .partition = 0}});
  app.start();
  ASSERT_TRUE(shows("/sensors/S1", "ok")) << app.output();
  const auto letters = kafka.consumeAtLeast(application + "-dlq", 3, std::chrono::seconds{30});
  EXPECT_THAT(letters, SizeIs(3));
}

TEST_F(WidgetOrders, ACustomerMayHaveAHundredThousandOrders) {
  constexpr std::size_t all = 100'000;
  std::vector<KafkaTestRecord> records;
  for (std::size_t number = 0; number < all; ++number) {
    records.push_back(orderOf("Fred", "W" + std::to_string(number)));
    records.back().partition = static_cast<std::int32_t>(number % 4);
    records.back().timestamp_ms = 1'700'000'000'000 + static_cast<std::int64_t>(number);
  }
  kafka.produce("event-topic", records);
  app.start();
  std::vector<std::string> widgets;
  ASSERT_TRUE(waitUntil(
      [&] {
        widgets = app.widgetsOf("Fred").value_or(std::vector<std::string>{});
        return widgets.size() >= all;
      },
      std::chrono::seconds{90}))
      << widgets.size() << app.output();
  ASSERT_EQ(widgets.size(), all);
  for (std::size_t number = 0; number < all; ++number) ASSERT_EQ(widgets[number], "W" + std::to_string(number));
}

TEST_F(WidgetOrders, CutsADeadLetterThatIsTooLargeForItsTopic) {
  kafka.deleteTopic("event-topic");
  kafka.createTopic("event-topic", 1, {{"max.message.bytes", "4000000"}});
  KafkaClient large{sharedKafkaBroker().bootstrapServers(), {{"message.max.bytes", "4000000"}}};
  const std::string value = R"({"type":"WidgetOrdered","note":")" + std::string(2'000'000, 'x');  // never closed
  large.produce("event-topic", {{.value = value}, orderOf("Fred", "W5")});
  app.start();
  ASSERT_TRUE(shows("/orders/Fred", "W5")) << app.output();
  const auto letters = kafka.consumeAtLeast(application + "-dlq", 1, std::chrono::seconds{30});
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_LT(letters[0].value->size(), value.size());
  EXPECT_EQ(value.substr(0, 1000), letters[0].value->substr(0, 1000));
  std::map<std::string, std::optional<std::string>> headers{letters[0].headers.begin(), letters[0].headers.end()};
  EXPECT_THAT(headers["__widgetstream.errors.original.value.bytes"], Optional(std::to_string(value.size())));
  EXPECT_THAT(headers["__streams.errors.offset"], Optional(std::string{"0"}));
}

TEST_F(WidgetOrders, TakesALargeOrderThatIsValid) {
  kafka.deleteTopic("event-topic");
  kafka.createTopic("event-topic", 1, {{"max.message.bytes", "4000000"}});
  KafkaClient large{sharedKafkaBroker().bootstrapServers(), {{"message.max.bytes", "4000000"}}};
  large.produce("event-topic", {{.value = R"({"type":"WidgetOrdered","customerId":"Fred","widgetId":"W9","note":")" +
                                          std::string(2'000'000, 'x') + "\"}"}});
  app.start();
  EXPECT_TRUE(shows("/orders/Fred", "W9")) << app.output();
}

class EmbeddedWidgetOrders : public ::testing::Test {
 protected:
  WidgetOrdersApp app{{"--embedded"}};
};

TEST_F(EmbeddedWidgetOrders, ServesSampleOrdersAndWhatAnyKafkaClientSends) {
  app.start();
  ASSERT_TRUE(app.ready()) << app.output();
  ASSERT_TRUE(waitUntil([&] { return app.output().find("Kafka broker: ") != std::string::npos; }));
  const std::string after = app.output().substr(app.output().find("Kafka broker: ") + 14);
  KafkaClient kafka{after.substr(0, after.find('\n'))};
  kafka.produce("event-topic", {orderOf("Pebbles", "W1")});
  EXPECT_TRUE(waitUntil([&] { return app.get("/orders/Pebbles").body.find("W1") != std::string::npos; }))
      << app.output();
  EXPECT_TRUE(waitUntil([&] { return app.get("/orders/Fred").status == 200; }));
  EXPECT_TRUE(waitUntil([&] { return app.get("/sensors/S1").status == 200; }));
  EXPECT_EQ(app.process().end(SIGINT, std::chrono::seconds{10}), (ProcessExit{.code = 0, .signal = 0}))
      << app.output();
}

TEST_F(EmbeddedWidgetOrders, TheThreeCommandsItPrintsWork) {
  app.start();
  ASSERT_TRUE(waitUntil([&] { return app.get("/sensors/S1").status == 200 && app.get("/orders/Fred").status == 200; }))
      << app.output();
  TempDir directory;
  std::istringstream lines{app.output().substr(app.output().find("Try:"))};
  std::string line;
  std::getline(lines, line);
  std::vector<std::string> said;
  for (int command = 0; command < 3 && std::getline(lines, line); ++command) {
    Process shell{{.command = {"sh", "-c", line}, .output = directory.path() / std::to_string(command)}};
    EXPECT_EQ(shell.wait(), (ProcessExit{.code = 0, .signal = 0})) << line << "\n" << shell.output();
    said.push_back(shell.output());
  }
  ASSERT_THAT(said, SizeIs(3)) << app.output();
  EXPECT_THAT(said[0], HasSubstr(R"({"customerId":"Fred","orders":[{"widgetId":)"));
  EXPECT_THAT(said[2], HasSubstr(R"({"sensors":[{"sensorId":"S1")"));
  EXPECT_TRUE(waitUntil([&] { return app.get("/orders/Pebbles").body.find("W1") != std::string::npos; }));
}

TEST_F(EmbeddedWidgetOrders, WritesTheSampleMessageToMongoAndLeavesNothingBehind) {
  MongoServer mongo;
  TempDir temporary;
  app.setEnvironment({{"TMPDIR", temporary.path().string()}});
  app.start({"--mongo-uri", mongo.uri(), "--mongo-database", "elsewhere"});
  ASSERT_TRUE(app.ready()) << app.output();
  EXPECT_FALSE(std::filesystem::is_empty(temporary.path()));
  const std::string after = app.output().substr(app.output().find("Kafka broker: ") + 14);
  KafkaClient kafka{after.substr(0, after.find('\n'))};
  kafka.produce("event-topic",
                {{.value = R"({ "type":"WidgetOrdered", "customerId":"Fred", "widgetId":"W123" })"}});
  EXPECT_TRUE(waitUntil([&] { return app.get("/orders/Fred").body.find(R"("W123")") != std::string::npos; }));
  MongoTestClient client{mongo.uri()};
  EXPECT_TRUE(waitUntil(
      [&] { return client.count("elsewhere", "orders", R"({"customerId":"Fred","widgetId":"W123"})") == 1; }));
  EXPECT_EQ(app.stop().code, 0) << app.output();
  EXPECT_TRUE(std::filesystem::is_empty(temporary.path()));
  std::ofstream{temporary.path() / "wrong"} << "num.stream.threads=-1\n";
  app.launch({"--config", (temporary.path() / "wrong").string()});
  EXPECT_NE(app.process().wait()->code, 0) << app.output();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{temporary.path()}, {}), 1) << "no directory stays";
}

TEST_F(EmbeddedWidgetOrders, RefusesAStateDirectory) {
  app.launch({"--state-dir", "/tmp/anywhere"});
  EXPECT_EQ(app.process().wait(), (ProcessExit{.code = 2, .signal = 0}));
  EXPECT_THAT(app.output(), AllOf(HasSubstr("--state-dir"), HasSubstr("--embedded")));
}

}  // namespace
}  // namespace widgetstream
