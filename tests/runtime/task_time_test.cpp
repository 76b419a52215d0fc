// Punctuation: contract 8.4.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/task_bench.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Punctuation : public ::testing::Test {
 protected:
  Task& startWith(Milliseconds interval, PunctuationType type) {
    return startWithInit([this, interval, type](TextContext& context) {
      schedule = context.schedule(interval, type, [this, &context](Timestamp now) {
        fired.push_back(toMillis(now));
        if (on_fire) on_fire(context, now);
      });
    });
  }
  Task& startWithInit(FunctionProcessor::Init init) {
    bench = std::make_unique<TaskBench>(passing([](TextContext&, const TextRecord&) {}, std::move(init)));
    return bench->start();
  }
  Task& startAnchored(Timestamp start, Milliseconds interval, PunctuationType type) {
    return startWithInit([this, start, interval, type](TextContext& context) {
      schedule = context.schedule(start, interval, type, [this](Timestamp now) { fired.push_back(toMillis(now)); });
    });
  }
  void record(std::int64_t millis) {
    bench->give({offset_++, "k", "v", millis, {}});
    bench->processAll();
    bench->task().punctuateStreamTime(bench->clock.now());
  }
  void advance(std::int64_t millis) {
    bench->clock.advance(Milliseconds{millis});
    bench->task().punctuateWallClock(bench->clock.now());
  }

  std::vector<std::int64_t> fired;
  std::function<void(TextContext&, Timestamp)> on_fire;
  Cancellable schedule;
  std::unique_ptr<TaskBench> bench;

 private:
  std::int64_t offset_ = 0;
};

TEST_F(Punctuation, ByStreamTimeFirstHappensAtTheFirstRecordThenOnTheGrid) {
  startWith(Milliseconds{100}, PunctuationType::stream_time);
  EXPECT_FALSE(bench->task().punctuateStreamTime(bench->clock.now())) << "there is no stream time yet";
  for (const std::int64_t millis : {250, 299, 300, 310, 400}) record(millis);
  EXPECT_THAT(fired, ElementsAre(250, 300, 400));
}

TEST_F(Punctuation, ByStreamTimeMissedTimesCollapseIntoOneCallWithTheTimeOfNow) {
  startWith(Milliseconds{100}, PunctuationType::stream_time);
  record(50);
  record(1050);
  record(1099);
  record(1100);
  EXPECT_THAT(fired, ElementsAre(50, 1050, 1100));
}

TEST_F(Punctuation, ByWallClockFirstHappensAfterOneInterval) {
  startWith(Milliseconds{100}, PunctuationType::wall_clock_time);
  EXPECT_EQ(bench->task().nextWallClockPunctuation(), fromMillis(1'000'100));
  advance(99);
  EXPECT_THAT(fired, IsEmpty());
  advance(1);
  advance(250);
  advance(49);
  advance(1);
  EXPECT_THAT(fired, ElementsAre(1'000'100, 1'000'350, 1'000'400));
}

TEST_F(Punctuation, EndsWhenCancelledAlsoFromInside) {
  on_fire = [this](TextContext&, Timestamp) { schedule.cancel(); };
  startWith(Milliseconds{100}, PunctuationType::wall_clock_time);
  advance(100);
  advance(100);
  EXPECT_THAT(fired, ElementsAre(1'000'100));
  EXPECT_EQ(bench->task().nextWallClockPunctuation(), std::nullopt);
}

TEST_F(Punctuation, ForwardsAtItsTimeWithoutAnInputRecord) {
  std::string topic = "unseen";
  std::int64_t offset = 0;
  on_fire = [&](TextContext& context, Timestamp now) {
    topic = context.recordContext().topic();
    offset = context.recordContext().offset();
    const Text key = "tick";
    const Text value = "now";
    context.forward(TextRecord{key, value, now});
  };
  startWith(Milliseconds{100}, PunctuationType::wall_clock_time);
  advance(100);
  bench->commit();
  EXPECT_THAT(bench->written("out"), ElementsAre("tick=now@1000100"));
  EXPECT_EQ(topic, "");
  EXPECT_EQ(offset, -1);
}

TEST_F(Punctuation, ThatThrowsIsForTheProcessingHandlerWithoutARecord) {
  bench =
      std::make_unique<TaskBench>(passing([](TextContext&, const TextRecord&) {},
                                          [](TextContext& context) {
                                            (void)context.schedule(Milliseconds{10}, PunctuationType::wall_clock_time,
                                                                   [](Timestamp) { throw std::runtime_error{"tick"}; });
                                          }));
  bool raw_is_null = false;
  bench->environment.processing_handler = [&](const ErrorContext& where, std::exception_ptr, std::string_view) {
    raw_is_null = !where.raw_key && !where.raw_value && where.node == "work";
    return ErrorAction::skip;
  };
  bench->start();
  advance(10);
  EXPECT_TRUE(raw_is_null);
  EXPECT_EQ(bench->task().droppedRecords(), 1U);
}

TEST_F(Punctuation, AnchoredHappensAtItsStartAndOnItsGridOnly) {
  startAnchored(fromMillis(1'000'050), Milliseconds{100}, PunctuationType::wall_clock_time);
  EXPECT_EQ(bench->task().nextWallClockPunctuation(), fromMillis(1'000'050));
  advance(50);
  advance(99);
  advance(1);
  advance(230);
  EXPECT_THAT(fired, ElementsAre(1'000'050, 1'000'150, 1'000'380));
  EXPECT_EQ(bench->task().nextWallClockPunctuation(), fromMillis(1'000'450));
}

TEST_F(Punctuation, AnchoredInThePastBeginsWithTheNextTimeOfItsGrid) {
  startAnchored(fromMillis(30), Milliseconds{100}, PunctuationType::wall_clock_time);
  EXPECT_EQ(bench->task().nextWallClockPunctuation(), fromMillis(1'000'030));
}

TEST_F(Punctuation, AnchoredByStreamTimeWaitsForItsStart) {
  startAnchored(fromMillis(100), Milliseconds{50}, PunctuationType::stream_time);
  record(20);
  record(99);
  record(100);
  record(149);
  record(230);
  record(250);
  EXPECT_THAT(fired, ElementsAre(100, 230, 250));
}

TEST_F(Punctuation, HasNoRecordMetadataNorHasInit) {
  bool in_init = true;
  bool in_punctuation = true;
  startWithInit([&](TextContext& context) {
    in_init = context.recordMetadata().has_value();
    (void)context.schedule(Milliseconds{10}, PunctuationType::wall_clock_time,
                           [&](Timestamp) { in_punctuation = context.recordMetadata().has_value(); });
  });
  advance(10);
  EXPECT_FALSE(in_init);
  EXPECT_FALSE(in_punctuation);
}

TEST_F(Punctuation, NeedsAnIntervalOfAMillisecond) {
  EXPECT_THROW(startWith(Milliseconds{0}, PunctuationType::stream_time), Error);
}

TEST_F(Punctuation, MayScheduleMore) {
  std::vector<std::string> order;
  startWithInit([&](TextContext& context) {
    (void)context.schedule(Milliseconds{100}, PunctuationType::wall_clock_time, [&](Timestamp) {
      order.push_back("outer");
      if (order.size() > 1) return;
      (void)context.schedule(Milliseconds{10}, PunctuationType::wall_clock_time,
                             [&](Timestamp) { order.push_back("inner"); });
    });
  });
  advance(100);
  advance(10);
  EXPECT_THAT(order, ElementsAre("outer", "inner"));
}

}  // namespace
}  // namespace widgetstream
