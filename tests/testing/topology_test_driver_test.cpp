// TopologyTestDriver: a whole topology at once, as Java's class of this name runs it (see also tests/golden).
#include "widgetstream/testing/topology_test_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "widgetstream/dsl/streams_builder.hpp"
#include "widgetstream/runtime/streams_config.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using Text = std::string;
using Number = std::int64_t;

Topology countsPerWidget() {
  StreamsBuilder builder;
  builder.stream<Text, Number>("orders").groupByKey().count(Materialized::as("counts")).toStream().to("counts-out");
  return builder.build();
}

class TopologyTestDriverTest : public ::testing::TestWithParam<bool> {
 protected:
  static TopologyTestDriverOptions options() {
    TopologyTestDriverOptions made;
    made.application_id = "app";
    made.stores_in_memory = GetParam();
    return made;
  }

  TopologyTestDriver driver{countsPerWidget(), options()};
  TestInputTopic<Text, Number> orders = driver.input<Text, Number>("orders");
  TestOutputTopic<Text, Number> counts = driver.output<Text, Number>("counts-out");
};

TEST_P(TopologyTestDriverTest, CommitsAfterEachRecord) {
  orders.pipe("bolt", 5);
  orders.pipe("bolt", 2);
  EXPECT_THAT(counts.readAll(), ElementsAre(Pair("bolt", 1), Pair("bolt", 2)));
  EXPECT_EQ(driver.broker().committed("app").at({"orders", 0}).offset, 2);
}

TEST_P(TopologyTestDriverTest, ContinuesFromTheChangelogAfterACrash) {
  orders.pipe("bolt", 5);
  driver.crashAndRestart();
  orders.pipe("bolt", 2);
  EXPECT_THAT(counts.readAll(), ElementsAre(Pair("bolt", 1), Pair("bolt", 2)));
}

TEST_P(TopologyTestDriverTest, ShowsItsStoresTypedAndRaw) {
  orders.pipe("bolt", 5, fromMillis(70));
  EXPECT_EQ((driver.getKeyValueStore<Text, Number>("counts")->get("bolt")), 1);
  EXPECT_EQ((driver.getTimestampedKeyValueStore<Text, Number>("counts").get("bolt")),
            (ValueAndTimestamp<Number>{1, fromMillis(70)}));
  EXPECT_TRUE(driver.isTimestamped("counts"));
  EXPECT_THAT(driver.rawStore("counts"),
              ElementsAre(RawStoreEntry{"bolt", Bytes{"\0\0\0\0\0\0\0\1", 8}, fromMillis(70)}));
  EXPECT_THAT(driver.storeNames(), ElementsAre("counts"));
}

TEST_P(TopologyTestDriverTest, ATestMayFillAStore) {
  driver.getKeyValueStore<Text, Number>("counts")->put("bolt", 41);
  orders.pipe("bolt", 1);
  EXPECT_THAT(counts.readAll(), ElementsAre(Pair("bolt", 42)));
}

TEST_P(TopologyTestDriverTest, RefusesStoresOfOtherTypesAndNames) {
  EXPECT_THROW(((void)driver.getKeyValueStore<Text, Text>("counts")), Error);
  EXPECT_THROW(((void)driver.getKeyValueStore<Text, Number>("other")), Error);
}

TEST_P(TopologyTestDriverTest, ChangelogsCanBeReadLikeOtherTopics) {
  orders.pipe("bolt", 5);
  auto changelog = driver.output<Text, Number>("app-counts-changelog");
  EXPECT_THAT(changelog.readAll(), ElementsAre(Pair("bolt", 1)));
  EXPECT_THAT(driver.producedTopicNames(), ElementsAre("app-counts-changelog", "counts-out"));
}

TEST_P(TopologyTestDriverTest, WhatWasSentStaysReadableAfterClose) {
  orders.pipe("bolt", 5);
  driver.close();
  EXPECT_THAT(counts.readAll(), ElementsAre(Pair("bolt", 1)));
  EXPECT_THROW(orders.pipe("bolt", 5), Error);
}

INSTANTIATE_TEST_SUITE_P(Stores, TopologyTestDriverTest, ::testing::Bool(),
                         [](const auto& of) { return of.param ? "InMemory" : "RocksDb"; });

TEST(TopologyTestDriver, FeedsInternalTopicsBackAtOnce) {
  StreamsBuilder builder;
  builder.stream<Text, Text>("in")
      .flatMapValues([](const Text& v) {
        return std::vector<Text>{v, v};
      })
      .groupBy([](const Text& v) { return v; }, Grouped::as("words"))
      .count()
      .toStream()
      .to("out");
  TopologyTestDriver driver{builder.build()};
  driver.input<Text, Text>("in").pipe("k", "bolt");
  // Each record on the repartition topic is committed on its own, so both counts are seen in spite of the cache.
  EXPECT_THAT((driver.output<Text, Number>("out").readAll()), ElementsAre(Pair("bolt", 1), Pair("bolt", 2)));
  EXPECT_EQ((driver.output<Text, Text>("test-words-repartition").size()), 2U);
}

/// Tells the time of each call.
class Ticker final : public Processor<Text, Text> {
 public:
  explicit Ticker(PunctuationType type) : type_(type) {}
  void init(Context& context) override {
    context.schedule(Milliseconds{100}, type_, [&context](Timestamp now) {
      const Text key = "tick";
      const Text value = std::to_string(toMillis(now));
      context.forward({Nullable<Text>{key}, Nullable<Text>{value}, now});
    });
  }
  void process(const Record<Text, Text>&) override {}

 private:
  PunctuationType type_;
};

