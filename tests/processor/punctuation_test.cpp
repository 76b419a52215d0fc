// schedule(): punctuators as a processor meets them. Their timing in a task is tested in tests/runtime.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/testing/topology_test_driver.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Notes the times at which it is called, in milliseconds.
class Ticking final : public Processor<std::string, std::string> {
 public:
  Ticking(PunctuationType type, Milliseconds interval, std::vector<std::int64_t>& ticks, std::size_t most)
      : type_(type), interval_(interval), ticks_(ticks), most_(most) {}

  using Processor::init;
  using Processor::process;
  void init(Context& context) override {
    schedule_ = context.schedule(interval_, type_, [this](Timestamp now) {
      EXPECT_EQ(this->context().recordContext().topic(), "") << "no record is being processed";
      ticks_.push_back(toMillis(now));
      if (ticks_.size() == most_) schedule_.cancel();
    });
  }
  void process(const Record<std::string, std::string>&) override {}

 private:
  PunctuationType type_;
  Milliseconds interval_;
  std::vector<std::int64_t>& ticks_;
  std::size_t most_;
  Cancellable schedule_;
};

class Punctuation : public ::testing::Test {
 protected:
  Topology ticking(PunctuationType type, Milliseconds interval, std::size_t most = 100) {
    Topology topology;
    topology.addSource<std::string, std::string>("source", {"in"});
    topology.addProcessor<std::string, std::string, std::string, std::string>(
        "ticking", [=, this] { return std::make_unique<Ticking>(type, interval, ticks, most); }, {"source"});
    return topology;
  }
  void pipeAt(TopologyTestDriver& driver, std::int64_t time) { driver.pipeRaw("in", "key", "value", fromMillis(time)); }

  std::vector<std::int64_t> ticks;
};

TEST_F(Punctuation, ByStreamTimeFollowsTheRecordsAndMissedTimesCollapse) {
  TopologyTestDriver driver{ticking(PunctuationType::stream_time, Milliseconds{10})};
  EXPECT_THAT(ticks, IsEmpty());
  for (const std::int64_t time : {3, 9, 10, 45, 49, 30, 50}) pipeAt(driver, time);
  EXPECT_THAT(ticks, ElementsAre(3, 10, 45, 50));
}

TEST_F(Punctuation, ByWallClockNeedsNoRecords) {
  TopologyTestDriver driver{ticking(PunctuationType::wall_clock_time, Milliseconds{10})};
  driver.advanceWallClockTime(Milliseconds{9});
  EXPECT_THAT(ticks, IsEmpty());
  driver.advanceWallClockTime(Milliseconds{1});
  driver.advanceWallClockTime(Milliseconds{30});
  EXPECT_THAT(ticks, ElementsAre(10, 40));
}

TEST_F(Punctuation, EndsWhenItIsCancelledAlsoFromWithin) {
  TopologyTestDriver driver{ticking(PunctuationType::wall_clock_time, Milliseconds{10}, 2)};
  for (int i = 0; i < 5; ++i) driver.advanceWallClockTime(Milliseconds{10});
  EXPECT_THAT(ticks, ElementsAre(10, 20));
}

TEST_F(Punctuation, AnIntervalBelowAMillisecondIsRefused) {
  try {
    const TopologyTestDriver driver{ticking(PunctuationType::stream_time, Milliseconds{0})};
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("'ticking' schedules a punctuation every 0 ms"));
  }
}

}  // namespace
}  // namespace widgetstream
