#include "runtime/topics/changelog_configs.hpp"

#include <chrono>

namespace widgetstream {
namespace {

/// Java's, and not to be changed there.
constexpr Milliseconds additional_compaction_lag = std::chrono::hours{24};

[[nodiscard]] std::string cleanupPolicy(ChangelogRetention::Kind kind) {
  switch (kind) {
    case ChangelogRetention::Kind::windowed:
      return "compact,delete";
    case ChangelogRetention::Kind::expiring:
      return "delete";
    case ChangelogRetention::Kind::compacted:
    case ChangelogRetention::Kind::versioned:
      break;
  }
  return "compact";
}

[[nodiscard]] std::string sum(Milliseconds time, Milliseconds more) {
  const bool fits = time <= Milliseconds::max() - more;
  return std::to_string((fits ? time + more : Milliseconds::max()).count());
}

}  // namespace

TopicConfigs changelogConfigs(const StoreBuilder& store, const TopicConfigs& of_application,
                              Milliseconds additional_retention) {
  using Kind = ChangelogRetention::Kind;
  TopicConfigs configs{{"message.timestamp.type", "CreateTime"}};
  configs["cleanup.policy"] = cleanupPolicy(store.changelog.kind);
  for (const auto& [key, value] : of_application) configs[key] = value;
  if (store.changelog.kind == Kind::windowed || store.changelog.kind == Kind::expiring)
    configs["retention.ms"] = sum(store.changelog.retention, additional_retention);
  if (store.changelog.kind == Kind::versioned)
    configs["min.compaction.lag.ms"] = sum(store.changelog.retention, additional_compaction_lag);
  for (const auto& [key, value] : store.log_config) configs[key] = value;
  return configs;
}

}  // namespace widgetstream
