// The sink as its task sees it, over a Mongo that the test plays.
#include "widgetstream/connectors/mongo_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "tests/connectors/fake_mongo.hpp"
#include "tests/connectors/sink_task.hpp"
#include "widgetstream/core/error.hpp"

namespace {

struct OrderKey {
  std::string customer_id;
  std::int64_t number = 0;
};
struct Order {
  std::string widget_id;
};
struct OrderDocument {
  std::string customer_id;
  std::string widget_id;
};

}  // namespace

template <>
struct widgetstream::Describe<OrderKey> {
  static constexpr auto fields =
      describe(field("customerId", &OrderKey::customer_id), field("number", &OrderKey::number));
};
template <>
struct widgetstream::Describe<Order> {
  static constexpr auto fields = describe(field("widgetId", &Order::widget_id));
};
template <>
struct widgetstream::Describe<OrderDocument> {
  static constexpr auto fields =
      describe(field("customerId", &OrderDocument::customer_id), field("widgetId", &OrderDocument::widget_id));
};

namespace widgetstream {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class MongoSinkTest : public ::testing::Test {
 protected:
  using Orders = SinkTask<OrderKey, Order>;
  using Texts = SinkTask<std::string, std::string>;

  MongoSink<OrderKey, Order> orders(MongoSinkOptions options = {}) const {
    return MongoSink<OrderKey, Order>{connectorTo(mongo, std::move(options))};
  }
  MongoSink<std::string, std::string> texts(MongoSinkOptions options = {}) const {
    return MongoSink<std::string, std::string>{connectorTo(mongo, std::move(options))};
  }
  void TearDown() override { mongo->release(); }

  std::shared_ptr<FakeMongo> mongo = std::make_shared<FakeMongo>();
  const std::string away = "connection refused";
};

TEST_F(MongoSinkTest, NamesADocumentOfAStreamByTheOriginOfItsRecord) {
  Orders task{orders()};
  task.offer(OrderKey{"Fred", 1}, Order{"W123"});
  task.offer(std::nullopt, Order{"W124"});
  task.offer(OrderKey{"Fred", 1}, Order{"W125"}, 1);
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(),
              ElementsAre(Pair(R"({ "_id" : "events-0-0" })", R"({ "_id" : "events-0-0", "widgetId" : "W123" })"),
                          Pair(R"({ "_id" : "events-0-1" })", R"({ "_id" : "events-0-1", "widgetId" : "W124" })"),
                          Pair(R"({ "_id" : "events-0-1#1" })", R"({ "_id" : "events-0-1#1", "widgetId" : "W125" })")));
}

TEST_F(MongoSinkTest, NamesADocumentOfATableByItsKeyAndDeletesAtNull) {
  Orders task{orders(), true};
  task.offer(OrderKey{"Fred", 1}, Order{"W123"});
  task.offer(OrderKey{"Eve", 2}, Order{"W124"});
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), SizeIs(2));
  task.offer(OrderKey{"Fred", 1}, std::nullopt);
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(),
              ElementsAre(Pair(R"({ "_id" : { "customerId" : "Eve", "number" : 2 } })", HasSubstr("W124"))));
}

TEST_F(MongoSinkTest, MakesIdAndDocumentByFunctionsOfTheUser) {
  const SinkSupplier<OrderKey, Order> supplier =
      orders()
          .id([](const OrderKey& key, const Order& order) { return key.customer_id + "/" + order.widget_id; })
          .document([](const OrderKey& key, const Order& order) {
            return OrderDocument{key.customer_id, order.widget_id};
          });
  EXPECT_FALSE(supplier.id_from_origin);
  Orders task{supplier};
  task.offer(OrderKey{"Fred", 1}, Order{"W123"});
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(),
              ElementsAre(Pair(R"({ "_id" : "Fred/W123" })",
                               R"({ "_id" : "Fred/W123", "customerId" : "Fred", "widgetId" : "W123" })")));
}

