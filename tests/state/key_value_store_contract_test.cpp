// What every key-value store promises its processors and queries, whatever engine, cache and kind of value it has.

#include "tests/state/any_store.hpp"
#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class KeyValueStoreContract : public ::testing::TestWithParam<StoreCase> {
 protected:
  void SetUp() override { store->state().open(context); }
  void commit() {
    store->state().flushCache();
    store->state().commit(context.lastOffset());
  }
  void reopen() {
    store->state().close();
    store->state().open(context);
    if (!store->state().changelogOffset() && context.lastOffset()) restoreFrom(context.changelog, store->state());
  }

  TempDir directory;
  FakeStoreContext context{directory.path()};
  std::unique_ptr<AnyStore> store = makeStore(GetParam());
};

TEST_P(KeyValueStoreContract, HasNameAndPersistenceOfItsBuilder) {
  EXPECT_EQ(store->state().name(), "counts");
  EXPECT_EQ(store->state().persistent(), GetParam().persistent);
  EXPECT_EQ(store->caching(), GetParam().caching);
}

TEST_P(KeyValueStoreContract, ReturnsWhatWasPut) {
  EXPECT_EQ(store->get("a"), std::nullopt);
  store->put("a", 1);
  EXPECT_EQ(store->get("a"), 1);
  store->put("a", 2);
  EXPECT_EQ(store->get("a"), 2);
  commit();
  EXPECT_EQ(store->get("a"), 2);
}

TEST_P(KeyValueStoreContract, PutsIfAbsentOnlyWhenThereIsNothing) {
  EXPECT_EQ(store->putIfAbsent("a", 1), std::nullopt);
  EXPECT_EQ(store->putIfAbsent("a", 2), 1);
  EXPECT_EQ(store->get("a"), 1);
}

TEST_P(KeyValueStoreContract, EraseReturnsWhatWasThere) {
  store->put("a", 1);
  commit();
  EXPECT_EQ(store->erase("a"), 1);
  EXPECT_EQ(store->get("a"), std::nullopt);
  EXPECT_EQ(store->erase("a"), std::nullopt);
  commit();
  EXPECT_EQ(store->get("a"), std::nullopt);
}

TEST_P(KeyValueStoreContract, RangesMergeCommittedAndNewEntries) {
  store->put("a", 1);
  store->put("c", 3);
  store->put("e", 5);
  commit();
  store->put("b", 2);
  store->put("c", 33);
  store->erase("e");
  store->put("f", 6);
  EXPECT_THAT(store->all(), ElementsAre(Pair("a", 1), Pair("b", 2), Pair("c", 33), Pair("f", 6)));
  EXPECT_THAT(store->range("b", "e"), ElementsAre(Pair("b", 2), Pair("c", 33)));
  EXPECT_THAT(store->range("b", std::nullopt, true), ElementsAre(Pair("f", 6), Pair("c", 33), Pair("b", 2)));
  EXPECT_THAT(store->range("x", "b"), IsEmpty());
}

TEST_P(KeyValueStoreContract, PrefixesContinueAfterAKey) {
  for (const char* key : {"fred", "fred1", "fred2", "fred3", "freda", "george"}) store->put(key, 1);
  commit();
  store->erase("fred2");
  store->put("fred22", 2);
  EXPECT_THAT(store->prefix("fred", "fred1"), ElementsAre(Pair("fred22", 2), Pair("fred3", 1), Pair("freda", 1)));
  EXPECT_EQ(store->prefix("fred").size(), 5U);
  EXPECT_EQ(store->prefix("fred", "a").size(), 5U) << "a cursor before the prefix begins at the first";
  EXPECT_THAT(store->prefix("fred", "g"), IsEmpty());
}

TEST_P(KeyValueStoreContract, ReadersSeeWhatTheOwnerSees) {
  store->put("a", 1);
  commit();
  store->put("b", 2);
  store->erase("a");
  const auto reader = store->asReader();
  EXPECT_EQ(reader->get("a"), std::nullopt);
  EXPECT_EQ(reader->get("b"), 2);
  EXPECT_THAT(reader->all(), ElementsAre(Pair("b", 2)));
  store->put("c", 3);
  EXPECT_THAT(reader->range("b", "c", true), ElementsAre(Pair("c", 3), Pair("b", 2)));
  EXPECT_THAT(reader->prefix("b"), ElementsAre(Pair("b", 2)));
}

TEST_P(KeyValueStoreContract, ReadersOfAClosedStoreAreToldSo) {
  store->put("a", 1);
  const auto reader = store->asReader();
  store->state().close();
  try {
    static_cast<void>(reader->get("a"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_available);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("counts"));
  }
  EXPECT_THROW(static_cast<void>(reader->all()), Error);
  EXPECT_THROW(static_cast<void>(store->get("a")), Error);
}

TEST_P(KeyValueStoreContract, ContinuesAfterReopening) {
  store->put("a", 1);
  store->put("b", 2);
  commit();
  store->erase("b");
  store->put("c", 3);
  commit();
  reopen();
  EXPECT_EQ(store->state().changelogOffset(), context.lastOffset());
  EXPECT_THAT(store->all(), ElementsAre(Pair("a", 1), Pair("c", 3)));
}

