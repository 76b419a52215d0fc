#pragma once

#include <map>
#include <string>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {

using TopicConfigs = std::map<std::string, std::string>;

/// The configs of a store's changelog topic: defaults of its kind, those of the application (`topic.`) above them, the
/// store's own above those. How long a windowed topic keeps its records, and how long a versioned one does not compact
/// them, only the store itself can say otherwise (contract 3.2).
[[nodiscard]] TopicConfigs changelogConfigs(const StoreBuilder& store, const TopicConfigs& of_application,
                                            Milliseconds additional_retention);

}  // namespace widgetstream
