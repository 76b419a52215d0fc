// What every session store promises its processors and queries, whatever engine, order and cache it has.

#include <algorithm>
#include <tuple>

#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/state/window_store_builders.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Store = TypedSessionStore<std::string, std::string>;
/// Key, start, end and value.
using Row = std::tuple<std::string, std::int64_t, std::int64_t, std::string>;
using Rows = std::vector<Row>;

constexpr Milliseconds retention = 2min;
constexpr std::int64_t minute = 60'000;

enum class Engine { rocksdb, rocksdb_by_time, memory };

struct SessionStoreCase {
  Engine engine = Engine::rocksdb;
  bool caching = false;
};

std::string nameOf(const SessionStoreCase& of) {
  static const char* const names[] = {"rocksdb", "rocksdb_by_time", "memory"};
  return std::string{names[static_cast<int>(of.engine)]} + (of.caching ? "_cached" : "_direct");
}

SessionStoreSupplier supplierOf(Engine engine) {
  if (engine == Engine::rocksdb) return persistentSessionStore("sessions", retention);
  if (engine == Engine::rocksdb_by_time) return persistentTimeOrderedSessionStore("sessions", retention);
  return inMemorySessionStore("sessions", retention);
}

class SessionStoreContract : public ::testing::TestWithParam<SessionStoreCase> {
 protected:
  void SetUp() override { store->open(context); }

  static std::unique_ptr<Store> make() {
    auto builder = sessionStoreBuilder<std::string, std::string>(supplierOf(GetParam().engine));
    if (GetParam().caching) builder.withCachingEnabled();
    return std::unique_ptr<Store>{dynamic_cast<Store*>(builder.make(builder).release())};
  }
  static Windowed<std::string> session(const std::string& key, std::int64_t start, std::int64_t end) {
    return {key, {fromMillis(start), fromMillis(end)}};
  }
  void put(const std::string& key, std::int64_t start, std::int64_t end, const std::string& value) {
    store->put(session(key, start, end), value);
  }
  void remove(const std::string& key, std::int64_t start, std::int64_t end) { store->remove(session(key, start, end)); }
  void commit() {
    store->flushCache();
    store->commit(context.lastOffset());
  }

  using Reads = ReadOnlySessionStore<std::string, std::string>;
  static Reads::Visitor into(Rows& rows) {
    return [&rows](const Windowed<std::string>& found, const std::string& value) {
      rows.emplace_back(found.key, toMillis(found.window.start), toMillis(found.window.end), value);
      return true;
    };
  }
  static Rows find(const Reads& reads, const std::string& key, std::int64_t earliest_end, std::int64_t latest_start,
                   bool backward = false) {
    Rows rows;
    if (backward) {
      reads.backwardFindSessions(key, fromMillis(earliest_end), fromMillis(latest_start), into(rows));
    } else {
      reads.findSessions(key, fromMillis(earliest_end), fromMillis(latest_start), into(rows));
    }
    return rows;
  }
  [[nodiscard]] Rows find(const std::string& key, std::int64_t earliest_end, std::int64_t latest_start,
                          bool backward = false) const {
    return find(*store, key, earliest_end, latest_start, backward);
  }
  [[nodiscard]] Rows range(std::optional<std::string> first, std::optional<std::string> last, bool backward = false) {
    Rows rows;
    const Nullable<std::string> low{first ? &*first : nullptr};
    const Nullable<std::string> high{last ? &*last : nullptr};
    if (backward) {
      store->backwardFetch(low, high, into(rows));
    } else {
      store->fetch(low, high, into(rows));
    }
    return rows;
  }
  [[nodiscard]] Rows ended(std::int64_t from, std::int64_t to) const {
    Rows rows;
    store->findSessions(fromMillis(from), fromMillis(to), into(rows));
    return rows;
  }
  [[nodiscard]] std::optional<std::string> fetch(const std::string& key, std::int64_t start, std::int64_t end) const {
    return store->fetchSession(key, fromMillis(start), fromMillis(end));
  }

  [[nodiscard]] bool inMemory() const { return GetParam().engine == Engine::memory; }

  TempDir directory;
  FakeStoreContext context{directory.path()};
  std::unique_ptr<Store> store = make();
};

TEST_P(SessionStoreContract, ReturnsWhatWasPutForASession) {
  EXPECT_EQ(fetch("a", 10, 20), std::nullopt);
  put("a", 10, 20, "one");
  EXPECT_EQ(fetch("a", 10, 20), "one");
  EXPECT_EQ(fetch("a", 10, 21), std::nullopt);
  commit();
  EXPECT_EQ(fetch("a", 10, 20), "one");
  put("a", 10, 20, "two");
  EXPECT_EQ(fetch("a", 10, 20), "two");
}