TEST_F(MongoSinkTest, TakesFunctionsInEveryForm) {
  Orders task{orders()
                  .id(&OrderKey::customer_id)
                  .document([](Nullable<OrderKey> key, const Order& order, const RecordContext& at) {
                    return JsonValue{JsonObject{{"key", key ? JsonValue{key->customer_id} : JsonValue{}},
                                                {"widget", order.widget_id},
                                                {"offset", at.offset()}}};
                  })};
  task.offer(OrderKey{"Fred", 1}, Order{"W123"});
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(
      mongo->documents(),
      ElementsAre(Pair(HasSubstr("Fred"), R"({ "_id" : "Fred", "key" : "Fred", "widget" : "W123", "offset" : 0 })")));

  Orders values{orders().id([](const Order& order) { return order.widget_id; }).document([](Nullable<Order> order) {
    return JsonObject{{"isNull", !order.has_value()}};
  })};
  values.offer(std::nullopt, Order{"W9"});
  EXPECT_EQ(values.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), Contains(Pair(HasSubstr("W9"), R"({ "_id" : "W9", "isNull" : false })")));
}

TEST_F(MongoSinkTest, DeletesARowWhoseIdIsMadeOfTheKeyAlone) {
  Orders task{orders().id([](const OrderKey& key) { return key.customer_id; }), true};
  task.offer(OrderKey{"Fred", 1}, Order{"W123"});
  task.offer(OrderKey{"Fred", 1}, std::nullopt);
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), IsEmpty());
  EXPECT_THAT(task.rejections, IsEmpty());
}

TEST_F(MongoSinkTest, WritesTheValueOfATableOfNumbersIntoAField) {
  SinkTask<std::string, std::int64_t> counts{MongoSink<std::string, std::int64_t>{connectorTo(mongo)}, true};
  counts.offer("bolt", 5);
  EXPECT_EQ(counts.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), ElementsAre(Pair(HasSubstr("bolt"), R"({ "_id" : "bolt", "value" : 5 })")));
}

TEST_F(MongoSinkTest, RejectsAtOnceWhatNoDocumentCanHoldAndWritesTheRest) {
  Texts task{texts()};
  task.offer("a", std::nullopt);
  task.offer("b", "\xff");
  task.offer("c", std::string(std::size_t{17} << 20, 'x'));
  task.offer("d", "good");
  ASSERT_THAT(task.rejections, SizeIs(3));
  EXPECT_THAT(task.rejections[0].reason, AllOf(HasSubstr("mongo widgets.orders"), HasSubstr("value is null")));
  EXPECT_EQ(task.rejections[0].origin, (Origin{"events", 0, 0}));
  EXPECT_THAT(task.rejections[1].reason, HasSubstr("not UTF-8"));
  EXPECT_THAT(task.rejections[2].reason, HasSubstr("16 MiB"));
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), ElementsAre(Pair(HasSubstr("events-0-3"), HasSubstr("good"))));
  EXPECT_EQ(task.metrics.total("widgetstream_mongo_rejected_total"), 3U);
  EXPECT_EQ(task.metrics.total("widgetstream_mongo_written_total"), 1U);
}

TEST_F(MongoSinkTest, RejectsARowWithoutAKeyAndARecordWithoutAnOrigin) {
  Texts table{texts(), true};
  table.offer(std::nullopt, "x");
  ASSERT_THAT(table.rejections, SizeIs(1));
  EXPECT_THAT(table.rejections[0].reason, HasSubstr("key is null"));

  Texts stream{texts()};
  const std::string value = "x";
  stream.sink->offer({nullptr, &value, fromMillis(1)}, RecordContext{}, 0);
  ASSERT_THAT(stream.rejections, SizeIs(1));
  EXPECT_THAT(stream.rejections[0].reason, HasSubstr("punctuator"));
}

