// lruMap(): a store in memory that keeps only the entries used last.

#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using Entries = std::vector<std::pair<std::string, std::int64_t>>;

template <class Stored>
class LruMap : public ::testing::Test {
 protected:
  using Store = TypedKeyValueStore<std::string, Stored>;

  void SetUp() override { store->open(context); }

  static std::unique_ptr<Store> make(const StoreBuilder& builder) {
    return std::unique_ptr<Store>{dynamic_cast<Store*>(builder.make(builder).release())};
  }
  static Entries all(const Store& of) {
    Entries entries;
    of.all([&](const std::string& key, const Stored& stored) {
      entries.emplace_back(key, detail::StoredTraits<Stored>::value(stored));
      return true;
    });
    return entries;
  }
  void commit() {
    store->flushCache();
    store->commit(context.lastOffset());
  }

  FakeStoreContext context;
  std::unique_ptr<Store> store;
};

class PlainLruMap : public LruMap<std::int64_t> {
 protected:
  PlainLruMap() { store = make(builder()); }
  static StoreBuilder builder() { return keyValueStoreBuilder<std::string, std::int64_t>(lruMap("counts", 2)); }
};

TEST_F(PlainLruMap, ForgetsTheEntryUsedLongestAgo) {
  store->put("a", 1);
  store->put("b", 2);
  store->put("c", 3);
  EXPECT_THAT(all(*store), ElementsAre(Pair("b", 2), Pair("c", 3)));
  EXPECT_EQ(store->get("a"), std::nullopt);
  commit();
  EXPECT_THAT(all(*store), ElementsAre(Pair("b", 2), Pair("c", 3)));
  EXPECT_EQ(store->approximateNumEntries(), 2U);
}

TEST_F(PlainLruMap, AGetIsAUse) {
  store->put("a", 1);
  store->put("b", 2);
  commit();
  EXPECT_EQ(store->get("a"), 1);
  store->put("c", 3);
  EXPECT_THAT(all(*store), ElementsAre(Pair("a", 1), Pair("c", 3)));
}

TEST_F(PlainLruMap, APutOfAKeyThatIsThereNeedsNoRoom) {
  store->put("a", 1);
  store->put("b", 2);
  store->put("a", 3);
  EXPECT_THAT(all(*store), ElementsAre(Pair("a", 3), Pair("b", 2)));
}

TEST_F(PlainLruMap, AnErasedKeyMakesRoom) {
  store->put("a", 1);
  store->put("b", 2);
  store->erase("a");
  store->put("c", 3);
  EXPECT_THAT(all(*store), ElementsAre(Pair("b", 2), Pair("c", 3)));
}

TEST_F(PlainLruMap, TellsItsChangelogWhatItForgetsBeforeWhatIsNew) {
  store->put("a", 1);
  store->put("b", 2);
  context.changelog.clear();
  store->put("c", 3);
  ASSERT_EQ(context.changelog.size(), 2U);
  EXPECT_EQ(context.changelog[0], (LoggedChange{"a", std::nullopt, 500, {}}));
  EXPECT_EQ(context.changelog[1].key, "c");
}

TEST_F(PlainLruMap, ForgetsWhileItIsRestored) {
  std::vector<LoggedChange> log;
  for (const char* key : {"a", "b", "a", "c", "d"}) log.push_back({key, Bytes(8, '\0'), 1, {}});
  restoreFrom(log, *store);
  EXPECT_THAT(all(*store), ElementsAre(Pair("c", 0), Pair("d", 0)));
  store->put("e", 1);
  EXPECT_THAT(all(*store), ElementsAre(Pair("d", 0), Pair("e", 1)));
}

TEST_F(PlainLruMap, DiscardBringsBackWhatWasForgottenSinceTheCommit) {
  store->put("a", 1);
  store->put("b", 2);
  commit();
  store->put("c", 3);
  store->discard();
  EXPECT_THAT(all(*store), ElementsAre(Pair("a", 1), Pair("b", 2)));
  store->put("d", 4);
  EXPECT_EQ(all(*store).size(), 2U);
}

TEST_F(PlainLruMap, NeedsRoomForOne) {
  EXPECT_THROW(static_cast<void>(lruMap("counts", 0)), Error);
}

class TimestampedLruMap : public LruMap<ValueAndTimestamp<std::int64_t>> {
 protected:
  TimestampedLruMap() { store = make(timestampedKeyValueStoreBuilder<std::string, std::int64_t>(lruMap("counts", 2))); }
};

TEST_F(TimestampedLruMap, DoesNotTellItsChangelogWhatItForgetsAsInJava) {
  for (const char* key : {"a", "b", "c"}) store->put(key, {1, fromMillis(7)});
  EXPECT_EQ(context.changelog.size(), 3U);
  EXPECT_THAT(all(*store), ElementsAre(Pair("b", 1), Pair("c", 1)));
}

class CachedLruMap : public LruMap<std::int64_t> {
 protected:
  CachedLruMap() {
    store = make(keyValueStoreBuilder<std::string, std::int64_t>(lruMap("counts", 2)).withCachingEnabled());
  }
};

TEST_F(CachedLruMap, ForgetsWhenTheRecordCacheIsFlushed) {
  for (const char* key : {"a", "b", "c"}) store->put(key, 1);
  EXPECT_EQ(all(*store).size(), 3U);
  commit();
  EXPECT_THAT(all(*store), ElementsAre(Pair("b", 1), Pair("c", 1)));
  store->put("b", 2);
  store->put("d", 1);
  commit();
  EXPECT_THAT(all(*store), ElementsAre(Pair("b", 2), Pair("d", 1)));
}

}  // namespace
}  // namespace widgetstream