std::vector<std::optional<Text>> ticks(PunctuationType type, const std::function<void(TopologyTestDriver&)>& drive) {
  StreamsBuilder builder;
  builder.stream<Text, Text>("in").process([type] { return std::make_unique<Ticker>(type); }).to("out");
  TopologyTestDriver driver{builder.build()};
  drive(driver);
  return driver.output<Text, Text>("out").readAllValues();
}

TEST(TopologyTestDriver, WallClockPunctuatorsFireOnceForEachAdvance) {
  EXPECT_THAT(ticks(PunctuationType::wall_clock_time,
                    [](TopologyTestDriver& driver) {
                      driver.advanceWallClockTime(Milliseconds{99});
                      driver.advanceWallClockTime(Milliseconds{1});
                      driver.advanceWallClockTime(Milliseconds{1000});
                    }),
              ElementsAre("100", "1100"));
}

TEST(TopologyTestDriver, StreamTimePunctuatorsFollowTheRecords) {
  EXPECT_THAT(ticks(PunctuationType::stream_time,
                    [](TopologyTestDriver& driver) {
                      auto in = driver.input<Text, Text>("in");
                      in.pipe("a", "x", fromMillis(10));
                      in.pipe("a", "x", fromMillis(50));
                      driver.advanceWallClockTime(Milliseconds{1000});
                      in.pipe("a", "x", fromMillis(500));
                    }),
              ElementsAre("10", "500"));
}

Topology failsOn(const Text& bad) {
  StreamsBuilder builder;
  builder.stream<Text, Text>("in")
      .mapValues([bad](const Text& v) {
        if (v == bad) throw std::runtime_error("cannot work on " + v);
        return v;
      })
      .to("out");
  return builder.build();
}

TEST(TopologyTestDriver, WhatAProcessorThrowsComesOutOfPipe) {
  TopologyTestDriver driver{failsOn("bad")};
  auto in = driver.input<Text, Text>("in");
  try {
    in.pipe("k", "bad");
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot work on bad"));
  }
}

TEST(TopologyTestDriver, AHandlerKeepsItGoing) {
  TopologyTestDriverOptions options;
  options.processing_handler = logAndContinue();
  TopologyTestDriver driver{failsOn("bad"), options};
  driver.input<Text, Text>("in").pipeAll({{"k", "bad"}, {"k", "good"}});
  EXPECT_THAT((driver.output<Text, Text>("out").readAll()), ElementsAre(Pair("k", "good")));
  EXPECT_EQ(driver.droppedRecords(), 1U);
}

TEST(TopologyTestDriver, DeadLettersKeepTheRawBytesAndTheCause) {
  TopologyTestDriverOptions options;
  options.deserialization_handler = sendToDeadLetters();
  options.dead_letter_topic = "app-dlq";
  StreamsBuilder builder;
  builder.stream<Text, Number>("in").to("out");
  TopologyTestDriver driver{builder.build(), options};
  driver.pipeRaw("in", "k", "not a number", fromMillis(3));
  auto letters = driver.output<Text, Text>("app-dlq").readAllRecords();
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].value, "not a number");
  EXPECT_EQ(lastHeader(letters[0].headers, dead_letter_header::topic), "in");
  EXPECT_THAT((driver.output<Text, Number>("out").readAll()), IsEmpty());
}

TEST(TopologyTestDriver, TakesTheSettingsOfAnApplication) {
  StreamsConfig config;
  config.application_id = "shop";
  config.processing_exception_handler = logAndContinue();
  config.log = {};
  StreamsBuilder builder;
  static_cast<void>(builder.stream<Text, Text>("in").groupByKey().count(Materialized::as("counts")));
  TopologyTestDriver driver{builder.build(), testDriverOptions(config)};
  driver.input<Text, Text>("in").pipe("k", "v");
  EXPECT_THAT(driver.producedTopicNames(), ElementsAre("shop-counts-changelog"));
}

/// Lets orders of up to a limit pass, which is the application's setting.
class Limited final : public FixedKeyProcessor<Text, Number> {
 public:
  using FixedKeyProcessor::init;
  using FixedKeyProcessor::process;
  void init(Context& context) override { limit_ = std::stoll(context.appConfigs().find("orders.limit")->second); }
  void process(const FixedKeyRecord<Text, Number>& record) override {
    if (*record.value() <= limit_) context().forward(record);
  }

 private:
  Number limit_ = 0;
};

TEST(TopologyTestDriver, ShowsProcessorsTheSettingsOfAnApplication) {
  StreamsConfig config = StreamsConfig::fromProperties({{"application.id", "shop"}, {"orders.limit", "7"}},
                                                       {"orders.limit"});
  config.log = {};
  StreamsBuilder builder;
  builder.stream<Text, Number>("in").processValues([] { return std::make_unique<Limited>(); }).to("out");
  TopologyTestDriver driver{builder.build(), testDriverOptions(config)};
  auto in = driver.input<Text, Number>("in");
  in.pipe("small", 7);
  in.pipe("large", 8);
  EXPECT_THAT((driver.output<Text, Number>("out").readAll()), ElementsAre(Pair("small", 7)));
}

TEST(TopologyTestDriver, ATopicOfOnesOwnInTheMiddleIsReadBack) {
  StreamsBuilder builder;
  builder.stream<Text, Text>("in").to("middle");
  builder.stream<Text, Text>("middle").to("out");
  TopologyTestDriver driver{builder.build()};
  driver.input<Text, Text>("middle").pipe("direct", "x");
  driver.input<Text, Text>("in").pipe("through", "y");
  EXPECT_THAT((driver.output<Text, Text>("middle").readAll()), ElementsAre(Pair("through", "y")));
  EXPECT_THAT((driver.output<Text, Text>("out").readAll()), ElementsAre(Pair("direct", "x"), Pair("through", "y")));
}

}  // namespace
}  // namespace widgetstream
