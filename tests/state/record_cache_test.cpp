// The record cache: what is forwarded and logged, when, and in which order (contract 8.6).

#include "tests/state/any_window_store.hpp"
#include "tests/state/fake_context.hpp"
#include "widgetstream/serde/json_value.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Counts = TypedTimestampedStore<std::string, std::int64_t>;

struct Forwarded {
  std::string key;
  std::optional<std::int64_t> now;
  std::optional<std::int64_t> before;
  std::int64_t timestamp = 0;

  friend bool operator==(const Forwarded&, const Forwarded&) = default;
  friend void PrintTo(const Forwarded& one, std::ostream* out) {
    *out << one.key << ": " << one.before.value_or(-1) << " -> " << one.now.value_or(-1) << " @" << one.timestamp;
  }
};

class RecordCache : public ::testing::Test {
 protected:
  void SetUp() override {
    auto builder = timestampedKeyValueStoreBuilder<std::string, std::int64_t>(inMemoryKeyValueStore("counts"));
    builder.withCachingEnabled();
    state = builder.make(builder);
    state->open(context);
    counts = dynamic_cast<Counts*>(state.get());
    counts->onFlush([this](const std::string& key, Nullable<std::int64_t> now, Nullable<std::int64_t> before,
                           Timestamp timestamp, const RecordStamp& stamp) {
      const auto copied = [](Nullable<std::int64_t> value) {
        return value ? std::optional<std::int64_t>{*value} : std::nullopt;
      };
      forwarded.push_back({key, copied(now), copied(before), toMillis(timestamp)});
      stamps.push_back(std::string{stamp.topic} + "-" + std::to_string(stamp.partition) + "@" +
                       std::to_string(stamp.offset) + " " + std::to_string(stamp.headers->size()));
      if (also) also();
    });
  }

  void put(const std::string& key, std::int64_t value, std::int64_t at = 1) {
    counts->put(key, Nullable<std::int64_t>{value}, fromMillis(at), stampAt(at));
  }
  void erase(const std::string& key, std::int64_t at = 1) { counts->put(key, nullptr, no_timestamp, stampAt(at)); }
  void commit() {
    state->flushCache();
    state->commit(context.lastOffset());
    forwarded.clear();
    context.changelog.clear();
  }
  [[nodiscard]] std::vector<std::string> forwardedKeys() const {
    std::vector<std::string> keys;
    for (const Forwarded& one : forwarded) keys.push_back(one.key);
    return keys;
  }

  FakeStoreContext context;
  std::unique_ptr<StateStore> state;
  Counts* counts = nullptr;
  std::vector<Forwarded> forwarded;
  std::vector<std::string> stamps;
  std::function<void()> also;
};

TEST_F(RecordCache, TellsOnlyTheLastOfSeveralUpdates) {
  put("a", 1, 10);
  put("a", 2, 20);
  put("a", 3, 15);
  EXPECT_THAT(forwarded, IsEmpty());
  EXPECT_THAT(context.changelog, IsEmpty());
  state->flushCache();
  EXPECT_THAT(forwarded, ElementsAre(Forwarded{"a", 3, std::nullopt, 15}));
  ASSERT_THAT(context.changelog, SizeIs(1));
  EXPECT_EQ(context.changelog[0].timestamp, 15);
}

TEST_F(RecordCache, TellsTheValueOfTheLastFlushAsOldValue) {
  put("a", 1);
  state->flushCache();
  put("a", 2);
  put("a", 3);
  state->flushCache();
  EXPECT_EQ(forwarded.back(), (Forwarded{"a", 3, 1, 1}));
}

TEST_F(RecordCache, TellsTheCommittedValueOfAKeyThatWasNotRead) {
  put("a", 1);
  commit();
  context.read_cache_bytes = 0;
  state->commit(std::nullopt);
  put("a", 2);
  state->flushCache();
  EXPECT_THAT(forwarded, ElementsAre(Forwarded{"a", 2, 1, 1}));
}

TEST_F(RecordCache, ForwardsInOrderOfLastUpdate) {
  put("a", 1);
  put("b", 1);
  put("c", 1);
  put("a", 2);
  EXPECT_EQ(*counts->find("b").value, 1) << "a read changes nothing of that order";
  state->flushCache();
  EXPECT_THAT(forwardedKeys(), ElementsAre("b", "c", "a"));
}

