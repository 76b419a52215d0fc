// What every window store promises its processors and queries, whatever engine, order and cache it has.

#include <algorithm>

#include "tests/state/any_window_store.hpp"
#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Row = WindowRow;
using Store = TypedWindowStore<std::string, std::string>;

// Segments of these stores span a minute.
constexpr Milliseconds retention = 2min;
constexpr std::int64_t minute = 60'000;

class WindowStoreContract : public ::testing::TestWithParam<WindowStoreCase> {
 protected:
  void SetUp() override { store->open(context); }

  static std::unique_ptr<Store> make(bool duplicates = false) {
    auto builder =
        windowStoreBuilder<std::string, std::string>(windowSupplier(GetParam().engine, retention, 10s, duplicates));
    if (GetParam().caching) builder.withCachingEnabled();
    auto made = builder.make(builder);
    return std::unique_ptr<Store>{dynamic_cast<Store*>(made.release())};
  }

  void put(const std::string& key, std::int64_t start, const std::string& value) {
    store->put(key, value, fromMillis(start));
  }
  void erase(const std::string& key, std::int64_t start) { store->erase(key, fromMillis(start)); }
  void commit() {
    store->flushCache();
    store->commit(context.lastOffset());
  }
  void reopen() {
    store->close();
    store->open(context);
    if (!store->changelogOffset() && context.lastOffset()) restoreFrom(context.changelog, *store);
  }
  [[nodiscard]] bool inMemory() const { return GetParam().engine == WindowEngine::memory; }
  [[nodiscard]] bool byTime() const { return GetParam().engine != WindowEngine::rocksdb; }

  TempDir directory;
  FakeStoreContext context{directory.path()};
  std::unique_ptr<Store> store = make();
  WindowReads reads{*store};
};

TEST_P(WindowStoreContract, ReturnsWhatWasPutForAKeyAndAStart) {
  EXPECT_EQ(reads.fetch("a", 10), std::nullopt);
  put("a", 10, "one");
  put("a", 20, "two");
  put("b", 10, "three");
  EXPECT_EQ(reads.fetch("a", 10), "one");
  EXPECT_EQ(reads.fetch("b", 20), std::nullopt);
  commit();
  EXPECT_EQ(reads.fetch("a", 20), "two");
  put("a", 20, "new");
  EXPECT_EQ(reads.fetch("a", 20), "new");
}

TEST_P(WindowStoreContract, NullDeletesAWindow) {
  put("a", 10, "one");
  put("a", 20, "two");
  erase("a", 10);
  EXPECT_EQ(reads.fetch("a", 10), std::nullopt);
  commit();
  erase("a", 20);
  EXPECT_THAT(reads.all(), IsEmpty());
  commit();
  EXPECT_THAT(reads.all(), IsEmpty());
}

TEST_P(WindowStoreContract, AWalkOverOneKeyGoesByTimeAndSeesThatKeyAlone) {
  for (const char* key : {"a", "aa", "b"}) {
    put(key, 30, "late");
    put(key, 10, "early");
  }
  commit();
  put("a", 20, "middle");
  EXPECT_THAT(reads.fetch("a", 0, 100),
              ElementsAre(Row{"a", 10, "early"}, Row{"a", 20, "middle"}, Row{"a", 30, "late"}));
  EXPECT_THAT(reads.fetch("a", 11, 29), ElementsAre(Row{"a", 20, "middle"}));
  EXPECT_THAT(reads.fetch("a", 20, 30, true), ElementsAre(Row{"a", 30, "late"}, Row{"a", 20, "middle"}));
  EXPECT_THAT(reads.fetch("c", 0, 100), IsEmpty());
  EXPECT_THAT(reads.fetch("a", 30, 10), IsEmpty());
}

TEST_P(WindowStoreContract, AWalkOverOneKeyCrossesSegments) {
  put("a", 10, "one");
  put("b", minute, "other");
  put("a", minute + 5, "two");
  commit();
  put("a", 2 * minute - 1, "three");
  EXPECT_THAT(reads.fetch("a", 0, 10 * minute),
              ElementsAre(Row{"a", 10, "one"}, Row{"a", minute + 5, "two"}, Row{"a", 2 * minute - 1, "three"}));
  EXPECT_THAT(reads.fetch("a", 11, 10 * minute, true),
              ElementsAre(Row{"a", 2 * minute - 1, "three"}, Row{"a", minute + 5, "two"}));
}

