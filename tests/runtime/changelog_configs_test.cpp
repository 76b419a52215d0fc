// How the changelog topic of a store is configured.

#include "runtime/topics/changelog_configs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "widgetstream/state/versioned_store_builders.hpp"
#include "widgetstream/state/window_store_builders.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;
using Text = std::string;

TopicConfigs configsOf(const StoreBuilder& store, const TopicConfigs& of_application = {}) {
  return changelogConfigs(store, of_application, 24h);
}

StoreBuilder windows(bool duplicates = false) {
  return windowStoreBuilder<Text, Text>(persistentWindowStore("windows", 6min, 5min, duplicates));
}

TEST(ChangelogConfigs, AKeyValueStoreKeepsTheNewestRecordOfEachKey) {
  const auto store = keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("store"));
  EXPECT_THAT(configsOf(store),
              ElementsAre(Pair("cleanup.policy", "compact"), Pair("message.timestamp.type", "CreateTime")));
}

TEST(ChangelogConfigs, AWindowStoreKeepsNothingOlderThanItsRetentionAndADay) {
  EXPECT_THAT(configsOf(windows()),
              ElementsAre(Pair("cleanup.policy", "compact,delete"), Pair("message.timestamp.type", "CreateTime"),
                          Pair("retention.ms", "86760000")));
}

TEST(ChangelogConfigs, SoDoesASessionStore) {
  const auto sessions = sessionStoreBuilder<Text, Text>(persistentSessionStore("sessions", 6min));
  EXPECT_THAT(configsOf(sessions), Contains(Pair("cleanup.policy", "compact,delete")));
  EXPECT_THAT(configsOf(sessions), Contains(Pair("retention.ms", "86760000")));
}

TEST(ChangelogConfigs, AStoreThatRetainsDuplicatesIsNotCompacted) {
  EXPECT_THAT(configsOf(windows(true)), Contains(Pair("cleanup.policy", "delete")));
  EXPECT_THAT(configsOf(windows(true)), Contains(Pair("retention.ms", "86760000")));
}

TEST(ChangelogConfigs, AVersionedStoreDoesNotCompactItsHistory) {
  const auto versions = versionedKeyValueStoreBuilder<Text, Text>(persistentVersionedKeyValueStore("versions", 100ms));
  EXPECT_THAT(configsOf(versions),
              ElementsAre(Pair("cleanup.policy", "compact"), Pair("message.timestamp.type", "CreateTime"),
                          Pair("min.compaction.lag.ms", "86400100")));
}

TEST(ChangelogConfigs, TheApplicationsConfigsAreAboveTheDefaults) {
  EXPECT_THAT(configsOf(windows(), {{"cleanup.policy", "delete"}}), Contains(Pair("cleanup.policy", "delete")));
}

TEST(ChangelogConfigs, ButOnlyTheStoreItselfShortensItsRetention) {
  EXPECT_THAT(configsOf(windows(), {{"retention.ms", "5"}}), Contains(Pair("retention.ms", "86760000")));
  EXPECT_THAT(configsOf(windows().withLoggingEnabled({{"retention.ms", "5"}})), Contains(Pair("retention.ms", "5")));
  const auto versions = versionedKeyValueStoreBuilder<Text, Text>(persistentVersionedKeyValueStore("versions", 100ms))
                            .withLoggingEnabled({{"min.compaction.lag.ms", "7"}});
  EXPECT_THAT(configsOf(versions), Contains(Pair("min.compaction.lag.ms", "7")));
}

TEST(ChangelogConfigs, ARetentionWithoutEndStaysOne) {
  StoreBuilder store = windows();
  store.changelog.retention = Milliseconds::max();
  EXPECT_THAT(configsOf(store),
              Contains(Pair("retention.ms", std::to_string(std::numeric_limits<std::int64_t>::max()))));
}

}  // namespace
}  // namespace widgetstream
