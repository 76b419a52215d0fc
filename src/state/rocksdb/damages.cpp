#include "state/rocksdb/damages.hpp"

#include "state/rocksdb/resources.hpp"
#include "widgetstream/state/store_damage.hpp"

namespace widgetstream {
namespace detail {

void Damages::found(const std::string& directory, const std::string& what) {
  const std::lock_guard lock(mutex_);
  by_directory_.try_emplace(directory, what);
  count_.store(by_directory_.size(), std::memory_order_relaxed);
}

void Damages::forget(const std::string& directory) {
  if (!any()) return;
  const std::lock_guard lock(mutex_);
  by_directory_.erase(directory);
  count_.store(by_directory_.size(), std::memory_order_relaxed);
}

std::optional<std::string> Damages::of(const std::string& directory) const {
  if (!any()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto known = by_directory_.find(directory);
  return known == by_directory_.end() ? std::nullopt : std::optional{known->second};
}

}  // namespace detail

std::optional<std::string> damageOf(const std::shared_ptr<EngineResources>& resources,
                                    const std::filesystem::path& directory) {
  return resources ? resources->damages().of(directory.string()) : std::nullopt;
}

bool anyDamage(const std::shared_ptr<EngineResources>& resources) noexcept {
  return resources && resources->damages().any();
}

}  // namespace widgetstream