TEST_F(RecordCache, AnOverflowFlushesEverythingTheLeastRecentlyUsedFirst) {
  put("a", 1);
  put("b", 1);
  put("c", 1);
  static_cast<void>(counts->find("a"));
  context.budget.limit_bytes = context.budget.used_bytes;
  put("d", 1);
  EXPECT_THAT(forwardedKeys(), ElementsAre("b", "a", "c", "d"));
  EXPECT_EQ(context.budget.used_bytes, 0U);
}

TEST_F(RecordCache, OverflowsByWhatOtherStoresOfTheThreadUseToo) {
  put("a", 1);
  EXPECT_THAT(forwarded, IsEmpty());
  context.budget.used_bytes += context.budget.limit_bytes;
  put("b", 1);
  EXPECT_THAT(forwardedKeys(), ElementsAre("a", "b"));
}

TEST_F(RecordCache, TellsADeletionWithTheTimeOfTheDeletingRecord) {
  put("a", 1, 10);
  commit();
  erase("a", 30);
  state->flushCache();
  EXPECT_THAT(forwarded, ElementsAre(Forwarded{"a", std::nullopt, 1, 30}));
  EXPECT_THAT(context.changelog, ElementsAre(LoggedChange{"a", std::nullopt, 30}));
  EXPECT_FALSE(counts->find("a").value);
}

TEST_F(RecordCache, TellsNobodyOfAKeyThatCameAndWent) {
  put("a", 1);
  erase("a");
  state->flushCache();
  EXPECT_THAT(forwarded, IsEmpty());
  EXPECT_THAT(context.changelog, IsEmpty());
  state->commit(std::nullopt);
  EXPECT_FALSE(counts->find("a").value);
  EXPECT_EQ(state->bufferedBytes(), 0U);
}

TEST_F(RecordCache, ForwardsWithTheContextOfTheNewestPut) {
  const Headers headers{{"trace", "1"}};
  const std::int64_t one = 1;
  counts->put("a", Nullable<std::int64_t>{one}, fromMillis(5), {"first", 0, 7, fromMillis(5), &headers});
  counts->put("a", Nullable<std::int64_t>{one}, fromMillis(6), {"second", 1, 8, fromMillis(6), &noHeaders()});
  counts->put("b", Nullable<std::int64_t>{one}, fromMillis(6), {"first", 0, 9, fromMillis(6), &headers});
  state->flushCache();
  EXPECT_THAT(stamps, ElementsAre("second-1@8 0", "first-0@9 1"));
}

TEST_F(RecordCache, LogsBeforeItForwards) {
  std::size_t logged_at_forward = 0;
  also = [&] { logged_at_forward = context.changelog.size(); };
  put("a", 1);
  state->flushCache();
  EXPECT_EQ(logged_at_forward, 1U);
}

TEST_F(RecordCache, KeepsWhatAFailedListenerDidNotSee) {
  put("a", 1);
  put("b", 1);
  also = [] { throw Error(ErrorKind::retriable, "the next processor failed"); };
  EXPECT_THROW(state->flushCache(), Error);
  also = nullptr;
  state->flushCache();
  EXPECT_THAT(forwardedKeys(), ElementsAre("a", "b"));
  EXPECT_THAT(context.changelog, SizeIs(2));
  state->commit(1);
  EXPECT_EQ(*counts->find("a").value, 1);
}

TEST_F(RecordCache, KeepsWhatTheChangelogRefused) {
  put("a", 1);
  context.refuse_log = true;
  EXPECT_THROW(state->flushCache(), Error);
  context.refuse_log = false;
  state->flushCache();
  EXPECT_THAT(forwardedKeys(), ElementsAre("a"));
}

TEST_F(RecordCache, AListenerMayAskAnyStoreAndWhatItPutsIntoThisOneWaits) {
  also = [&] {
    EXPECT_EQ(*counts->find("a").value, 1);
    if (forwarded.size() == 1) put("z", 26);
  };
  put("a", 1);
  state->flushCache();
  EXPECT_THAT(forwardedKeys(), ElementsAre("a"));
  state->flushCache();
  EXPECT_THAT(forwardedKeys(), ElementsAre("a", "z"));
}

TEST_F(RecordCache, CommitsOnlyWhatWasLogged) {
  put("a", 1);
  state->flushCache();
  put("a", 2);
  put("b", 2);
  state->commit(0);
  state->discard();
  EXPECT_EQ(*counts->find("a").value, 1) << "2 never reached the changelog";
  EXPECT_FALSE(counts->find("b").value);
}

TEST_F(RecordCache, WithoutMemoryIsNone) {
  state->close();
  context.budget.limit_bytes = 0;
  state->open(context);
  EXPECT_FALSE(counts->caching());
  put("a", 1);
  EXPECT_THAT(context.changelog, SizeIs(1));
  EXPECT_THAT(forwarded, IsEmpty()) << "the processor forwards itself";
}