TEST_P(WindowStoreContract, TheFirstWalkOverOneKeyFindsWhatCameAndWentBeforeIt) {
  for (std::int64_t start = 0; start < 5; ++start) put("a", start, "a" + std::to_string(start));
  put("b", 2, "other");
  EXPECT_EQ(reads.all().size(), 6U);
  put("a", 7, "a7");
  erase("a", 3);
  EXPECT_EQ(reads.fetch("a", 3), std::nullopt);
  EXPECT_THAT(reads.fetch("a", 2, 100), ElementsAre(Row{"a", 2, "a2"}, Row{"a", 4, "a4"}, Row{"a", 7, "a7"}));
  put("a", 6, "a6");
  erase("a", 7);
  EXPECT_THAT(reads.fetch("a", 4, 100), ElementsAre(Row{"a", 4, "a4"}, Row{"a", 6, "a6"}));
}

TEST_P(WindowStoreContract, AVisitorEndsTheWalk) {
  for (int i = 0; i < 5; ++i) put("a", i, "x");
  int seen = 0;
  store->fetch("a", fromMillis(0), fromMillis(10), [&](Timestamp, const std::string&) { return ++seen < 3; });
  EXPECT_EQ(seen, 3);
}

TEST_P(WindowStoreContract, AVisitorMayWriteToTheStore) {
  put("a", 1, "x");
  put("a", 2, "x");
  WindowRows seen;
  store->visitWindows("a", fromMillis(0), fromMillis(10), [&](Timestamp start, const std::string& value) {
    seen.emplace_back("a", toMillis(start), value);
    put("a", 2, "changed");
    put("a", 3, "new");
    return true;
  });
  EXPECT_THAT(seen, ElementsAre(Row{"a", 1, "x"}, Row{"a", 2, "x"}));
  EXPECT_EQ(reads.fetch("a", 3), "new");
}

TEST_P(WindowStoreContract, ARangeOfKeysIsInclusive) {
  for (const char* key : {"a", "ab", "b", "c"}) put(key, 10, key);
  commit();
  put("b", 20, "b");
  auto rows = reads.range("ab", "b", 0, 15);
  EXPECT_THAT(rows, ElementsAre(Row{"ab", 10, "ab"}, Row{"b", 10, "b"}));
  EXPECT_THAT(reads.range(std::nullopt, "ab", 0, 15), ElementsAre(Row{"a", 10, "a"}, Row{"ab", 10, "ab"}));
  EXPECT_THAT(reads.range("b", std::nullopt, 20, 30), ElementsAre(Row{"b", 20, "b"}));
  EXPECT_THAT(reads.range("b", "a", 0, 15), IsEmpty());
  auto backward = reads.range("ab", "b", 0, 15, true);
  std::reverse(rows.begin(), rows.end());
  EXPECT_EQ(backward, rows);
}

TEST_P(WindowStoreContract, AWalkOverAllIsOrderedByItsKind) {
  if (GetParam().caching) return;  // Java merges cache and store in memory in an order of neither; ours is the store's
  put("b", 10, "1");
  put("a", 20, "2");
  put("a", minute, "3");
  put("c", 10, "4");
  commit();
  put("a", 10, "5");
  const WindowRows by_time{{"a", 10, "5"}, {"b", 10, "1"}, {"c", 10, "4"}, {"a", 20, "2"}, {"a", minute, "3"}};
  const WindowRows by_key{{"a", 10, "5"}, {"a", 20, "2"}, {"b", 10, "1"}, {"c", 10, "4"}, {"a", minute, "3"}};
  WindowRows expected = byTime() ? by_time : by_key;
  EXPECT_EQ(reads.all(), expected);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(reads.all(true), expected);
}