TEST_P(KeyValueStoreContract, ForgetsWhatWasNotCommitted) {
  store->put("a", 1);
  commit();
  const auto committed = context.changelog;
  store->put("a", 2);
  store->put("b", 2);
  store->state().discard();
  EXPECT_THAT(store->all(), ElementsAre(Pair("a", 1)));
  EXPECT_EQ(store->get("b"), std::nullopt);
  EXPECT_EQ(store->state().bufferedBytes(), 0U);
  EXPECT_EQ(context.budget.used_bytes, 0U);

  store->put("a", 3);
  store->state().flushCache();
  context.changelog = committed;
  reopen();
  EXPECT_THAT(store->all(), ElementsAre(Pair("a", 1)));
}

TEST_P(KeyValueStoreContract, RestoresFromItsChangelog) {
  store->put("a", 1);
  store->put("b", 2);
  commit();
  store->erase("a");
  store->put("b", 3);
  commit();
  TempDir elsewhere;
  FakeStoreContext other{elsewhere.path()};
  const auto restored = makeStore(GetParam());
  restored->state().open(other);
  EXPECT_EQ(restored->state().changelogOffset(), std::nullopt);
  restoreFrom(context.changelog, restored->state());
  EXPECT_EQ(restored->state().changelogOffset(), context.lastOffset());
  EXPECT_EQ(restored->all(), store->all());
  EXPECT_EQ(restored->get("a"), std::nullopt);
}

TEST_P(KeyValueStoreContract, RestoringHidesWhatWasReadBefore) {
  EXPECT_EQ(store->get("a"), std::nullopt);
  const ChangelogRecord record{"a", BytesView{"\0\0\0\0\0\0\0\5", 8}, fromMillis(9), nullptr};
  store->state().restore({&record, 1}, 0);
  EXPECT_EQ(store->get("a"), 5);
}

TEST_P(KeyValueStoreContract, CountsItsEntriesRoughly) {
  for (int i = 0; i < 10; ++i) store->put(std::to_string(i), i);
  // As in Java, what only the record cache knows is not counted.
  EXPECT_EQ(store->count(), GetParam().caching ? 0U : 10U);
  commit();
  EXPECT_EQ(store->count(), 10U);
  store->erase("3");
  commit();
  EXPECT_EQ(store->count(), 9U);
  EXPECT_EQ(store->asReader()->count(), 9U);
}

TEST_P(KeyValueStoreContract, CountsBytesThatWaitForTheCommit) {
  EXPECT_EQ(store->state().bufferedBytes(), 0U);
  store->put("a", 1);
  const std::size_t one = store->state().bufferedBytes();
  EXPECT_GT(one, 0U);
  store->put("b", 1);
  EXPECT_GT(store->state().bufferedBytes(), one);
  commit();
  EXPECT_EQ(store->state().bufferedBytes(), 0U);
}

TEST_P(KeyValueStoreContract, MayBeChangedInTheMiddleOfAWalkThatSeesItsOwnState) {
  if (!GetParam().timestamped) {
    store->put("a", 1);
    store->put("b", 2);
    auto& typed = dynamic_cast<AnyStoreOf<std::int64_t>&>(*store).typed();
    std::vector<std::string> seen;
    typed.all([&](const std::string& key, const std::int64_t&) {
      seen.push_back(key);
      typed.erase(key);
      typed.put(key + "x", 1);
      return true;
    });
    EXPECT_THAT(seen, ElementsAre("a", "b"));
    EXPECT_THAT(store->all(), ElementsAre(Pair("ax", 1), Pair("bx", 1)));
    return;
  }
  auto& typed = dynamic_cast<AnyStoreOf<ValueAndTimestamp<std::int64_t>>&>(*store).typed();
  store->put("a", 1);
  commit();
  store->put("b", 2);
  std::vector<std::string> seen;
  typed.all([&](const std::string& key, const auto& stored) {
    seen.push_back(key);
    typed.put(key, {stored.value + 10, stored.timestamp});
    store->state().flushCache();
    store->state().commit(context.lastOffset());
    return true;
  });
  EXPECT_THAT(seen, ElementsAre("a", "b"));
  EXPECT_THAT(store->all(), ElementsAre(Pair("a", 11), Pair("b", 12)));
}

TEST_P(KeyValueStoreContract, StopsAWalkWhenTheVisitorHasEnough) {
  for (const char* key : {"a", "b", "c"}) store->put(key, 1);
  commit();
  int seen = 0;
  const auto stop_at_two = [&seen](const auto&, const auto&) { return ++seen < 2; };
  if (GetParam().timestamped) {
    dynamic_cast<AnyStoreOf<ValueAndTimestamp<std::int64_t>>&>(*store).typed().all(stop_at_two);
  } else {
    dynamic_cast<AnyStoreOf<std::int64_t>&>(*store).typed().all(stop_at_two);
  }
  EXPECT_EQ(seen, 2);
}

TEST_P(KeyValueStoreContract, KeepsFewUnchangedEntriesInMemory) {
  context.read_cache_bytes = 2000;
  for (int i = 0; i < 100; ++i) store->put(std::to_string(i), i);
  commit();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(store->get(std::to_string(i)), i);
  }
  EXPECT_EQ(store->all().size(), 100U);
}

INSTANTIATE_TEST_SUITE_P(Stores, KeyValueStoreContract, ::testing::ValuesIn(allStoreCases()),
                         [](const auto& made) { return nameOf(made.param); });

}  // namespace
}  // namespace widgetstream
