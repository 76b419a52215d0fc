// Unchanged entries that stores keep to save reads: one share of the budget for all of them, however many there are.

#include "widgetstream/state/read_caches.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream {
namespace {

using Text = std::string;
using Store = KeyValueStore<Text, Text>;

class SharedReadCaches : public ::testing::Test {
 protected:
  void openStores(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto builder = keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("store" + std::to_string(i)));
      stores.push_back(builder.make(builder));
      stores.back()->open(context);
    }
  }
  [[nodiscard]] Store& store(std::size_t i) { return dynamic_cast<Store&>(*stores[i]); }
  void fill(std::size_t i, int entries) {
    for (int n = 0; n < entries; ++n) store(i).put("key" + std::to_string(n), Text(100, 'v'));
    stores[i]->commit(std::nullopt);
  }
  void TearDown() override {
    for (const auto& store : stores) store->close();
    EXPECT_EQ(caches.usedBytes(), 0U) << "stores that are closed have nothing";
  }

  static constexpr std::size_t limit = 100'000;
  ReadCaches caches{limit};
  FakeStoreContext context;
  std::vector<std::unique_ptr<StateStore>> stores;

  SharedReadCaches() { context.read_caches = &caches; }
};

TEST_F(SharedReadCaches, OneStoreMayHaveAllOfIt) {
  openStores(8);
  fill(0, 5000);
  EXPECT_LE(caches.usedBytes(), limit);
  EXPECT_GT(caches.usedBytes(), limit * 9 / 10);
}

TEST_F(SharedReadCaches, ManyStoresTogetherHaveNoMoreThanTwiceTheLimit) {
  openStores(50);
  for (std::size_t i = 0; i < stores.size(); ++i) fill(i, 500);
  EXPECT_LE(caches.usedBytes(), 2 * limit);
}

TEST_F(SharedReadCaches, AStoreThatHasMoreThanItsShareGivesBackAtItsNextCommit) {
  openStores(4);
  fill(0, 5000);
  for (std::size_t i = 1; i < stores.size(); ++i) fill(i, 500);
  stores[0]->commit(std::nullopt);
  EXPECT_LE(caches.usedBytes(), limit);
}

TEST_F(SharedReadCaches, ReadsCountToo) {
  openStores(2);
  fill(0, 2000);
  for (int n = 0; n < 2000; ++n) static_cast<void>(store(0).get("key" + std::to_string(n)));
  EXPECT_LE(caches.usedBytes(), limit + 10'000);
}

TEST_F(SharedReadCaches, RowsThatAreAllReadAgainAndAgainKeepToTheLimitAsWell) {
  openStores(1);
  fill(0, 2000);
  std::size_t most = 0;
  for (int known = 1; known < 600; ++known) {
    for (int n = 0; n < known; ++n) static_cast<void>(store(0).get("key" + std::to_string(n)));
    most = std::max(most, caches.usedBytes());
  }
  EXPECT_LE(most, limit + 10'000);
}

TEST(ReadCachesLimit, IsWhatIsFreeAndAtLeastAnEqualShare) {
  ReadCaches caches{1000};
  for (int i = 0; i < 4; ++i) caches.opened();
  EXPECT_EQ(caches.limitOf(0), 1000U);
  caches.changed(0, 700);
  EXPECT_EQ(caches.limitOf(700), 1000U) << "what it has and what is free";
  EXPECT_EQ(caches.limitOf(0), 300U);
  caches.changed(0, 500);
  EXPECT_EQ(caches.limitOf(0), 250U) << "its share";
  EXPECT_EQ(caches.limitOf(700), 500U) << "it gives back what is too much";
}

}  // namespace
}  // namespace widgetstream