TEST_P(SessionStoreContract, RemovesSessions) {
  put("a", 10, 20, "one");
  put("a", 30, 40, "two");
  remove("a", 10, 20);
  commit();
  store->put(session("a", 30, 40), Nullable<std::string>{});
  remove("b", 1, 2);
  commit();
  EXPECT_THAT(range({}, {}), IsEmpty());
  EXPECT_EQ(context.dropped_records, 0);
}

TEST_P(SessionStoreContract, FindsTheSessionsThatOverlapASpan) {
  put("a", 0, 10, "1");
  put("a", 20, 30, "2");
  put("a", 40, 50, "3");
  put("b", 20, 30, "other");
  put("aa", 20, 30, "other");
  commit();
  put("a", 60, 60, "4");
  EXPECT_THAT(find("a", 10, 40), ElementsAre(Row{"a", 0, 10, "1"}, Row{"a", 20, 30, "2"}, Row{"a", 40, 50, "3"}));
  EXPECT_THAT(find("a", 11, 39), ElementsAre(Row{"a", 20, 30, "2"}));
  EXPECT_THAT(find("a", 31, 60, true), ElementsAre(Row{"a", 60, 60, "4"}, Row{"a", 40, 50, "3"}));
  EXPECT_THAT(find("c", 0, 100), IsEmpty());
}

TEST_P(SessionStoreContract, ASessionMayBeginInAnotherSegmentThanItEnds) {
  put("a", 10, minute + 10, "long");
  commit();
  EXPECT_THAT(find("a", minute, minute), ElementsAre(Row{"a", 10, minute + 10, "long"}));
  EXPECT_THAT(find("a", 0, 5), IsEmpty());
}

TEST_P(SessionStoreContract, SessionsOfOneKeyGoByTheirEnd) {
  put("a", 5, 30, "3");
  put("a", 10, 20, "1");
  put("a", 15, 20, "2");
  const Rows found = find("a", 0, 100);
  Rows expected{{"a", 10, 20, "1"}, {"a", 15, 20, "2"}, {"a", 5, 30, "3"}};
  if (inMemory()) std::swap(expected[0], expected[1]);
  EXPECT_EQ(found, expected);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(find("a", 0, 100, true), expected);
}

TEST_P(SessionStoreContract, RangesOfKeysAreInclusive) {
  if (GetParam().caching) return;  // Java merges cache and store in memory in an order of neither; ours is the store's
  put("b", 0, 10, "1");
  put("ab", 0, 20, "2");
  put("a", 0, 10, "3");
  put("c", 0, 5, "4");
  commit();
  put("a", 0, 20, "5");
  Rows expected{{"a", 0, 10, "3"}, {"a", 0, 20, "5"}, {"ab", 0, 20, "2"}, {"b", 0, 10, "1"}};
  if (inMemory()) expected = {{"a", 0, 10, "3"}, {"b", 0, 10, "1"}, {"a", 0, 20, "5"}, {"ab", 0, 20, "2"}};
  EXPECT_EQ(range("a", "b"), expected);
  EXPECT_EQ(range({}, "b"), expected);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(range("a", "b", true), expected);
  EXPECT_EQ(range("b", {}).size(), 2U);
}

TEST_P(SessionStoreContract, KeysWithZeroBytesAndBeginningsOfOthersAreKeptApart) {
  const std::string zero(1, '\0');
  std::vector<std::string> keys{"", zero, zero + zero, "a", "a" + zero, "a" + zero + "\1", "ab"};
  for (const std::string& key : keys) put(key, 5, 10, "x");
  commit();
  for (const std::string& key : keys) {
    EXPECT_THAT(find(key, 0, 20), ElementsAre(Row{key, 5, 10, "x"}));
    EXPECT_EQ(fetch(key, 5, 10), "x");
  }
  std::vector<std::string> seen;
  for (const Row& row : ended(0, 100)) seen.push_back(std::get<0>(row));
  EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(keys));
  EXPECT_TRUE(!inMemory() || seen == keys);
}

TEST_P(SessionStoreContract, FindsSessionsByTheirEnd) {
  put("b", 0, 10, "1");
  put("a", 5, 20, "2");
  put("a", 0, minute, "3");
  put("c", 0, minute + 1, "4");
  commit();
  Rows expected{{"b", 0, 10, "1"}, {"a", 5, 20, "2"}, {"a", 0, minute, "3"}};
  if (GetParam().engine == Engine::rocksdb) std::swap(expected[0], expected[1]);  // by key within a segment
  EXPECT_EQ(ended(10, minute), expected);
  EXPECT_THAT(ended(11, 19), IsEmpty());
}

