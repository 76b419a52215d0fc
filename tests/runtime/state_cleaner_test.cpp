// The state directory of a running application: what is set aside, what is cleaned up, and when.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "runtime/task/store_files.hpp"
#include "tests/runtime/stepped_counting.hpp"

namespace widgetstream {
namespace {

namespace fs = std::filesystem;

class StateCleaner : public SteppedCounting {
 protected:
  StreamsConfig cleaning(const std::string& instance) const {
    StreamsConfig config = cluster.config(instance);
    config.state_cleanup_delay = Milliseconds{5'000};
    return config;
  }
  SteppedInstance& persistent(StreamsConfig config) { return started(std::move(config), persistentKeyValueStore("counts")); }
  fs::path directoryOf(const std::string& instance) const { return directory() / instance / "app"; }
  fs::path directory() const { return cluster.directory.path(); }
  std::size_t taskDirectories(const std::string& instance) const {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator{directoryOf(instance)}) count += fs::is_directory(entry) ? 1 : 0;
    return count;
  }
  void ageTasks(const std::string& instance) const {
    for (const auto& entry : fs::directory_iterator{directoryOf(instance)})
      if (fs::is_directory(entry)) fs::last_write_time(entry, fs::last_write_time(entry) - std::chrono::hours{1});
  }
};

TEST_F(StateCleaner, DeletesWhatOtherInstancesHaveNowAfterTheCleanupDelay) {
  SteppedInstance& one = persistent(cleaning("one"));
  ASSERT_TRUE(cluster.runUntilRunning(one));
  SteppedInstance& two = persistent(cleaning("two"));
  ASSERT_TRUE(cluster.runUntilRunning(two));
  ASSERT_TRUE(cluster.runUntilRunning(one));
  ASSERT_EQ(taskDirectories("one"), 4U) << "they may come back soon";
  ageTasks("one");
  ASSERT_TRUE(cluster.runUntil([&] { return taskDirectories("one") == 2; }));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(8));
}

TEST_F(StateCleaner, CountsFromTheMomentATaskWasGivenUp) {
  SteppedInstance& one = persistent(cleaning("one"));
  ASSERT_TRUE(cluster.runUntilRunning(one));
  ageTasks("one");
  SteppedInstance& two = persistent(cleaning("two"));
  ASSERT_TRUE(cluster.runUntilRunning(two));
  cluster.runFor(Milliseconds{10'000});
  EXPECT_EQ(taskDirectories("one"), 4U);
}

TEST_F(StateCleaner, DeletesAtTheStartWhatIsTooOld) {
  SteppedInstance& first = persistent(cleaning("one"));
  sendAll();
  ASSERT_TRUE(cluster.runUntilRunning(first));
  ASSERT_TRUE(runUntilOutputs(8));
  ASSERT_TRUE(cluster.close(first));
  ageTasks("one");
  StreamsConfig aging = cleaning("one");
  aging.state_cleanup_dir_max_age = std::chrono::minutes{30};
  SteppedInstance& second = persistent(aging);
  ASSERT_TRUE(cluster.runUntilRunning(second));
  EXPECT_EQ(second.runtime().metrics().total("kafka_streams_stream_state_updater_metrics_restore_records_total"), 8U) << "from the changelogs";
}

TEST_F(StateCleaner, SetsADamagedStoreAsideAtTheStartAndRestoresIt) {
  SteppedInstance& first = persistent(cleaning("one"));
  sendAll();
  ASSERT_TRUE(cluster.runUntilRunning(first));
  ASSERT_TRUE(runUntilOutputs(8));
  ASSERT_TRUE(cluster.close(first));
  for (const auto& entry : fs::directory_iterator{directoryOf("one") / "0_0" / "rocksdb" / "counts"}) {
    if (entry.path().filename().string().starts_with("MANIFEST")) std::ofstream{entry.path()} << "gone";
  }
  SteppedInstance& second = persistent(cleaning("one"));
  ASSERT_TRUE(cluster.runUntilRunning(second));
  EXPECT_TRUE(fs::exists(directoryOf("one") / "0_0" / "set-aside" / "counts" / "CURRENT"));
  EXPECT_EQ(second.runtime().metrics().total("widgetstream_stores_set_aside_total"), 1U);
  sendAll();
  ASSERT_TRUE(runUntilOutputs(16));
  for (const std::string& key : keys) EXPECT_EQ(lastOutput(key), "2") << key;
}

TEST(StoreFiles, TheNewestDamagedStoreIsKept) {
  const TempDir task;
  for (const char* content : {"first", "second"}) {
    fs::create_directories(task.path() / "rocksdb" / "counts");
    std::ofstream{task.path() / "rocksdb" / "counts" / "CURRENT"} << content;
    EXPECT_TRUE(setStoreAside(task.path(), "counts"));
  }
  EXPECT_FALSE(setStoreAside(task.path(), "counts")) << "there is nothing any more";
  std::string kept;
  std::ifstream{task.path() / "set-aside" / "counts" / "CURRENT"} >> kept;
  EXPECT_EQ(kept, "second");
  EXPECT_EQ(fs::status(task.path() / "set-aside").permissions(), fs::perms::owner_all);
}

}  // namespace
}  // namespace widgetstream
