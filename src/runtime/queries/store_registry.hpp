#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/state/state_store.hpp"

namespace widgetstream {

/// The stores that queries may ask: those of restored tasks, as long as they are open.
///
/// Threads  any. A visitor runs under the lock, so a store is not closed meanwhile: take a reader and go.
class StoreRegistry {
 public:
  using Visitor = std::function<void(std::int32_t partition, StateStore& store)>;

  /// A task of this process is about to have the store; it cannot be asked yet.
  void restoring(const std::string& store, std::int32_t partition);
  void ready(std::int32_t partition, StateStore& store);
  /// Call before the store closes.
  void gone(const std::string& store, std::int32_t partition);

  /// Visits the partitions that are here, ascending; or the one asked for.
  /// Errors  Error{not_available} when one of them is being restored, or when none is here.
  void visit(const std::string& store, std::optional<std::int32_t> partition, const Visitor& visitor) const;
  /// Visits the partitions that are here, ascending, in whatever state; null for one that is being restored.
  void visitAll(const std::string& store,
                const std::function<void(std::int32_t partition, StateStore* store)>& visitor) const;
  [[nodiscard]] std::vector<std::int32_t> partitions(const std::string& store) const;
  [[nodiscard]] bool holds(const std::string& store, std::int32_t partition) const;
  [[nodiscard]] std::size_t restoringCount() const;

 private:
  using Partitions = std::map<std::int32_t, StateStore*>;  // nullptr: restoring

  mutable std::mutex mutex_;
  std::map<std::string, Partitions> stores_;  // guarded by mutex_
};

}  // namespace widgetstream
