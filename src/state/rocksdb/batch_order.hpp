#pragma once

#include <vector>

#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// The changes of a batch by ascending key, those of one key as they came. RocksDB takes sorted keys for half of what
/// it takes random ones: each goes into the memtable next to the one before.
class BatchOrder {
 public:
  /// Borrows the batch.
  explicit BatchOrder(const StoreBatch& batch);

  [[nodiscard]] const std::vector<const StoreBatch::Change*>& changes() const noexcept { return changes_; }

 private:
  std::vector<const StoreBatch::Change*> changes_;
};

}  // namespace widgetstream::detail