TEST_F(MongoSinkTest, RejectsADocumentThatTheServerRefusesAndWritesTheOthers) {
  mongo->hang();
  mongo->rejectWhere([](const std::string& json) { return json.find("bad") != std::string::npos; });
  Texts task{texts()};
  for (int i = 0; i < 9; ++i) task.offer("k", i % 4 == 2 ? "bad" : "good");
  mongo->release();
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), SizeIs(7));
  ASSERT_THAT(task.rejections, SizeIs(2));
  EXPECT_EQ(task.rejections[0].origin.offset, 2);
  EXPECT_EQ(task.rejections[1].origin.offset, 6);
  EXPECT_THAT(task.rejections[0].document, HasSubstr(R"("value" : "bad")"));
  EXPECT_THAT(task.rejections[0].reason, HasSubstr("it is bad"));
}

TEST_F(MongoSinkTest, FindsTheDocumentForWhichTheServerRefusesABulk) {
  mongo->hang();
  mongo->rejectWhere([](const std::string& json) { return json.find("bad") != std::string::npos; },
                     MongoOutcome::Kind::refused);
  Texts task{texts()};
  for (int i = 0; i < 100; ++i) task.offer("k", i == 37 || i == 38 ? "bad" : "good");
  mongo->release();
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), SizeIs(98));
  EXPECT_THAT(task.rejections, ElementsAre(Field(&SinkRejection::origin, Origin{"events", 0, 37}),
                                           Field(&SinkRejection::origin, Origin{"events", 0, 38})));
  EXPECT_LT(mongo->calls(), 40U);
}

TEST_F(MongoSinkTest, WritesTheNewestOfAKeyAndTheOneBeforeWhenThatIsRejected) {
  mongo->hang();
  Texts task{texts(), true};
  task.offer("first", "x");  // keeps the writer busy, so that the others share a batch
  ASSERT_TRUE(waitUntil([&] { return mongo->calls() == 1; }));
  task.offer("a", "1");
  task.offer("a", "2");
  task.offer("b", "1");
  task.offer("b", "bad");
  task.offer("c", "bad");
  mongo->rejectWhere([](const std::string& json) { return json.find("bad") != std::string::npos; });
  mongo->release();
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->bulks(), ElementsAre(1, 3, 2));
  EXPECT_THAT(task.rejections, SizeIs(2));
  EXPECT_THAT(mongo->documents(),
              ElementsAre(Pair(HasSubstr("\"a\""), HasSubstr("\"2\"")), Pair(HasSubstr("\"b\""), HasSubstr("\"1\"")),
                          Pair(HasSubstr("first"), _)));
}

TEST_F(MongoSinkTest, FlushIsPendingWhileMongoIsAwayAndDoneOnceItIsBack) {
  mongo->answerAll(MongoOutcome{MongoOutcome::Kind::retry, away, {}});
  Texts task{texts()};
  for (int i = 0; i < 50; ++i) task.offer("k", "v");
  task.sink->beginFlush();
  ASSERT_TRUE(waitUntil([&] { return task.metrics.total("widgetstream_mongo_retries_total") > 20; }));
  EXPECT_EQ(task.sink->flushed(), Sink::Flush::pending);
  EXPECT_THAT(task.log.all(),
              Contains(AllOf(HasSubstr("warning connectors: mongo is away"), HasSubstr(away))).Times(1));
  mongo->answerAll(std::nullopt);
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), SizeIs(50));
  EXPECT_THAT(task.log.all(), Contains(HasSubstr("mongo is back")));
}

TEST_F(MongoSinkTest, IsReadyAgainWhenABufferThatWasFullHasDrained) {
  mongo->hang();
  Texts task{texts({.max_buffered_documents = 10})};
  for (int i = 0; i < 9; ++i) task.offer("k", "v");
  EXPECT_TRUE(task.sink->ready());
  task.offer("k", "v");
  EXPECT_FALSE(task.sink->ready());
  task.offer("k", "taken all the same");
  mongo->release();
  EXPECT_TRUE(waitUntil([&] { return task.sink->ready(); }));
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), SizeIs(11));
}

