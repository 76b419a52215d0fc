// What a restore listener hears.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/stepped_counting.hpp"

namespace widgetstream {
namespace {

/// Writes down what it hears.
class Listening final : public StateRestoreListener {
 public:
  void onRestoreStart(const RestoreProgress& progress) override { began.push_back(progress); }
  void onBatchRestored(const RestoreProgress& progress, std::uint64_t records) override {
    batches.push_back(progress);
    in_batches += records;
    if (throws) throw std::runtime_error{"not now"};
  }
  void onRestoreEnd(const RestoreProgress& progress) override { ended.push_back(progress); }
  void onRestoreSuspended(const RestoreProgress& progress) override { suspended.push_back(progress); }

  std::vector<RestoreProgress> began, batches, ended, suspended;
  std::uint64_t in_batches = 0;
  bool throws = false;
};

class RestoreListener : public SteppedCounting {
 protected:
  void fillChangelogs(int records = 3'000) {
    SteppedInstance& app = started(cluster.config());
    ASSERT_TRUE(cluster.runUntilRunning(app));
    for (int i = 0; i < records; ++i) send("key" + std::to_string(i));
    ASSERT_TRUE(runUntilOutputs(static_cast<std::size_t>(records)));
    ASSERT_TRUE(cluster.close(app));
  }
  SteppedInstance& listened() {
    SteppedInstance& app = cluster.add(counting(), cluster.config("two"));
    app.start({}, listener);
    return app;
  }
  std::shared_ptr<Listening> listener = std::make_shared<Listening>();
};

TEST_F(RestoreListener, HearsStartBatchesAndEndOfEachStoreAndPartition) {
  fillChangelogs();
  SteppedInstance& app = listened();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  ASSERT_EQ(listener->began.size(), 4U);
  ASSERT_EQ(listener->ended.size(), 4U);
  EXPECT_TRUE(listener->suspended.empty());
  EXPECT_EQ(listener->in_batches, 3'000U);
  std::int64_t sum = 0;
  for (const RestoreProgress& progress : listener->began) {
    EXPECT_EQ(progress.store, "counts");
    EXPECT_EQ(progress.changelog.topic, "app-counts-changelog");
    EXPECT_EQ(progress.starting_offset, 0);
    EXPECT_EQ(progress.remaining(), progress.ending_offset);
    EXPECT_EQ(progress.estimatedTimeLeft(), std::nullopt);
    sum += progress.ending_offset;
  }
  EXPECT_EQ(sum, 3'000);
  for (const RestoreProgress& progress : listener->ended) {
    EXPECT_EQ(progress.remaining(), 0);
    EXPECT_EQ(progress.records_restored, static_cast<std::uint64_t>(progress.ending_offset));
  }
}

TEST_F(RestoreListener, HearsThatARestoreWasGivenUp) {
  fillChangelogs(9'000);
  SteppedInstance& app = listened();
  ASSERT_TRUE(cluster.runUntil([&] { return !listener->batches.empty(); }));
  ASSERT_LT(listener->ended.size(), 4U);
  ASSERT_TRUE(cluster.close(app));
  EXPECT_EQ(listener->ended.size() + listener->suspended.size(), 4U);
  EXPECT_FALSE(listener->suspended.empty());
}

TEST_F(RestoreListener, MayThrowWithoutHarm) {
  fillChangelogs();
  listener->throws = true;
  SteppedInstance& app = listened();
  EXPECT_TRUE(cluster.runUntilRunning(app));
}

TEST(RestoreProgress, EstimatesTheTimeThatIsLeft) {
  RestoreProgress progress;
  progress.starting_offset = 100;
  progress.position = 300;
  progress.ending_offset = 1'100;
  progress.elapsed = Milliseconds{2'000};
  EXPECT_EQ(progress.remaining(), 800);
  EXPECT_EQ(progress.estimatedTimeLeft(), Milliseconds{8'000});
}

}  // namespace
}  // namespace widgetstream
