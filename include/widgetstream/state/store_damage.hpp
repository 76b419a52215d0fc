#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace widgetstream {

class EngineResources;

/// What was wrong when somebody read the store whose files are in `directory` since it was opened: a query finds out on a
/// thread that must not touch the store, so its owner asks. nullopt for nothing, or when `resources` are none.
///
/// Threads  any
[[nodiscard]] std::optional<std::string> damageOf(const std::shared_ptr<EngineResources>& resources,
                                                  const std::filesystem::path& directory);
/// False as long as damageOf() has nothing to tell of any directory: a look at an atomic number.
[[nodiscard]] bool anyDamage(const std::shared_ptr<EngineResources>& resources) noexcept;

}  // namespace widgetstream
