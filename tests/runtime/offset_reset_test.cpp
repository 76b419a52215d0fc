// Where inputs begin when the group has no offset of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/stepped_cluster.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Text = std::string;

/// topic "in", read as `reset` says -> topic "out".
Topology copying(AutoOffsetReset reset) {
  Topology topology;
  SourceOptions<Text, Text> options;
  options.offset_reset = reset;
  topology.addSource<Text, Text>("source", {"in"}, options).addSink<Text, Text>("sink", "out", {"source"});
  return topology;
}

class OffsetResetTest : public ::testing::Test {
 protected:
  OffsetResetTest() {
    cluster.broker.createTopic("in", 1);
    cluster.broker.createTopic("out", 1);
    for (const int age : {30'000, 20'000, 10'000}) send(std::to_string(age), age);
  }

  /// A record as old as that, in milliseconds, when the application starts.
  void send(const Text& value, int age) {
    cluster.broker.append("in", "k", value, cluster.clock.now() - Milliseconds{age});
  }
  /// What the application read before and after it was running.
  std::vector<Text> readBy(Topology topology, StreamsConfig config) {
    SteppedInstance& app = cluster.add(std::move(topology), std::move(config));
    app.start([this](std::exception_ptr error, std::string_view) {
      try {
        std::rethrow_exception(std::move(error));
      } catch (const std::exception& told) {
        failure = told.what();
      }
      return UncaughtExceptionResponse::shutdown_client;
    });
    if (!cluster.runUntil([&] { return app.state() == StreamsState::running || !failure.empty(); })) return {"stuck"};
    cluster.runFor(Milliseconds{200});
    send("new", 0);
    cluster.runFor(Milliseconds{200});
    std::vector<Text> values;
    for (const BrokerRecord& record : cluster.broker.records("out")) values.push_back(*record.value);
    return values;
  }

  SteppedCluster cluster;
  Text failure;
};

TEST_F(OffsetResetTest, EarliestIsTheFirstRecord) {
  EXPECT_THAT(readBy(copying(AutoOffsetReset::earliest), cluster.config()),
              ElementsAre("30000", "20000", "10000", "new"));
}

TEST_F(OffsetResetTest, LatestIsWhatComesFromNowOn) {
  EXPECT_THAT(readBy(copying(AutoOffsetReset::latest), cluster.config()), ElementsAre("new"));
}

TEST_F(OffsetResetTest, ADurationIsTheFirstRecordThatIsYounger) {
  EXPECT_THAT(readBy(copying(AutoOffsetReset::byDuration(Milliseconds{25'000})), cluster.config()),
              ElementsAre("20000", "10000", "new"));
}

TEST_F(OffsetResetTest, ADurationThatNoRecordFallsIntoIsWhatComesFromNowOn) {
  EXPECT_THAT(readBy(copying(AutoOffsetReset::byDuration(Milliseconds{5'000})), cluster.config()), ElementsAre("new"));
}

TEST_F(OffsetResetTest, ADurationLongerThanTheClockHasRunIsTheFirstRecord) {
  EXPECT_THAT(readBy(copying(AutoOffsetReset::byDuration(std::chrono::hours{1'000'000})), cluster.config()),
              ElementsAre("30000", "20000", "10000", "new"));
}

TEST_F(OffsetResetTest, NoneFailsTheApplication) {
  EXPECT_THAT(readBy(copying(AutoOffsetReset::none), cluster.config()), ElementsAre());
  EXPECT_THAT(failure, HasSubstr("in-0 and auto.offset.reset is none"));
}

TEST_F(OffsetResetTest, ASourceThatDoesNotSayBeginsAsTheApplicationDoes) {
  StreamsConfig config = cluster.config();
  config.auto_offset_reset = AutoOffsetReset::byDuration(Milliseconds{15'000});
  EXPECT_THAT(readBy(copying(AutoOffsetReset::by_config), std::move(config)), ElementsAre("10000", "new"));
}

TEST_F(OffsetResetTest, WhereTheGroupStandsGoesFirst) {
  cluster.broker.commit("app", {{{"in", 0}, {1, ""}}});
  EXPECT_THAT(readBy(copying(AutoOffsetReset::latest), cluster.config()), ElementsAre("20000", "10000", "new"));
}

}  // namespace
}  // namespace widgetstream
