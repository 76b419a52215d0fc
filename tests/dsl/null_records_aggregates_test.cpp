// Records without key or value in groupings, aggregates and tables. Java drops null values where there are no windows
// and over sliding ones, and aggregates them over the others.

#include "tests/dsl/null_records.hpp"
#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;
using Builder = StreamsBuilder;

Text appended(Nullable<Text> value, const Text& so_far) {
  return so_far + orDash(value);
}
Text latest(const Text&, const Text& value) {
  return value;
}

/// Shows deletes as a word.
class Telling final : public ValueTransformerWithKey<Text, Text, Text> {
 public:
  std::optional<Text> transform(const Text&, Nullable<Text> value) override { return value ? *value : "deleted"; }
};

std::vector<NullCase> cases() {
  return {
      {"groupByKey_count", [](Builder&, const Texts& in) { countsToOut(in.groupByKey().count()); }, {}, 2},
      {"reduce", [](Builder&, const Texts& in) { in.groupByKey().reduce(latest).toStream().to("out"); }, {}, 2},
      {"aggregate",
       [](Builder&, const Texts& in) { in.groupByKey().aggregate(none, appended).toStream().to("out"); },
       {},
       2},
      // What has no key vanishes before the repartition topic, uncounted; the other has "a", and no value.
      {"groupBy_count",
       [](Builder&, const Texts& in) {
         countsToOut(in.groupBy([](Nullable<Text> key, Nullable<Text>) { return same(key); }).count());
       },
       {},
       1},
      {"cogroup",
       [](Builder&, const Texts& in) { in.groupByKey().cogroup(appended).aggregate(none).toStream().to("out"); },
       {},
       2},
      {"tumbling_count",
       [](Builder&, const Texts& in) {
         countsToOut(in.groupByKey().windowedBy(TimeWindows::ofSizeWithNoGrace(10ms)).count());
       },
       {"count:1"},
       1},
      {"unlimited_count",
       [](Builder&, const Texts& in) { countsToOut(in.groupByKey().windowedBy(UnlimitedWindows::of()).count()); },
       {"count:1"},
       1},
      {"sliding_count",
       [](Builder&, const Texts& in) {
         countsToOut(in.groupByKey().windowedBy(SlidingWindows::ofTimeDifferenceWithNoGrace(10ms)).count());
       },
       {},
       2},
      {"session_count",
       [](Builder&, const Texts& in) {
         countsToOut(in.groupByKey().windowedBy(SessionWindows::ofInactivityGapWithNoGrace(10ms)).count());
       },
       {"count:1"},
       1},
      {"windowed_cogroup",
       [](Builder&, const Texts& in) {
         toOut(in.groupByKey().cogroup(appended).windowedBy(TimeWindows::ofSizeWithNoGrace(10ms)).aggregate(none));
       },
       {"a@0/10:-"},
       1},
      {"table_filter",
       [](Builder&, const Texts& in) { in.toTable().filter([](const Text&) { return true; }).toStream().to("out"); },
       {"a:-"},
       1},
      {"table_mapValues",
       [](Builder&, const Texts& in) {
         in.toTable().mapValues([](const Text& value) { return value + "!"; }).toStream().to("out");
       },
       {"a:-"},
       1},
      {"table_transformValues",
       [](Builder&, const Texts& in) {
         in.toTable().transformValues([] { return std::make_unique<Telling>(); }).toStream().to("out");
       },
       {"a:deleted"},
       1},
      {"table_groupBy",
       [](Builder&, const Texts& in) {
         countsToOut(in.toTable()
                         .groupBy([](const Text& key, const Text& value) {
                           return std::pair{value, key};
                         })
                         .count());
       },
       {},
       1},
      {"suppress",
       [](Builder&, const Texts& in) {
         in.toTable().suppress(Suppressed::untilTimeLimit(0ms, BufferConfig::unbounded())).toStream().to("out");
       },
       {"a:-"},
       1},
  };
}

class NullRecordsInAggregates : public TestWithParam<NullCase> {};

TEST_P(NullRecordsInAggregates, AreDroppedAndCountedOrAggregatedAsInJava) {
  expectOf(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Operators, NullRecordsInAggregates, ValuesIn(cases()), nameOfNullCase);

}  // namespace
}  // namespace widgetstream::dsl_test