TEST_P(WindowStoreContract, KeysThatBeginOthersKeepTheirOrder) {
  const std::string zero(1, '\0');
  for (const std::string& key : {"a" + zero, std::string{"a"}, "a" + zero + "b", std::string{"a\x7f"}})
    put(key, 10, "x");
  commit();
  std::vector<std::string> keys;
  for (const auto& row : reads.range("a", "b", 0, 20)) keys.push_back(std::get<0>(row));
  std::vector<std::string> all;
  for (const auto& row : reads.all()) all.push_back(std::get<0>(row));
  EXPECT_EQ(keys.size(), 4U);
  EXPECT_THAT(all, ::testing::UnorderedElementsAreArray(keys));
  EXPECT_EQ(std::is_sorted(keys.begin(), keys.end()), inMemory() || GetParam().engine == WindowEngine::rocksdb_by_time);
  EXPECT_THAT(reads.fetch("a", 0, 20), ElementsAre(Row{"a", 10, "x"}));
  EXPECT_THAT(reads.fetch("a" + zero, 0, 20), ElementsAre(Row{"a" + zero, 10, "x"}));
}

TEST_P(WindowStoreContract, RowsOlderThanTheRetentionAreHidden) {
  put("a", 1000, "old");
  put("a", 1001, "kept");
  put("b", 1000 + 2 * minute, "new");
  commit();
  store->discard();  // nothing is in a cache
  const bool edge_shows =
      GetParam().engine == WindowEngine::rocksdb_by_time || GetParam().engine == WindowEngine::rocksdb_indexed;
  EXPECT_EQ(reads.fetch("a", 1000).has_value(), edge_shows);
  EXPECT_EQ(reads.fetch("a", 1001), "kept");
  EXPECT_EQ(reads.fetch("a", 0, 10 * minute).size(), edge_shows ? 2U : 1U);
  EXPECT_EQ(reads.all().size(), edge_shows ? 3U : 2U);
  put("b", 1002 + 2 * minute, "newer");
  commit();
  store->discard();
  EXPECT_EQ(reads.fetch("a", 1001), std::nullopt);
  EXPECT_THAT(reads.fetch("a", 0, 10 * minute), IsEmpty());
}

TEST_P(WindowStoreContract, APutThatComesTooLateIsDroppedAndCountedButLogged) {
  put("a", 5 * minute, "new");
  commit();
  put("a", 3 * minute, "late");  // in a segment that lives, but hidden
  commit();
  EXPECT_EQ(context.dropped_records, inMemory() ? 1 : 0);
  context.dropped_records = 0;
  put("a", 3 * minute - 1, "too late");
  commit();
  EXPECT_EQ(context.dropped_records, 1);
  EXPECT_EQ(context.changelog.size(), 3U);
  EXPECT_EQ(context.changelog.back().value, "too late");
  store->discard();
  EXPECT_EQ(reads.fetch("a", 3 * minute - 1), std::nullopt);
}

TEST_P(WindowStoreContract, WhatIsInTheRecordCacheCanBeReadWhenItIsHiddenOtherwise) {
  put("a", 0, "old");
  commit();
  put("a", 10 * minute, "new");
  commit();
  const bool shown = GetParam().caching;
  EXPECT_EQ(reads.fetch("a", 0).has_value(), shown);
  EXPECT_EQ(reads.fetch("a", 0, minute).size(), shown ? 1U : 0U);
  EXPECT_EQ(reads.all().size(), shown ? 2U : 1U);
  EXPECT_EQ(store->reader()->fetch("a", fromMillis(0)).has_value(), shown);
}

TEST_P(WindowStoreContract, SegmentsThatAreEntirelyTooOldAreGoneFromTheEngine) {
  for (int i = 0; i < 10; ++i) put("a", i * minute, "x");
  commit();
  for (int i = 10; i < 20; ++i) {
    put("a", i * minute, "x");
    commit();
  }
  store->close();
  store->open(context);
  if (inMemory()) return;  // nothing is left there
  // Nothing is hidden after a restart, so what a walk sees is what there is.
  EXPECT_THAT(reads.all(),
              ElementsAre(Row{"a", 17 * minute, "x"}, Row{"a", 18 * minute, "x"}, Row{"a", 19 * minute, "x"}));
}