TEST_P(SessionStoreContract, SessionsThatEndedBeforeTheRetentionAreHidden) {
  put("a", 0, 1000, "old");
  put("a", 0, 1001, "kept");
  put("b", 0, 1000 + 2 * minute, "new");
  commit();
  store->discard();  // nothing is in a cache
  EXPECT_EQ(fetch("a", 0, 1000), std::nullopt);
  EXPECT_EQ(fetch("a", 0, 1001), "kept");
  EXPECT_THAT(find("a", 0, 5000), ElementsAre(Row{"a", 0, 1001, "kept"}));
  // Stores that are made for it find those that close by their end.
  EXPECT_EQ(ended(0, 1000).size(), GetParam().engine == Engine::rocksdb_by_time ? 1U : 0U);
}

TEST_P(SessionStoreContract, SessionsThatAreHiddenBeforeTheyAreCommittedAreNotWritten) {
  put("a", 0, minute, "hidden");
  put("a", 0, 2 * minute, "kept");
  put("b", 0, 3 * minute + 30'000, "new");
  commit();
  store->close();
  store->open(context);
  // Nothing is hidden after a restart, so what a walk sees is what there is.
  const std::optional<std::string> written = GetParam().engine == Engine::rocksdb_by_time
                                                 ? std::optional<std::string>{"hidden"}
                                                 : std::nullopt;
  EXPECT_EQ(fetch("a", 0, minute), written);
  EXPECT_EQ(fetch("a", 0, 2 * minute).has_value(), !inMemory());
}

TEST_P(SessionStoreContract, WhatIsInTheRecordCacheCanBeReadWhenItIsHiddenOtherwise) {
  put("a", 0, 0, "old");
  commit();
  put("b", 10 * minute, 10 * minute, "new");
  commit();
  EXPECT_EQ(find("a", 0, minute).size(), GetParam().caching ? 1U : 0U);
  EXPECT_EQ(fetch("a", 0, 0).has_value(), GetParam().caching);
}

TEST_P(SessionStoreContract, APutThatComesTooLateIsDroppedAndCountedButLogged) {
  put("a", 0, 5 * minute, "new");
  commit();
  put("a", 0, 3 * minute - 1, "too late");
  commit();
  EXPECT_EQ(context.dropped_records, 1);
  EXPECT_EQ(context.changelog.size(), 2U);
  store->discard();
  EXPECT_EQ(fetch("a", 0, 3 * minute - 1), std::nullopt);
}

TEST_P(SessionStoreContract, ChangelogKeysAreKeyEndAndStart) {
  using namespace std::string_literals;
  put("k", 900, 1000, "v");
  commit();
  remove("k", 900, 1000);
  commit();
  const Bytes key = "k\0\0\0\0\0\0\x03\xe8\0\0\0\0\0\0\x03\x84"s;
  EXPECT_THAT(context.changelog,
              ElementsAre(LoggedChange{key, "v", 500, {}}, LoggedChange{key, std::nullopt, 500, {}}));
}

TEST_P(SessionStoreContract, ComesBackFromItsChangelog) {
  const std::string zero(1, '\0');
  put("a" + zero, 0, 10, "one");
  put("b", 5, minute, "two");
  put("c", 0, 0, "gone");
  commit();
  remove("c", 0, 0);
  commit();
  auto other = make();
  TempDir somewhere;
  FakeStoreContext there{somewhere.path()};
  other->open(there);
  restoreFrom(context.changelog, *other);
  Rows found;
  other->fetch({}, {}, into(found));
  EXPECT_EQ(found, range({}, {}));
  EXPECT_EQ(found.size(), 2U);
  other->close();
}

TEST_P(SessionStoreContract, ReadersSeeOneStateWhileTheOwnerWrites) {
  put("a", 0, 10, "one");
  commit();
  put("a", 20, 30, "two");
  const auto reader = store->reader();
  EXPECT_EQ(find(*reader, "a", 0, 100), find("a", 0, 100));
  EXPECT_EQ(reader->fetchSession("a", fromMillis(20), fromMillis(30)), "two");
  store->close();
  EXPECT_THROW(static_cast<void>(reader->fetchSession("a", fromMillis(20), fromMillis(30))), Error);
}

std::vector<SessionStoreCase> allCases() {
  std::vector<SessionStoreCase> cases;
  for (const Engine engine : {Engine::rocksdb, Engine::rocksdb_by_time, Engine::memory}) {
    for (const bool caching : {false, true}) cases.push_back({engine, caching});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Engines, SessionStoreContract, ::testing::ValuesIn(allCases()),
                         [](const auto& of) { return nameOf(of.param); });

}  // namespace
}  // namespace widgetstream
