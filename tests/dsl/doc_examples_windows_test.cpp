// The examples of docs/dsl.md on windows and cogroup; see doc_examples_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace {

using namespace widgetstream;
using namespace std::chrono_literals;
using namespace ::testing;

struct Click {
  std::string page;
  std::int64_t milliseconds = 0;
};

}  // namespace

template <>
struct widgetstream::Describe<Click> {
  static constexpr auto fields = describe(field("page", &Click::page), field("milliseconds", &Click::milliseconds));
};

namespace {

/// Each test draws one example and runs it on clicks of "fred".
class DocExamplesOfWindows : public Test {
 protected:
  void click(std::chrono::milliseconds at, std::int64_t took = 5) {
    if (!driver) {
      TopologyTestDriverOptions options;
      options.cache_max_bytes = 0;
      driver.emplace(builder.build(), options);
    }
    driver->input<std::string, Click>("clicks").pipe("fred", {"/", took}, Timestamp{at});
  }
  template <class V, class K = std::string>
  std::vector<TestKeyValue<K, V>> sent(const std::string& topic, Serde<K> keys = {}) {
    return driver->output<K, V>(topic, std::move(keys)).readAll();
  }

  std::optional<TopologyTestDriver> driver;
  StreamsBuilder builder;
  KStream<std::string, Click> clicks = builder.stream<std::string, Click>("clicks");
};

TEST_F(DocExamplesOfWindows, Tumbling) {
  // doc
  clicks.groupByKey()
      .windowedBy(TimeWindows::ofSizeAndGrace(1min, 10s))
      .count(Materialized::as("clicks-per-minute"))
      .toStream()
      .to("clicks-per-minute");
  // end
  click(61s);
  click(119s);
  const Serde<Windowed<std::string>> keys = TimeWindowedSerde<std::string>{1min};
  EXPECT_THAT(sent<std::int64_t>("clicks-per-minute", keys),
              ElementsAre(Pair(Windowed<std::string>{"fred", {Timestamp{60s}, Timestamp{120s}}}, 1),
                          Pair(Windowed<std::string>{"fred", {Timestamp{60s}, Timestamp{120s}}}, 2)));
}

TEST_F(DocExamplesOfWindows, HoppingWithPlainKeys) {
  // doc
  clicks.groupByKey()
      .windowedBy(TimeWindows::ofSizeWithNoGrace(10min).advanceBy(5min))
      .aggregate([] { return std::int64_t{0}; },
                 [](const Click& click, std::int64_t sum) { return sum + click.milliseconds; },
                 Materialized::as("milliseconds").withRetention(24h))
      .toStream([](const Windowed<std::string>& user, Nullable<std::int64_t>) {
        return user.key + " from " + toIso8601(user.window.start);
      })
      .to("milliseconds");
  // end
  click(11min, 7);
  EXPECT_THAT(sent<std::int64_t>("milliseconds"), ElementsAre(Pair("fred from 1970-01-01T00:05:00.000Z", 7),
                                                              Pair("fred from 1970-01-01T00:10:00.000Z", 7)));
}

// doc
/// Whole days of a place at a fixed distance from Greenwich.
struct Days {
  std::chrono::hours east_of_greenwich{0};