TEST_F(RecordCache, CountsAnEntryForAboutWhatJavaCountsForIt) {
  put("customer-12345", 1);
  const std::size_t topic = stampAt(1).topic.size();
  const std::size_t node_in_java = 14 + 3 * 8;
  const std::size_t entry_in_java = 1 + (8 + 8) + (8 + 8 + 4 + topic);  // flag, timestamp and count, record context
  EXPECT_NEAR(static_cast<double>(context.budget.used_bytes), static_cast<double>(node_in_java + entry_in_java), 20);
}

TEST_F(RecordCache, GivesItsMemoryBackWhenItCloses) {
  put("a", 1);
  EXPECT_GT(context.budget.used_bytes, 0U);
  state->close();
  EXPECT_EQ(context.budget.used_bytes, 0U);
}

TEST_F(RecordCache, TheOldValueOfAPutWithoutCacheLivesUntilTheCallAfterIt) {
  auto builder = timestampedKeyValueStoreBuilder<std::string, std::string>(inMemoryKeyValueStore("texts"));
  const auto direct = builder.make(builder);
  direct->open(context);
  auto& texts = dynamic_cast<TypedTimestampedStore<std::string, std::string>&>(*direct);
  const std::string first(100, 'a');
  const std::string second(100, 'b');
  texts.put("k", Nullable<std::string>{first}, fromMillis(1), stampAt(1));
  const auto old = texts.find("k");
  texts.put("k", Nullable<std::string>{second}, fromMillis(2), stampAt(2));
  EXPECT_EQ(*old.value, first);
  EXPECT_EQ(*texts.find("k").value, second);
  const auto same = texts.find("k");
  texts.put("k", same.value, fromMillis(3), stampAt(3));
  EXPECT_EQ(*texts.find("k").value, second) << "a stored value may be put again";
}

TEST_F(RecordCache, CountsValuesThatGrowWithEachPut) {
  auto builder = timestampedKeyValueStoreBuilder<std::string, JsonValue>(inMemoryKeyValueStore("documents"));
  builder.withCachingEnabled();
  const auto growing = builder.make(builder);
  growing->open(context);
  auto& documents = dynamic_cast<TypedTimestampedStore<std::string, JsonValue>&>(*growing);
  JsonArray items;
  for (int i = 0; i < 1000; ++i) {
    items.emplace_back("an item of some length");
    const JsonValue document{items};
    documents.put("k", Nullable<JsonValue>{document}, fromMillis(i), stampAt(i));
  }
  EXPECT_GT(context.budget.used_bytes, 1000U * 22 / 2);
}

TEST(RecordCacheOfWindows, WhatAListenerLooksUpDoesNotPushOutWhatItIsToldOf) {
  using Windows = TypedWindowStore<std::string, std::string>;
  FakeStoreContext context;
  context.read_cache_bytes = 0;
  auto builder = windowStoreBuilder<std::string, std::string>(
      windowSupplier(WindowEngine::memory, std::chrono::minutes{2}, std::chrono::seconds{10}));
  builder.withCachingEnabled();
  const auto state = builder.make(builder);
  state->open(context);
  auto& windows = dynamic_cast<Windows&>(*state);
  const std::string old_value(100, 'o');
  std::vector<std::string> told;
  windows.onFlush([&](const Windowed<std::string>& key, Nullable<std::string> now, Nullable<std::string>, Timestamp,
                      const RecordStamp&) {
    for (int other = 0; other < 20; ++other)
      static_cast<void>(windows.find("other" + std::to_string(other), fromMillis(600'000)));
    const auto found = windows.find(key.key, key.window.start);
    told.push_back(key.key + " " + (found.value ? *found.value : "is gone"));
    if (found.value) EXPECT_EQ(*now, *found.value);
  });
  windows.put("old", old_value, fromMillis(0));
  windows.put("new", std::string{"n"}, fromMillis(600'000));
  ASSERT_EQ(windows.find("old", fromMillis(0)).value, old_value) << "which makes the new one the first to go";
  context.budget.limit_bytes = 1;
  windows.put("last", std::string{"l"}, fromMillis(600'000));
  EXPECT_THAT(told, ElementsAre("new n", "old " + old_value, "last l"));
  EXPECT_EQ(context.dropped_records, 1U) << "the old one comes too late";
  state->close();
}

}  // namespace
}  // namespace widgetstream
