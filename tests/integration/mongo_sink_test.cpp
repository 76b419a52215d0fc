// The Mongo sink against a server: written once each, whatever happens to the server meanwhile.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "tests/connectors/sink_task.hpp"
#include "tests/support/mongo_server.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/connectors/mongo_sink.hpp"
#include "widgetstream/serde/json.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class MongoSinkOnAServer : public ::testing::Test {
 protected:
  using Task = SinkTask<std::string, JsonValue>;

  static MongoServer& server() {
    static MongoServer only;
    return only;
  }

  void SetUp() override { server().start(); }

  // A collection for each test, so that they share one server.
  MongoSinkOptions options() const {
    return {.uri = server().uri() + "/?w=majority&journal=true",
            .database = "widgets",
            .collection = ::testing::UnitTest::GetInstance()->current_test_info()->name(),
            .retry_backoff_max = Milliseconds{500}};
  }
  std::vector<std::string> documents() { return client.find("widgets", options().collection); }

  static JsonValue order(std::int64_t number) {
    return JsonObject{{"customerId", "Fred"}, {"widgetId", "W" + std::to_string(number)}};
  }

  MongoTestClient client{server().uri()};
};

/// A port that takes connections and says nothing, as a host behind a dead link does.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, 8) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error{"no port for the silent server"};
    }
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

TEST_F(MongoSinkOnAServer, WritesARecordOnceHoweverOftenItIsReplayed) {
  for (int replay = 0; replay < 2; ++replay) {
    Task task{mongoSink<std::string, JsonValue>(options())};
    for (int i = 0; i < 5; ++i) task.offer("Fred", order(i));
    EXPECT_EQ(task.flush(), Sink::Flush::done);
  }
  EXPECT_THAT(documents(), SizeIs(5));
  EXPECT_THAT(documents(), Contains(R"({ "_id" : "events-0-3", "customerId" : "Fred", "widgetId" : "W3" })"));
}

