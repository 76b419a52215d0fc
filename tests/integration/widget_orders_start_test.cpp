// tests/integration/widget_orders_start_test.cpp — what can be wrong at the start, and what the user is told.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/integration/widget_orders_app.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class WidgetOrdersStart : public ::testing::Test {
 protected:
  std::vector<std::string> arguments(const std::string& application) {
    return {"--bootstrap-servers", sharedKafkaBroker().bootstrapServers(), "--application-id", application};
  }
  /// Ends with an error, soon, and says so.
  std::string refusal(WidgetOrdersApp& app, const std::vector<std::string>& more) {
    app.launch(more);
    const auto exit = app.process().wait();
    EXPECT_TRUE(exit && exit->code > 0) << app.output();
    return app.output();
  }

  KafkaClient kafka{sharedKafkaBroker().bootstrapServers()};
  WidgetOrdersApp app{arguments("starts")};
  TempDir directory;
};

TEST_F(WidgetOrdersStart, TellsThatInputTopicsAreMissingAndGoesOnWhenTheyAppear) {
  for (const char* topic : {"event-topic", "sensor-health"}) {
    if (kafka.topics().contains(topic)) kafka.deleteTopic(topic);
  }
  app.start();
  EXPECT_TRUE(waitUntil([&] {
    const std::string log = app.output();
    return log.find("event-topic") != std::string::npos && log.find("sensor-health") != std::string::npos;
  })) << app.output();
  EXPECT_EQ(app.get("/readyz").status, 503);
  makeInputTopics(kafka);
  kafka.produce("event-topic", {orderOf("Fred", "W1")});
  EXPECT_TRUE(app.ready()) << app.output();
  EXPECT_TRUE(waitUntil([&] { return app.get("/orders/Fred").status == 200; })) << app.output();
}

TEST_F(WidgetOrdersStart, NamesTheStateDirectoryThatAnotherProcessHolds) {
  makeInputTopics(kafka);
  app.start();
  WidgetOrdersApp second{arguments("starts")};
  const std::string said = refusal(second, {"--state-dir", app.stateDir().string()});
  EXPECT_THAT(said, AllOf(HasSubstr(app.stateDir().string()), HasSubstr(std::to_string(app.process().pid()))));
}

TEST_F(WidgetOrdersStart, NamesTheStateDirectoryThatCannotBeWritten) {
  // A file where a directory must be made: refused to root as well, unlike a read-only mode.
  std::ofstream{directory.path() / "file"} << "x";
  EXPECT_THAT(refusal(app, {"--state-dir", (directory.path() / "file").string()}),
              HasSubstr((directory.path() / "file").string()));
}

TEST_F(WidgetOrdersStart, NamesThePortThatIsInUse) {
  makeInputTopics(kafka);
  app.start();
  WidgetOrdersApp second{arguments("starts-too")};
  EXPECT_THAT(refusal(second, {"--http-port", std::to_string(app.port())}),
              AllOf(HasSubstr("127.0.0.1"), HasSubstr(std::to_string(app.port()))));
}