TEST_F(MongoSinkTest, CountsTheBufferInBytesToo) {
  mongo->hang();
  Texts task{texts({.max_buffered_bytes = 1000})};
  EXPECT_TRUE(task.sink->ready());
  task.offer("k", std::string(1000, 'x'));
  EXPECT_FALSE(task.sink->ready());
}

TEST_F(MongoSinkTest, KeepsBulksWithinTheirLimits) {
  mongo->hang();
  Texts task{texts({.max_batch_documents = 10, .max_batch_bytes = 2000})};
  for (int i = 0; i < 25; ++i) task.offer("k", "v");
  for (int i = 0; i < 5; ++i) task.offer("k", std::string(900, 'x'));
  mongo->release();
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), SizeIs(30));
  EXPECT_THAT(mongo->bulks(), Each(::testing::Le(10U)));
  EXPECT_GE(mongo->calls(), 5U);
}

TEST_F(MongoSinkTest, FailsTheFlushForGoodWhenMongoSaysThatItWillNotWrite) {
  mongo->answerAll(MongoOutcome{MongoOutcome::Kind::failed, "not authorized on widgets", {}});
  auto supplier = texts();
  Texts task{supplier};
  task.offer("k", "v");
  EXPECT_EQ(task.flush(), Sink::Flush::failed);
  EXPECT_THAT(task.sink->failure(), AllOf(HasSubstr("mongo widgets.orders"), HasSubstr("not authorized")));
  EXPECT_FALSE(task.sink->ready());
  task.offer("k", "v");
  EXPECT_EQ(task.flush(), Sink::Flush::failed);

  mongo->answerAll(std::nullopt);  // rights are given; the task that starts anew is not failed by the past
  Texts next{supplier};
  next.offer("k", "v");
  EXPECT_EQ(next.flush(), Sink::Flush::done);
}

TEST_F(MongoSinkTest, FlushCoversWhatWasOfferedBeforeItAndNoMore) {
  Texts task{texts()};
  task.offer("k", "v");
  EXPECT_EQ(task.flush(), Sink::Flush::done);
  mongo->hang();
  task.sink->beginFlush();
  task.offer("k", "later");
  EXPECT_EQ(task.sink->flushed(), Sink::Flush::done);
}

TEST_F(MongoSinkTest, TasksOfANodeShareOneWriterAndFlushEachForItself) {
  const SinkSupplier<std::string, std::string> supplier = texts();
  Texts first{supplier, false, 0};
  Texts second{supplier, false, 1};
  for (int i = 0; i < 100; ++i) {
    first.offer("k", "v");
    second.offer("k", "v");
  }
  EXPECT_EQ(first.flush(), Sink::Flush::done);
  EXPECT_EQ(second.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), SizeIs(200));
  first.sink->close();
  second.offer("k", "v");
  EXPECT_EQ(second.flush(), Sink::Flush::done);
}

TEST_F(MongoSinkTest, WritesNothingMoreOfATaskThatHasLeft) {
  const SinkSupplier<std::string, std::string> supplier = texts();
  mongo->answerAll(MongoOutcome{MongoOutcome::Kind::retry, away, {}});
  Texts leaving{supplier, true, 0};
  Texts staying{supplier, true, 1};
  leaving.offer("a", "old");
  leaving.offer("b", "old");
  ASSERT_TRUE(waitUntil([&] { return mongo->calls() > 0; }));
  staying.offer("c", "new");
  leaving.sink->close();
  mongo->answerAll(std::nullopt);
  EXPECT_EQ(staying.flush(), Sink::Flush::done);
  EXPECT_THAT(mongo->documents(), ElementsAre(Pair(HasSubstr("\"c\""), _)));
  EXPECT_EQ(leaving.sink->flushed(), Sink::Flush::failed);
}