  [[nodiscard]] std::vector<Window> windowsFor(Timestamp at) const {
    const auto day = std::chrono::floor<std::chrono::days>(at + east_of_greenwich);
    const Timestamp start = day - east_of_greenwich;
    if (start < Timestamp{}) return {};  // windows begin in 1970 at the earliest
    return {{start, start + std::chrono::days{1}}};
  }
  [[nodiscard]] Milliseconds size() const { return std::chrono::days{1}; }
  [[nodiscard]] Milliseconds gracePeriod() const { return 1h; }
};
// end

TEST_F(DocExamplesOfWindows, OfOnesOwn) {
  // doc
  clicks.groupByKey().windowedBy(Days{1h}).count().toStream().to("clicks-per-day");
  // end
  click(47h);
  const Serde<Windowed<std::string>> keys = TimeWindowedSerde<std::string>{std::chrono::days{1}};
  EXPECT_THAT(sent<std::int64_t>("clicks-per-day", keys),
              ElementsAre(Pair(Windowed<std::string>{"fred", {Timestamp{47h}, Timestamp{71h}}}, 1)));
}

TEST_F(DocExamplesOfWindows, Sliding) {
  // doc
  clicks.groupByKey()
      .windowedBy(SlidingWindows::ofTimeDifferenceAndGrace(10s, 1min))
      .count()
      .filter([](std::int64_t count) { return count >= 3; })
      .toStream()
      .to("bursts");
  // end
  for (const auto at : {100s, 104s, 109s}) click(at);
  const Serde<Windowed<std::string>> keys = TimeWindowedSerde<std::string>{10s};
  EXPECT_THAT(sent<std::int64_t>("bursts", keys),
              Contains(Pair(Windowed<std::string>{"fred", {Timestamp{99s}, Timestamp{109s}}}, 3)));
}

TEST_F(DocExamplesOfWindows, Sessions) {
  // doc
  clicks.groupByKey()
      .windowedBy(SessionWindows::ofInactivityGapAndGrace(30min, 5min))
      .aggregate([] { return std::string{}; },
                 [](const Click& click, const std::string& pages) { return pages + click.page + " "; },
                 [](const std::string& earlier, const std::string& later) { return earlier + later; })
      .toStream()
      .to("visits");
  // end
  click(0min);
  click(30min);
  const Serde<Windowed<std::string>> keys = SessionWindowedSerde<std::string>{};
  EXPECT_THAT(sent<std::string>("visits", keys),
              ElementsAre(Pair(Windowed<std::string>{"fred", {Timestamp{0min}, Timestamp{0min}}}, "/ "),
                          Pair(Windowed<std::string>{"fred", {Timestamp{0min}, Timestamp{0min}}}, std::nullopt),
                          Pair(Windowed<std::string>{"fred", {Timestamp{0min}, Timestamp{30min}}}, "/ / ")));
}

TEST_F(DocExamplesOfWindows, EmitOnWindowClose) {
  // doc
  clicks.groupByKey()
      .windowedBy(TimeWindows::ofSizeAndGrace(1min, 10s))
      .emitStrategy(EmitStrategy::onWindowClose())
      .count()
      .toStream()
      .to("final-clicks-per-minute");
  // end
  click(0s);
  click(59s);
  click(70s);
  const Serde<Windowed<std::string>> keys = TimeWindowedSerde<std::string>{1min};
  EXPECT_THAT(sent<std::int64_t>("final-clicks-per-minute", keys),
              ElementsAre(Pair(Windowed<std::string>{"fred", {Timestamp{0s}, Timestamp{60s}}}, 2)));
}

TEST_F(DocExamplesOfWindows, WindowedKeysFromATopic) {
  // doc
  const auto minutes = TimeWindowedSerde<std::string>{1min};
  builder.table<Windowed<std::string>, std::int64_t>("clicks-per-minute", Consumed::with(minutes, LongSerde{}))
      .groupBy([](const Windowed<std::string>& user, std::int64_t count) { return std::pair{user.key, count}; })
      .reduce([](std::int64_t sum, std::int64_t count) { return sum + count; },
              [](std::int64_t sum, std::int64_t count) { return sum - count; })
      .toStream()
      .to("clicks-of-all-minutes");
  // end
  TopologyTestDriver of_topic{builder.build()};
  auto counts = of_topic.input<Windowed<std::string>, std::int64_t>("clicks-per-minute", minutes);
  counts.pipe({"fred", {Timestamp{0s}, Timestamp{60s}}}, 2);
  counts.pipe({"fred", {Timestamp{60s}, Timestamp{120s}}}, 3);
  EXPECT_THAT((of_topic.output<std::string, std::int64_t>("clicks-of-all-minutes").readAll()),
              ElementsAre(Pair("fred", 2), Pair("fred", 5)));
}

TEST_F(DocExamplesOfWindows, Cogroup) {
  // doc
  auto searches = builder.stream<std::string, std::string>("searches").groupByKey();
  auto visits = clicks.groupByKey()
                    .cogroup([](const Click& click, const std::string& so_far) { return so_far + click.page + " "; })
                    .cogroup(searches, [](const std::string& words, const std::string& so_far) {
                      return so_far + "?" + words + " ";
                    });
  visits.aggregate([] { return ""; }, Materialized::as("history")).toStream().to("history");
  visits.windowedBy(TimeWindows::ofSizeWithNoGrace(1h)).aggregate([] { return ""; }).toStream().to("history-by-hour");
  // end
  click(1s);
  driver->input<std::string, std::string>("searches").pipe("fred", "bolts", Timestamp{2s});
  EXPECT_THAT(sent<std::string>("history"), ElementsAre(Pair("fred", "/ "), Pair("fred", "/ ?bolts ")));
}

}  // namespace
