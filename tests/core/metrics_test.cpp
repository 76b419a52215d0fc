// The registry: one series per name and labels, read as Prometheus reads them.
#include "widgetstream/core/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Metrics : public ::testing::Test {
 protected:
  MetricsRegistry registry;
};

TEST_F(Metrics, TheSameNameAndLabelsAreTheSameCounter) {
  registry.counter("records_total", "Records.", {{"task", "0_0"}})->add(2);
  registry.counter("records_total", "Records.", {{"task", "0_0"}})->add();
  registry.counter("records_total", "Records.", {{"task", "0_1"}})->add(4);
  EXPECT_EQ(registry.counter("records_total", "Records.", {{"task", "0_0"}})->value(), 3U);
  EXPECT_EQ(registry.total("records_total"), 7U);
  EXPECT_EQ(registry.total("unknown_total"), 0U);
}

TEST_F(Metrics, TheTextGroupsTheSeriesOfAName) {
  registry.counter("b_total", "Things.", {{"task", "0_0"}})->add(2);
  registry.gauge("a_bytes", "Bytes.")->set(1.5);
  (void)registry.counter("b_total", "Things.", {{"task", "0_1"}, {"store", "orders"}});
  EXPECT_EQ(registry.prometheus(),
            "# HELP a_bytes Bytes.\n"
            "# TYPE a_bytes gauge\n"
            "a_bytes 1.5\n"
            "# HELP b_total Things.\n"
            "# TYPE b_total counter\n"
            "b_total{task=\"0_0\"} 2\n"
            "b_total{task=\"0_1\",store=\"orders\"} 0\n");
}

TEST_F(Metrics, LabelsAndHelpAreEscaped) {
  registry.gauge("g", "a\\b\nc", {{"topic", "say \"hi\"\\\n"}})->set(1);
  EXPECT_EQ(registry.prometheus(),
            "# HELP g a\\\\b\\nc\n# TYPE g gauge\ng{topic=\"say \\\"hi\\\"\\\\\\n\"} 1\n");
}

TEST_F(Metrics, AnObservedGaugeIsAskedWhileItsTokenLives) {
  double level = 3;
  auto token = registry.observe("level", "Level.", {}, [&] { return level; });
  EXPECT_THAT(registry.prometheus(), HasSubstr("level 3\n"));
  level = 4;
  EXPECT_THAT(registry.prometheus(), HasSubstr("level 4\n"));
  token.reset();
  EXPECT_EQ(registry.prometheus(), "");
}

TEST_F(Metrics, AnObservedGaugeCanBeObservedAnew) {
  auto token = registry.observe("level", "Level.", {}, [] { return 1.0; });
  token = registry.observe("level", "Level.", {}, [] { return 2.0; });
  EXPECT_THAT(registry.prometheus(), HasSubstr("level 2\n"));
}

TEST_F(Metrics, AGaugeThatCannotBeReadHidesNoOther) {
  auto token = registry.observe("bad", "Bad.", {}, []() -> double { throw Error{ErrorKind::retriable, "closed"}; });
  registry.gauge("good", "Good.")->set(1);
  EXPECT_THAT(registry.prometheus(), HasSubstr("good 1\n"));
  EXPECT_THAT(registry.prometheus(), Not(HasSubstr("bad 1")));
}

TEST_F(Metrics, ATaskThatLeavesTakesItsSeriesAlong) {
  registry.counter("records_total", "Records.", {{"task", "0_0"}})->add(2);
  auto left = registry.counter("records_total", "Records.", {{"task", "0_1"}});
  registry.remove({"task", "0_1"});
  left->add(5);
  EXPECT_EQ(registry.total("records_total"), 2U);
}

TEST_F(Metrics, ANameIsACounterOrAGaugeNotBoth) {
  (void)registry.counter("records_total", "Records.");
  EXPECT_THROW((void)registry.gauge("records_total", "Records."), Error);
  EXPECT_THROW((void)registry.observe("records_total", "Records.", {}, [] { return 0.0; }), Error);
  (void)registry.gauge("level", "Level.");
  EXPECT_THROW((void)registry.counter("level", "Level."), Error);
}

TEST_F(Metrics, SeriesAreMadeAndReadFromManyThreads) {
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        for (int n = 0; n < 200; ++n) {
          registry.counter("n_total", "N.", {{"thread", std::to_string(i)}})->add();
          auto token = registry.observe("o", "O.", {{"thread", std::to_string(i)}}, [] { return 1.0; });
          (void)registry.prometheus();
        }
      });
    }
  }
  EXPECT_EQ(registry.total("n_total"), 800U);
}

TEST_F(Metrics, APassingCounterEndsWithItsHolder) {
  auto held = registry.passingCounter("records_total", "Records.", {{"task", "0_0"}});
  held->add(2);
  EXPECT_EQ(registry.total("records_total"), 2U);
  EXPECT_EQ(registry.passingCounter("records_total", "Records.", {{"task", "0_0"}}), held);
  held.reset();
  EXPECT_EQ(registry.total("records_total"), 0U);
  EXPECT_EQ(registry.prometheus(), "");
}

TEST_F(Metrics, AnObservedCountIsACounterToPrometheus) {
  const auto token = registry.observeCount("seen_total", "Seen.", {}, [] { return 7.0; });
  EXPECT_EQ(registry.prometheus(), "# HELP seen_total Seen.\n# TYPE seen_total counter\nseen_total 7\n");
}

TEST_F(Metrics, ThousandsOfSeriesThatComeAndGoLeaveNothing) {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::shared_ptr<Counter>> held;
    for (int task = 0; task < 5'000; ++task)
      held.push_back(registry.passingCounter("records_total", "Records.", {{"task", std::to_string(task)}}));
    EXPECT_NE(registry.prometheus().find("{task=\"4999\"} 0"), std::string::npos);
  }
  EXPECT_EQ(registry.prometheus(), "");
}

}  // namespace
}  // namespace widgetstream