TEST_F(MongoSinkTest, ClosesWithinASecondWhileMongoIsAway) {
  mongo->answerAll(MongoOutcome{MongoOutcome::Kind::retry, away, {}});
  Texts task{texts()};
  task.offer("k", "v");
  ASSERT_TRUE(waitUntil([&] { return mongo->calls() > 3; }));
  const auto start = std::chrono::steady_clock::now();
  task.sink->close();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 500ms);
}

TEST_F(MongoSinkTest, ClosesWithinASecondWhileACallHangsHoweverManyTasksThereAre) {
  const SinkSupplier<std::string, std::string> supplier = texts();
  std::vector<std::unique_ptr<Texts>> tasks;
  mongo->hang();
  for (int i = 0; i < 8; ++i) {
    tasks.push_back(std::make_unique<Texts>(supplier, false, i));
    tasks.back()->offer("k", "v");
  }
  ASSERT_TRUE(waitUntil([&] { return mongo->calls() == 1; }));
  const auto start = std::chrono::steady_clock::now();
  tasks.clear();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1200ms);
}

TEST_F(MongoSinkTest, RefusesATableWhoseKeyHasNoBsonForm) {
  struct Opaque {};
  const MongoSink<Opaque, Order> sink{connectorTo(mongo)};
  const SinkSupplier<Opaque, Order> supplier = sink;
  EXPECT_NO_THROW((SinkTask<Opaque, Order>{supplier}));
  EXPECT_THROW((SinkTask<Opaque, Order>{supplier, true}), Error);
}

TEST_F(MongoSinkTest, RefusesAValueWithoutABsonFormAndWithoutADocumentFunction) {
  struct Opaque {};
  const MongoSink<std::string, Opaque> sink{connectorTo(mongo)};
  EXPECT_THROW(static_cast<void>(static_cast<SinkSupplier<std::string, Opaque>>(sink)), Error);
}

TEST(MongoSinkOptions, AreCheckedWhenTheSinkIsMadeAndNameTheOption) {
  const auto errorOf = [](MongoSinkOptions options) -> std::string {
    try {
      (void)mongoSink<std::string, std::string>(std::move(options));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
      return error.what();
    }
    return "no error";
  };
  const std::string uri = "mongodb://Fred:hunter2@host";
  EXPECT_THAT(errorOf({.uri = "", .database = "d", .collection = "c"}), HasSubstr("mongo.uri"));
  EXPECT_THAT(errorOf({.uri = uri, .collection = "c"}), HasSubstr("database"));
  EXPECT_THAT(errorOf({.uri = uri + "/widgets", .collection = "c"}), HasSubstr("no error"));
  EXPECT_THAT(errorOf({.uri = uri, .database = "a.b", .collection = "c"}), HasSubstr("database name"));
  EXPECT_THAT(errorOf({.uri = uri, .database = "d"}), HasSubstr("collection"));
  EXPECT_THAT(errorOf({.uri = uri, .database = "d", .collection = "a$b"}), HasSubstr("collection name"));
  EXPECT_THAT(errorOf({.uri = uri, .database = "d", .collection = "c", .max_batch_documents = 0}),
              HasSubstr("max_batch"));
  EXPECT_THAT(errorOf({.uri = uri, .database = "d", .collection = "c", .retry_backoff_min = Milliseconds{0}}),
              HasSubstr("retry_backoff_min"));
}

TEST(MongoSinkSupplier, IsDescribedByItsCollection) {
  const SinkSupplier<std::string, std::string> supplier =
      mongoSink<std::string, std::string>({.uri = "mongodb://host", .database = "widgets", .collection = "orders"});
  EXPECT_EQ(supplier.description, "mongo widgets.orders");
  EXPECT_TRUE(supplier.id_from_origin);
}

}  // namespace
}  // namespace widgetstream