TEST_P(WindowStoreContract, RowsThatAreHiddenBeforeTheyAreCommittedAreNotWritten) {
  put("a", minute, "hidden, in a segment that lives");
  put("a", 2 * minute, "kept");
  put("b", 3 * minute + 30'000, "new");
  commit();
  EXPECT_EQ(context.changelog.size(), 3U);
  store->close();
  store->open(context);
  if (inMemory()) return;  // nothing is left there
  EXPECT_THAT(reads.all(), ElementsAre(Row{"a", 2 * minute, "kept"}, Row{"b", 3 * minute + 30'000, "new"}));
}

TEST_P(WindowStoreContract, RowsThatAreHiddenBeforeTheyAreRestoredAreNotWritten) {
  put("a", minute, "hidden, in a segment that lives");
  put("a", 2 * minute, "kept");
  put("b", 3 * minute + 30'000, "new");
  commit();
  loseAndRestore(store, [] { return make(); }, directory.path(), context);
  store->close();
  store->open(context);
  if (inMemory()) return;
  EXPECT_THAT(WindowReads{*store}.all(),
              ElementsAre(Row{"a", 2 * minute, "kept"}, Row{"b", 3 * minute + 30'000, "new"}));
}

TEST_P(WindowStoreContract, DiscardTakesTimeBackToThatOfTheCommit) {
  put("a", minute, "committed");
  commit();
  put("b", 10 * minute, "discarded");
  if (GetParam().caching) store->flushCache();
  store->discard();
  EXPECT_EQ(reads.fetch("a", minute), "committed");
  // It is done again, from where it began.
  put("a", minute, "again");
  commit();
  EXPECT_EQ(context.dropped_records, 0);
  EXPECT_EQ(reads.fetch("a", minute), "again");
}

TEST_P(WindowStoreContract, AHiddenRowThatTheEngineHasIsWrittenAgain) {
  for (const bool remembered : {true, false}) {
    SCOPED_TRACE(remembered);
    if (!remembered) context.read_cache_bytes = 0;
    const std::int64_t begin = remembered ? 0 : 10 * minute;
    put("a", begin + minute, "old");
    commit();
    put("b", begin + 3 * minute + 30'000, "new");
    commit();
    put("a", begin + minute, "changed");
    commit();
    store->close();
    store->open(context);
    if (!inMemory()) EXPECT_EQ(reads.fetch("a", begin + minute), "changed");
  }
}

TEST_P(WindowStoreContract, ChangelogKeysHaveNoSegment) {
  using namespace std::string_literals;
  context.record_timestamp = fromMillis(77);
  put("k", 1000, "v");
  commit();
  erase("k", 1000);
  commit();
  const Bytes key = "k\0\0\0\0\0\0\x03\xe8\0\0\0\0"s;
  EXPECT_THAT(context.changelog, ElementsAre(LoggedChange{key, "v", 77}, LoggedChange{key, std::nullopt, 77}));
}

TEST_P(WindowStoreContract, ComesBackFromItsChangelog) {
  put("a", 10, "one");
  put("b", minute, "two");
  put("c", minute, "gone");
  commit();
  erase("c", minute);
  put("a", 10, "three");
  commit();
  auto other = make();
  FakeStoreContext elsewhere;
  TempDir somewhere;
  FakeStoreContext there{somewhere.path()};
  other->open(there);
  restoreFrom(context.changelog, *other);
  EXPECT_EQ(WindowReads{*other}.all(), reads.all());
  EXPECT_EQ(reads.all().size(), 2U);
  other->close();
}

TEST_P(WindowStoreContract, RestoresNothingThatIsGoneByTheEnd) {
  put("a", 10, "old");
  commit();
  put("a", 10 * minute, "new");
  commit();
  auto other = make();
  TempDir somewhere;
  FakeStoreContext there{somewhere.path()};
  other->open(there);
  restoreFrom(context.changelog, *other);
  EXPECT_THAT(WindowReads{*other}.all(), ElementsAre(Row{"a", 10 * minute, "new"}));
  EXPECT_EQ(there.dropped_records, 0);
  other->close();
}

TEST_P(WindowStoreContract, KeepsWhatWasCommittedAndForgetsTheRest) {
  put("a", 10, "kept");
  commit();
  const std::size_t committed = context.changelog.size();
  put("a", 10, "lost");
  put("a", minute, "lost");
  context.changelog.resize(committed);
  reopen();
  EXPECT_THAT(reads.all(), ElementsAre(Row{"a", 10, "kept"}));
}

TEST_P(WindowStoreContract, DiscardForgetsWhatWasNotCommitted) {
  put("a", 10, "kept");
  commit();
  put("a", 10, "lost");
  put("b", 10, "lost");
  store->discard();
  EXPECT_THAT(reads.all(), ElementsAre(Row{"a", 10, "kept"}));
}

TEST_P(WindowStoreContract, ReadersSeeOneStateWhileTheOwnerWrites) {
  put("a", 10, "one");
  commit();
  put("b", minute, "two");
  const auto reader = store->reader();
  const WindowReads others{*reader};
  EXPECT_EQ(others.all(), reads.all());
  EXPECT_EQ(others.fetch("a", 10), "one");
  EXPECT_EQ(others.fetch("b", 0, 2 * minute), reads.fetch("b", 0, 2 * minute));
  EXPECT_EQ(others.range("a", "c", 0, minute, true), reads.range("a", "c", 0, minute, true));
  store->close();
  EXPECT_THROW(static_cast<void>(others.all()), Error);
}

INSTANTIATE_TEST_SUITE_P(Engines, WindowStoreContract, ::testing::ValuesIn(allWindowStoreCases()),
                         [](const auto& of) { return nameOf(of.param); });

class DuplicatesContract : public WindowStoreContract {
 protected:
  void SetUp() override {
    store = make(true);
    store->open(context);
  }
};

TEST_P(DuplicatesContract, KeepsEveryValueInOrder) {
  put("a", 10, "one");
  put("a", 10, "two");
  commit();
  put("a", 10, "three");
  put("b", 10, "other");
  const WindowReads found{*store};
  EXPECT_THAT(found.fetch("a", 10, 10), ElementsAre(Row{"a", 10, "one"}, Row{"a", 10, "two"}, Row{"a", 10, "three"}));
  EXPECT_THAT(found.fetch("a", 10, 10, true),
              ElementsAre(Row{"a", 10, "three"}, Row{"a", 10, "two"}, Row{"a", 10, "one"}));
  EXPECT_EQ(found.all().size(), 4U);
  EXPECT_FALSE(store->caching());
}

TEST_P(DuplicatesContract, CountsThemInItsChangelogKeys) {
  using namespace std::string_literals;
  put("k", 1000, "v");
  put("k", 1000, "w");
  erase("k", 1000);
  const Bytes key = "k\0\0\0\0\0\0\x03\xe8"s;
  EXPECT_THAT(context.changelog,
              ElementsAre(LoggedChange{key + "\0\0\0\1"s, "v", 500}, LoggedChange{key + "\0\0\0\2"s, "w", 500},
                          LoggedChange{key + "\0\0\0\3"s, std::nullopt, 500}));
  EXPECT_EQ(WindowReads{*store}.all().size(), 2U);
}

TEST_P(DuplicatesContract, FetchOfAStartFindsTheNewestPutOnDiskAndNothingInMemory) {
  put("k", 1000, "v");
  EXPECT_EQ(WindowReads{*store}.fetch("k", 1000), inMemory() ? std::nullopt : std::optional<std::string>{"v"});
  put("k", 2000, "w");
  EXPECT_EQ(WindowReads{*store}.fetch("k", 1000), std::nullopt);
}

TEST_P(DuplicatesContract, ComesBackFromItsChangelog) {
  put("a", 10, "one");
  put("a", 10, "two");
  commit();
  auto other = make(true);
  TempDir somewhere;
  FakeStoreContext there{somewhere.path()};
  other->open(there);
  restoreFrom(context.changelog, *other);
  EXPECT_THAT(WindowReads{*other}.fetch("a", 0, 20), ElementsAre(Row{"a", 10, "one"}, Row{"a", 10, "two"}));
  other->close();
}

INSTANTIATE_TEST_SUITE_P(Engines, DuplicatesContract, ::testing::ValuesIn(allWindowStoreCases()),
                         [](const auto& of) { return nameOf(of.param); });

}  // namespace
}  // namespace widgetstream