TEST_F(WidgetOrdersStart, KeepsItsStateDirectoryToItself) {
  makeInputTopics(kafka);
  app.start();
  ASSERT_TRUE(app.ready()) << app.output();
  struct stat status {};
  ASSERT_EQ(stat((app.stateDir() / "starts").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(WidgetOrdersStart, SuggestsTheNearestNameForAnUnknownSetting) {
  std::ofstream{directory.path() / "app.properties"} << "num.stream.thread=2\n";
  EXPECT_THAT(refusal(app, {"--config", (directory.path() / "app.properties").string()}),
              AllOf(HasSubstr("num.stream.thread"), HasSubstr("num.stream.threads")));
  std::ofstream{directory.path() / "app.properties"} << "mongo.ur=x\n";
  EXPECT_THAT(refusal(app, {"--config", (directory.path() / "app.properties").string()}), HasSubstr("mongo.uri"));
}

TEST_F(WidgetOrdersStart, ReadsTheFileAndLetsFlagsBeatIt) {
  makeInputTopics(kafka);
  std::ofstream{directory.path() / "app.properties"} << "application.id=from-the-file\nhttp.port=1\n";
  app.start({"--config", (directory.path() / "app.properties").string()});
  EXPECT_TRUE(app.ready()) << app.output();  // with port 0 and application id "starts" from the flags
  EXPECT_TRUE(std::filesystem::exists(app.stateDir() / "starts"));
}

TEST_F(WidgetOrdersStart, NeverPrintsSecrets) {
  makeInputTopics(kafka);
  std::ofstream{directory.path() / "app.properties"}
      << "sasl.username=me\nsasl.password=hunter2\nssl.key.password=hunter3\n"
         "mongo.uri=mongodb://me:hunter4@127.0.0.1:1/?serverSelectionTimeoutMS=100\n";
  kafka.produce("event-topic", {orderOf("Fred", "W1")});
  app.start({"--config", (directory.path() / "app.properties").string(), "--log-level", "debug"});
  EXPECT_TRUE(app.ready()) << app.output();
  EXPECT_TRUE(waitUntil([&] { return app.output().find("ongo") != std::string::npos; }));
  app.stop();
  EXPECT_THAT(app.output(), Not(HasSubstr("hunter")));
}

TEST_F(WidgetOrdersStart, NeverPrintsSecretsThatItDoesNotUnderstand) {
  const std::string uri = "mongodb://me:hunter5@127.0.0.1:1";
  EXPECT_THAT(refusal(app, {"--mongo-url=" + uri}), AllOf(HasSubstr("--mongo-url"), HasSubstr("--help")));
  EXPECT_THAT(refusal(app, {"--mongo-url", uri}), HasSubstr("--mongo-url"));
  EXPECT_THAT(refusal(app, {"--mongo-uri", "mongodb://127.0.0.1:1", uri}), HasSubstr("not understood"));
  refusal(app, {"--mongo-uri", uri, "--mongo-uri", uri});
  refusal(app, {"--mongo-uri" + uri});
  refusal(app, {"-phunter5"});
  refusal(app, {"--mongo-uri", "mongo://me:hunter5@127.0.0.1"});
  std::ofstream{directory.path() / "app.properties"} << "mongo.ur=" << uri << "\nsasl.pasword=hunter6\n";
  refusal(app, {"--config", (directory.path() / "app.properties").string()});
  app.setEnvironment({{"WIDGET_ORDERS_MONGO_URI", "mongo://me:hunter7@127.0.0.1"}});
  refusal(app, {});
  EXPECT_THAT(app.output(), Not(HasSubstr("hunter")));
}

TEST_F(WidgetOrdersStart, TakesMongoFromTheFlagThenTheEnvironmentThenTheFile) {
  makeInputTopics(kafka);
  const std::string config = (directory.path() / "app.properties").string();
  std::ofstream{config} << "mongo.uri=mongo://file\n";
  const std::string good = "mongodb://127.0.0.1:1";
  EXPECT_THAT(refusal(app, {"--config", config}), HasSubstr("URI"));
  app.setEnvironment({{"WIDGET_ORDERS_MONGO_URI", good}});
  app.start({"--config", config});
  EXPECT_EQ(app.stop().code, 0) << app.output();
  app.setEnvironment({{"WIDGET_ORDERS_MONGO_URI", "mongo://environment"}});
  EXPECT_THAT(refusal(app, {"--config", config}), HasSubstr("URI"));
  app.start({"--config", config, "--mongo-uri", good});
  EXPECT_EQ(app.stop().code, 0) << app.output();
}

TEST_F(WidgetOrdersStart, SaysThatMongoIsOffAndStartsTheThreadsItIsTold) {
  makeInputTopics(kafka);
  app.start({"--threads", "3"});
  ASSERT_TRUE(app.ready()) << app.output();
  EXPECT_THAT(app.output(), HasSubstr("MongoDB sink is off"));
  EXPECT_THAT(app.get("/metrics").body, AllOf(HasSubstr("StreamThread-3"), Not(HasSubstr("StreamThread-4"))));
}

TEST_F(WidgetOrdersStart, IsCalledWidgetOrdersUnlessTold) {
  makeInputTopics(kafka);
  WidgetOrdersApp unnamed{{"--bootstrap-servers", sharedKafkaBroker().bootstrapServers()}};
  unnamed.start();
  ASSERT_TRUE(unnamed.ready()) << unnamed.output();
  EXPECT_TRUE(std::filesystem::exists(unnamed.stateDir() / "widget-orders"));
  EXPECT_TRUE(kafka.topics().contains("widget-orders-orders-changelog"));
}

TEST_F(WidgetOrdersStart, WarnsWhenItServesBeyondThisMachine) {
  makeInputTopics(kafka);
  app.launch({"--http-host", "0.0.0.0"});
  EXPECT_TRUE(waitUntil([&] { return app.output().find("authentication") != std::string::npos; })) << app.output();
}

TEST_F(WidgetOrdersStart, SaysHelpAndVersion) {
  app.launch({"--help"});
  EXPECT_EQ(app.process().wait()->code, 0);
  EXPECT_THAT(app.output(), AllOf(HasSubstr("--embedded"), HasSubstr("--mongo-uri"), HasSubstr("--config")));
  app.launch({"--version"});
  EXPECT_EQ(app.process().wait()->code, 0);
  EXPECT_THAT(app.output(), HasSubstr("0.1.0"));
}

}  // namespace
}  // namespace widgetstream
