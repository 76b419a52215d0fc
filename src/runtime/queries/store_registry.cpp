#include "runtime/queries/store_registry.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

[[noreturn]] void throwRestoring(const std::string& store, std::int32_t partition) {
  throw Error{ErrorKind::not_available, "store '" + store + "', partition " + std::to_string(partition) +
                                            ", is being restored from its changelog: ask again later"};
}

}  // namespace

void StoreRegistry::restoring(const std::string& store, std::int32_t partition) {
  const std::lock_guard lock{mutex_};
  stores_[store][partition] = nullptr;
}

void StoreRegistry::ready(std::int32_t partition, StateStore& store) {
  const std::lock_guard lock{mutex_};
  stores_[store.name()][partition] = &store;
}

void StoreRegistry::gone(const std::string& store, std::int32_t partition) {
  const std::lock_guard lock{mutex_};
  const auto found = stores_.find(store);
  if (found == stores_.end()) return;
  found->second.erase(partition);
  if (found->second.empty()) stores_.erase(found);
}

void StoreRegistry::visit(const std::string& store, std::optional<std::int32_t> partition,
                          const Visitor& visitor) const {
  const std::lock_guard lock{mutex_};
  const auto found = stores_.find(store);
  if (found == stores_.end())
    throw Error{ErrorKind::not_available, "store '" + store + "' has no partition in this process now"};
  if (partition) {
    const auto one = found->second.find(*partition);
    if (one == found->second.end())
      throw Error{ErrorKind::not_available,
                  "partition " + std::to_string(*partition) + " of store '" + store + "' is not in this process"};
    if (!one->second) throwRestoring(store, *partition);
    return visitor(*partition, *one->second);
  }
  for (const auto& [number, held] : found->second) {
    if (!held) throwRestoring(store, number);
  }
  for (const auto& [number, held] : found->second) visitor(number, *held);
}

void StoreRegistry::visitAll(const std::string& store,
                             const std::function<void(std::int32_t partition, StateStore* store)>& visitor) const {
  const std::lock_guard lock{mutex_};
  const auto found = stores_.find(store);
  if (found == stores_.end()) return;
  for (const auto& [number, held] : found->second) visitor(number, held);
}

std::vector<std::int32_t> StoreRegistry::partitions(const std::string& store) const {
  const std::lock_guard lock{mutex_};
  std::vector<std::int32_t> numbers;
  const auto found = stores_.find(store);
  if (found == stores_.end()) return numbers;
  for (const auto& [number, held] : found->second) numbers.push_back(number);
  return numbers;
}

bool StoreRegistry::holds(const std::string& store, std::int32_t partition) const {
  const std::lock_guard lock{mutex_};
  const auto found = stores_.find(store);
  return found != stores_.end() && found->second.contains(partition);
}

std::size_t StoreRegistry::restoringCount() const {
  const std::lock_guard lock{mutex_};
  std::size_t count = 0;
  for (const auto& [name, partitions] : stores_) {
    for (const auto& [number, held] : partitions) count += held ? 0 : 1;
  }
  return count;
}

}  // namespace widgetstream
