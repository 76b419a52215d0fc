// A store and its changelog offset go to disk together: after a crash at any moment the two agree, and what is missing
// is read again from the changelog (reliability I4, I5).

#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include <unistd.h>

#include "tests/state/any_store.hpp"
#include "tests/state/fake_context.hpp"
#include "tests/support/death_test_directory.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using Model = std::map<std::string, std::int64_t>;

std::unique_ptr<AnyStore> rocksDbStore(std::size_t write_buffer_bytes = std::size_t{16} << 20) {
  RocksDbOptions options;
  options.write_buffer_bytes = write_buffer_bytes;
  auto builder = timestampedKeyValueStoreBuilder<std::string, std::int64_t>(persistentKeyValueStore("counts", options));
  return std::make_unique<AnyStoreOf<ValueAndTimestamp<std::int64_t>>>(builder.make(builder));
}

/// Commit number n: ten puts and an erase, the same in every process.
template <class Put, class Erase>
void changesOfCommit(std::int64_t n, Put put, Erase erase) {
  for (std::int64_t i = 0; i < 10; ++i) put("key" + std::to_string((n * 7 + i * 13) % 500), n);
  erase("key" + std::to_string((n * 11) % 500));
}

Model modelAfter(std::int64_t commits) {
  Model model;
  for (std::int64_t n = 0; n < commits; ++n) {
    changesOfCommit(
        n, [&](const std::string& key, std::int64_t value) { model[key] = value; },
        [&](const std::string& key) { model.erase(key); });
  }
  return model;
}

void runCommits(AnyStore& store, std::int64_t first, std::int64_t last) {
  for (std::int64_t n = first; n < last; ++n) {
    changesOfCommit(
        n, [&](const std::string& key, std::int64_t value) { store.put(key, value, n); },
        [&](const std::string& key) { store.erase(key); });
    store.state().commit(n);
  }
}

/// What a crash leaves must be the state after some number of whole commits.
std::int64_t expectWholeCommits(AnyStore& store) {
  const auto offset = store.state().changelogOffset();
  const std::int64_t commits = offset ? *offset + 1 : 0;
  const Model model = modelAfter(commits);
  EXPECT_EQ(store.all(), (AnyStore::Entries{model.begin(), model.end()})) << "after " << commits << " commits";
  return commits;
}

class Durability : public ::testing::Test {
 protected:
  TempDir directory;
  FakeStoreContext context{directory.path()};
};

TEST_F(Durability, ACleanCloseKeepsEverythingCommitted) {
  const auto store = rocksDbStore();
  store->state().open(context);
  runCommits(*store, 0, 20);
  store->put("uncommitted", 1, 1);
  store->state().close();
  store->state().open(context);
  EXPECT_EQ(expectWholeCommits(*store), 20);
}

TEST_F(Durability, ReopeningManyTimesLosesNothing) {
  for (std::int64_t round = 0; round < 5; ++round) {
    const auto store = rocksDbStore();
    store->state().open(context);
    EXPECT_EQ(expectWholeCommits(*store), round * 4);
    runCommits(*store, round * 4, round * 4 + 4);
  }
}

TEST_F(Durability, AQueryThatIsStillWalkingDoesNotPreventReopening) {
  const auto store = rocksDbStore();
  store->state().open(context);
  runCommits(*store, 0, 3);
  EngineOptions options;
  auto& typed = dynamic_cast<AnyStoreOf<ValueAndTimestamp<std::int64_t>>&>(*store).typed();
  const auto reader = typed.reader();
  std::size_t seen = 0;
  reader->all([&](const std::string&, const auto&) {
    if (seen++ == 0) store->state().close();
    return true;
  });
  EXPECT_EQ(seen, modelAfter(3).size());
  store->state().open(context);
  EXPECT_EQ(expectWholeCommits(*store), 3);
}

class DurabilityDeathTest : public DeathTestDirectory {
 protected:
  [[noreturn]] static void commitAndExit(std::int64_t commits, std::int64_t flush_at) {
    FakeStoreContext context{path()};
    const auto store = rocksDbStore();
    store->state().open(context);
    runCommits(*store, 0, flush_at);
    if (flush_at > 0) store->state().flushEngine();
    runCommits(*store, flush_at, commits);
    ::_exit(0);
  }

  /// Goes on from where the last process died until it is killed itself, from within, at a random moment.
  [[noreturn]] static void commitUntilKilled() {
    FakeStoreContext context{path()};
    const auto store = rocksDbStore(std::size_t{64} << 10);
    store->state().open(context);
    const std::int64_t commits = expectWholeCommits(*store);
    if (::testing::Test::HasFailure()) ::_exit(1);
    // RocksDB adds to its manifest when a flush has become part of the database.
    const auto manifest_bytes = [] {
      std::uintmax_t bytes = 0;
      for (const auto& entry : std::filesystem::directory_iterator(path() / "rocksdb" / "counts")) {
        if (entry.path().filename().string().starts_with("MANIFEST")) bytes += entry.file_size();
      }
      return bytes;
    };
    std::jthread killer([manifest_bytes, before = manifest_bytes()] {
      std::random_device random;
      // Not before something was flushed, or every round would begin anew.
      static_cast<void>(waitUntil([&] { return manifest_bytes() > before; }));
      std::this_thread::sleep_for(std::chrono::microseconds{random() % 50000});
      ::kill(::getpid(), SIGKILL);
    });
    runCommits(*store, commits, commits + 1'000'000);
    ::_exit(2);
  }
};

TEST_F(DurabilityDeathTest, WithoutAFlushACrashLosesWholeCommitsOnly) {
  EXPECT_EXIT(commitAndExit(5, 0), ::testing::ExitedWithCode(0), "");
  FakeStoreContext context{path()};
  const auto store = rocksDbStore();
  store->state().open(context);
  EXPECT_LE(expectWholeCommits(*store), 5);
}

TEST_F(DurabilityDeathTest, WhatWasFlushedSurvivesACrash) {
  EXPECT_EXIT(commitAndExit(9, 6), ::testing::ExitedWithCode(0), "");
  FakeStoreContext context{path()};
  const auto store = rocksDbStore();
  store->state().open(context);
  EXPECT_GE(expectWholeCommits(*store), 6);
}

TEST_F(DurabilityDeathTest, KilledAtRandomMomentsContentAndOffsetAgree) {
  for (int round = 0; round < 6; ++round) {
    EXPECT_EXIT(commitUntilKilled(), ::testing::KilledBySignal(SIGKILL), "");
  }
  FakeStoreContext context{path()};
  const auto store = rocksDbStore();
  store->state().open(context);
  EXPECT_GT(expectWholeCommits(*store), 0) << "its memtables are small, so some of it was flushed";
}

}  // namespace
}  // namespace widgetstream
