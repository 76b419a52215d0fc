// Topics that meet by key need equal numbers of partitions: an application with others does not start, and says which
// they are and what to do. Where they need not, it runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/stepped_cluster.hpp"
#include "widgetstream/dsl/streams_builder.hpp"

namespace widgetstream {
namespace {

using namespace ::testing;
using Text = std::string;

Text both(const Text& left, const Text& right) {
  return left + right;
}
Text appended(const Text& value, const Text& so_far) {
  return so_far + value;
}

struct Meeting {
  std::string name;
  std::function<void(StreamsBuilder&)> draw;
  std::string meet_at = {};
};
void PrintTo(const Meeting& meeting, std::ostream* out) {
  *out << meeting.name;
}
std::string nameOf(const TestParamInfo<Meeting>& info) {
  return info.param.name;
}

class UnequalPartitions : public TestWithParam<Meeting> {
 protected:
  UnequalPartitions() {
    cluster.broker.createTopic("left", 2);
    cluster.broker.createTopic("right", 3);
    cluster.broker.createTopic("rows", 2);
    cluster.broker.createTopic("out", 1);
  }

  /// Starts the application and returns what it fails with; empty when it runs.
  std::string failure() {
    StreamsBuilder builder;
    GetParam().draw(builder);
    StreamsConfig config = cluster.config();
    config.log = [this](const LogEntry& entry) {
      if (entry.level != LogLevel::error) return;
      for (const auto& [name, value] : entry.fields) told += value;
    };
    SteppedInstance& app = cluster.add(builder.build(), std::move(config));
    app.start();
    EXPECT_TRUE(cluster.runUntil([&] { return app.state() == StreamsState::running || app.finished(); }));
    EXPECT_EQ(app.state() == StreamsState::running, told.empty());
    return told;
  }

  std::string told;  // by errors in the log
  SteppedCluster cluster;
};

class RefusedPartitions : public UnequalPartitions {};

TEST_P(RefusedPartitions, AreToldWithTheirTopicsAndTheRemedy) {
  EXPECT_THAT(failure(), AllOf(HasSubstr("meet in '" + GetParam().meet_at), HasSubstr("left (2)"),
                               HasSubstr("right (3)"), HasSubstr("repartition()")));
}

std::vector<Meeting> refused() {
  const auto windows = JoinWindows::ofTimeDifferenceWithNoGrace(Milliseconds{10});
  return {
      {"streams",
       [=](StreamsBuilder& b) {
         b.stream<Text, Text>("left").join(b.stream<Text, Text>("right"), both, windows).to("out");
       },
       "KSTREAM-MERGE-"},
      {"stream_and_table",
       [](StreamsBuilder& b) { b.stream<Text, Text>("left").join(b.table<Text, Text>("right"), both).to("out"); },
       "KSTREAM-JOIN-"},
      {"tables",
       [](StreamsBuilder& b) {
         b.table<Text, Text>("left").join(b.table<Text, Text>("right"), both).toStream().to("out");
       },
       "KTABLE-MERGE-"},
      {"merged_stream_and_table",
       [](StreamsBuilder& b) {
         b.stream<Text, Text>("left")
             .merge(b.stream<Text, Text>("right"))
             .join(b.table<Text, Text>("rows"), both)
             .to("out");
       },
       "KSTREAM-JOIN-"},
      {"cogroup",
       [](StreamsBuilder& b) {
         b.stream<Text, Text>("left")
             .groupByKey()
             .cogroup(appended)
             .cogroup(b.stream<Text, Text>("right").groupByKey(), appended)
             .aggregate([] { return ""; })
             .toStream()
             .to("out");
       },
       "COGROUPKSTREAM-AGGREGATE-STATE-STORE-"},
  };
}

INSTANTIATE_TEST_SUITE_P(Joins, RefusedPartitions, ValuesIn(refused()), nameOf);

class AcceptedPartitions : public UnequalPartitions {};

TEST_P(AcceptedPartitions, NeedNotBeEqual) {
  EXPECT_EQ(failure(), "");
}

std::vector<Meeting> accepted() {
  return {
      {"foreign_key",
       [](StreamsBuilder& b) {
         b.table<Text, Text>("left")
             .join(
                 b.table<Text, Text>("right"), [](const Text& value) { return value; }, both)
             .toStream()
             .to("out");
       }},
      {"global_table",
       [](StreamsBuilder& b) {
         b.stream<Text, Text>("left")
             .join(
                 b.globalTable<Text, Text>("right"), [](const Text& value) { return value; }, both)
             .to("out");
       }},
      {"merge", [](StreamsBuilder& b) { b.stream<Text, Text>("left").merge(b.stream<Text, Text>("right")).to("out"); }},
      {"a_side_that_was_repartitioned",
       [](StreamsBuilder& b) {
         b.stream<Text, Text>("left").repartition().join(b.table<Text, Text>("right"), both).to("out");
       }},
  };
}

INSTANTIATE_TEST_SUITE_P(Joins, AcceptedPartitions, ValuesIn(accepted()), nameOf);

}  // namespace
}  // namespace widgetstream
