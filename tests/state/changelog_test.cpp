// What stores write to their changelogs: Java's bytes and timestamps (contract 5.3).

#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Bytes longBytes(std::int64_t value) {
  return Serde<std::int64_t>{LongSerde{}}.encode(value);
}

struct Opened {
  Opened(StoreBuilder builder, StoreContext& context) : state(builder.make(builder)) { state->open(context); }
  template <class Store>
  Store& as() {
    return dynamic_cast<Store&>(*state);
  }
  std::unique_ptr<StateStore> state;
};

using Counts = TypedTimestampedStore<std::string, std::int64_t>;

class Changelog : public ::testing::TestWithParam<bool> {
 protected:
  StoreBuilder timestamped() { return withCache(timestampedKeyValueStoreBuilder<std::string, std::int64_t>(supplier)); }
  StoreBuilder plain() { return withCache(keyValueStoreBuilder<std::string, std::int64_t>(supplier)); }
  StoreBuilder withCache(StoreBuilder builder) {
    if (GetParam()) builder.withCachingEnabled();
    return builder;
  }

  FakeStoreContext context;
  KeyValueStoreSupplier supplier = inMemoryKeyValueStore("counts");
};

TEST_P(Changelog, OfATimestampedStoreBearsTheValuesTimeAndPlainBytes) {
  Opened counts{timestamped(), context};
  std::int64_t value = 1;
  // A count of a record at 1000, then of one out of order at 900: the time of a count is the greatest seen.
  counts.as<Counts>().put("k", Nullable<std::int64_t>{value}, fromMillis(1000), stampAt(1000));
  counts.state->flushCache();
  value = 2;
  counts.as<Counts>().put("k", Nullable<std::int64_t>{value}, fromMillis(1000), stampAt(900));
  counts.state->flushCache();
  EXPECT_THAT(context.changelog,
              ElementsAre(LoggedChange{"k", longBytes(1), 1000}, LoggedChange{"k", longBytes(2), 1000}));
}

TEST_P(Changelog, OfADeletionIsATombstoneAtTheTimeOfTheRecord) {
  Opened counts{timestamped(), context};
  const std::int64_t value = 1;
  counts.as<Counts>().put("k", Nullable<std::int64_t>{value}, fromMillis(1000), stampAt(1000));
  counts.state->flushCache();
  counts.as<Counts>().put("k", nullptr, no_timestamp, stampAt(1200));
  counts.state->flushCache();
  EXPECT_EQ(context.changelog.back(), (LoggedChange{"k", std::nullopt, 1200}));
}

TEST_P(Changelog, OfAPlainStoreBearsTheTimeOfTheRecordBeingProcessed) {
  Opened store{plain(), context};
  auto& counts = store.as<TypedKeyValueStore<std::string, std::int64_t>>();
  context.record_timestamp = fromMillis(700);
  counts.put("k", 5);
  context.record_timestamp = fromMillis(800);
  store.state->flushCache();
  EXPECT_THAT(context.changelog, ElementsAre(LoggedChange{"k", longBytes(5), 700}));
  counts.erase("k");
  context.record_timestamp = fromMillis(900);
  store.state->flushCache();
  EXPECT_EQ(context.changelog.back(), (LoggedChange{"k", std::nullopt, 800}));
}

TEST_P(Changelog, OfADeletionByAProcessorOfOnesOwnTakesTheRecordsTime) {
  Opened store{timestamped(), context};
  auto& counts = store.as<Counts>();
  counts.put("k", {7, fromMillis(100)});
  store.state->flushCache();
  context.record_timestamp = fromMillis(150);
  counts.erase("k");
  store.state->flushCache();
  EXPECT_THAT(context.changelog,
              ElementsAre(LoggedChange{"k", longBytes(7), 100}, LoggedChange{"k", std::nullopt, 150}));
}

TEST_P(Changelog, IsWrittenNowhereWhenLoggingIsOff) {
  auto builder = timestamped();
  builder.withLoggingDisabled();
  Opened store{builder, context};
  auto& counts = store.as<Counts>();
  counts.put("k", {7, fromMillis(100)});
  store.state->flushCache();
  store.state->commit(std::nullopt);
  EXPECT_THAT(context.changelog, IsEmpty());
  EXPECT_EQ(counts.get("k")->value, 7);
}

TEST_P(Changelog, RestoresTimestampsFromItsRecords) {
  Opened store{timestamped(), context};
  restoreFrom({{"k", longBytes(3), 1234}, {"gone", longBytes(1), 1}, {"gone", std::nullopt, 2}}, *store.state);
  EXPECT_EQ(store.as<Counts>().get("k"), (ValueAndTimestamp<std::int64_t>{3, fromMillis(1234)}));
  EXPECT_EQ(store.as<Counts>().get("gone"), std::nullopt);
  EXPECT_EQ(store.state->changelogOffset(), 2);
}

/// Tells what it was told.
struct TopicSpy {
  std::shared_ptr<std::vector<std::string>> told;
  void encode(const std::string& value, const SerdeContext& at, Bytes& out) const {
    told->push_back(std::string{at.topic} + (at.is_key ? " key" : " value"));
    out += value;
  }
  std::string decode(BytesView bytes, const SerdeContext&) const { return std::string{bytes}; }
};

TEST_P(Changelog, IsTheTopicThatSerdesAreTold) {
  const TopicSpy spy{std::make_shared<std::vector<std::string>>()};
  Opened store{withCache(timestampedKeyValueStoreBuilder<std::string, std::string>(supplier, spy, spy)), context};
  store.as<TypedTimestampedStore<std::string, std::string>>().put("k", {"v", fromMillis(1)});
  store.state->flushCache();
  EXPECT_THAT(*spy.told, ::testing::Contains("app-counts-changelog key"));
  EXPECT_THAT(*spy.told, ::testing::Contains("app-counts-changelog value"));
}

INSTANTIATE_TEST_SUITE_P(Caching, Changelog, ::testing::Values(false, true),
                         [](const auto& made) { return made.param ? "cached" : "direct"; });

TEST(ChangelogOfADirectStore, RefusingARecordChangesNothing) {
  FakeStoreContext context;
  Opened store{timestampedKeyValueStoreBuilder<std::string, std::int64_t>(inMemoryKeyValueStore("counts")), context};
  auto& counts = store.as<Counts>();
  counts.put("k", {1, fromMillis(1)});
  context.refuse_log = true;
  EXPECT_THROW(counts.put("k", {2, fromMillis(2)}), Error);
  EXPECT_THROW(counts.put("new", {2, fromMillis(2)}), Error);
  EXPECT_EQ(counts.get("k")->value, 1);
  EXPECT_EQ(counts.get("new"), std::nullopt);
  EXPECT_EQ(counts.reader()->get("new"), std::nullopt);

  context.refuse_log = false;
  context.read_cache_bytes = 0;
  for (const char* other : {"x", "y", "z"}) static_cast<void>(counts.get(other));
  store.state->commit(0);
  EXPECT_EQ(counts.get("k")->value, 1);
  EXPECT_EQ(counts.get("new"), std::nullopt);
}

}  // namespace
}  // namespace widgetstream