TEST_F(MongoSinkOnAServer, WritesTenThousandRecords) {
  Task task{mongoSink<std::string, JsonValue>(options())};
  for (int i = 0; i < 10'000; ++i) task.offer("Fred", order(i));
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_EQ(client.count("widgets", options().collection), 10'000);
  EXPECT_EQ(task.metrics.total("widgetstream_mongo_written_total"), 10'000U);
}

TEST_F(MongoSinkOnAServer, KeepsTheNewestOfEachKeyOfATableAndDeletesAtNull) {
  Task task{mongoSink<std::string, JsonValue>(options()), true};
  for (int i = 0; i < 100; ++i) {
    task.offer("bolt", order(i));
    task.offer("nut", order(i));
  }
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  task.offer("nut", std::nullopt);
  task.offer("never seen", std::nullopt);
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(documents(), ElementsAre(AllOf(HasSubstr(R"("_id" : "bolt")"), HasSubstr("W99"))));
}

TEST_F(MongoSinkOnAServer, KeepsEveryKindOfValue) {
  Task task{mongoSink<std::string, JsonValue>(options())};
  task.offer("Fred", fromJson<JsonValue>(R"({"a":null,"b":true,"c":-9007199254740993,"d":0.1,"e":"ü","f":[1,["x"]],)"
                                         R"("g":{"h.i":{"$j":1}}})"));
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(
      documents(),
      ElementsAre(R"({ "_id" : "events-0-0", "a" : null, "b" : true, "c" : -9007199254740993, "d" : )"
                  R"(0.10000000000000000555, "e" : "ü", "f" : [ 1, [ "x" ] ], "g" : { "h.i" : { "$j" : 1 } } })"));
}

TEST_F(MongoSinkOnAServer, RejectsADocumentThatIsTooLargeAndWritesTheOthers) {
  Task task{mongoSink<std::string, JsonValue>(options())};
  for (int i = 0; i < 10; ++i) {
    task.offer("Fred", i == 4 ? JsonObject{{"text", std::string(std::size_t{17} << 20, 'x')}} : order(i));
  }
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(task.rejections, SizeIs(1));
  EXPECT_EQ(client.count("widgets", options().collection), 9);
}

TEST_F(MongoSinkOnAServer, RejectsADocumentWhoseIdTheServerRefusesAndWritesTheOthers) {
  Task task{mongoSink<std::string, JsonValue>(options()).id(
      [](const JsonValue& value) { return *value.object()->find("id"); })};
  for (int i = 0; i < 10; ++i) {
    const JsonValue id = i == 4 ? JsonValue{JsonObject{{"$bad", 1}}} : JsonValue{i};
    task.offer("Fred", JsonObject{{"id", id}});
  }
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  ASSERT_THAT(task.rejections, SizeIs(1));
  EXPECT_EQ(task.rejections[0].origin.offset, 4);
  EXPECT_EQ(client.count("widgets", options().collection), 9);
}

TEST_F(MongoSinkOnAServer, LosesAndDoublesNothingWhileTheServerIsAway) {
  Task task{mongoSink<std::string, JsonValue>(options())};
  auto offerSome = [&, number = 0](int count) mutable {
    for (int i = 0; i < count; ++i) task.offer("Fred", order(number++));
  };
  offerSome(500);
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  offerSome(1'000);
  server().stop();
  offerSome(1'000);
  task.sink->beginFlush();
  ASSERT_TRUE(waitUntil([&] { return task.metrics.total("widgetstream_mongo_retries_total") >= 5; }));
  EXPECT_EQ(task.sink->flushed(), Sink::Flush::pending);
  server().start();
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_EQ(client.count("widgets", options().collection), 2'500);
}

TEST_F(MongoSinkOnAServer, WaitsForAServerThatIsNotThereYet) {
  server().stop();
  Task task{mongoSink<std::string, JsonValue>(options())};
  task.offer("Fred", order(1));
  task.sink->beginFlush();
  ASSERT_TRUE(waitUntil([&] { return task.metrics.total("widgetstream_mongo_retries_total") >= 2; }));
  server().start();
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(documents(), SizeIs(1));
}

TEST_F(MongoSinkOnAServer, ClosesWithinASecondWhileTheServerIsAwayOrSilent) {
  const SilentServer silent;
  for (const std::string& uri : {std::string{"mongodb://127.0.0.1:1"}, "mongodb://" + silent.authority(),
                                 std::string{"mongodb://nowhere.invalid"}}) {
    auto elsewhere = options();
    elsewhere.uri = uri;
    Task task{mongoSink<std::string, JsonValue>(elsewhere)};
    task.offer("Fred", order(1));
    task.sink->beginFlush();
    ASSERT_TRUE(waitUntil([&] { return task.metrics.total("widgetstream_mongo_bulks_total") > 0; }));
    const auto start = std::chrono::steady_clock::now();
    task.sink->close();
    EXPECT_LT(std::chrono::steady_clock::now() - start, 1500ms) << uri;
  }
}

TEST_F(MongoSinkOnAServer, ShowsThePasswordNowhere) {
  auto secret = options();
  // The test server has no users, so this cannot be let in.
  secret.uri = "mongodb://Fred:hunt%40er2@" + server().uri().substr(std::string{"mongodb://"}.size());
  Task refused{mongoSink<std::string, JsonValue>(secret)};
  refused.offer("Fred", order(1));
  EXPECT_EQ(refused.flush(), Sink::Flush::failed);
  EXPECT_THAT(refused.sink->failure(), AllOf(HasSubstr("mongo widgets."), Not(HasSubstr("hunt"))));

  secret.uri = "mongodb://Fred:hunt%40er2@127.0.0.1:1";
  Task away{mongoSink<std::string, JsonValue>(secret)};
  away.offer("Fred", order(1));
  ASSERT_TRUE(waitUntil([&] { return away.metrics.total("widgetstream_mongo_retries_total") >= 2; }));
  away.sink->close();

  EXPECT_THAT(refused.log.all(), AllOf(Contains(HasSubstr("error")), Each(Not(HasSubstr("hunt")))));
  EXPECT_THAT(away.log.all(), AllOf(Contains(HasSubstr("mongo is away")), Each(Not(HasSubstr("hunt")))));
  EXPECT_THAT(away.metrics.prometheus(), Not(HasSubstr("hunt")));
}

}  // namespace
}  // namespace widgetstream
