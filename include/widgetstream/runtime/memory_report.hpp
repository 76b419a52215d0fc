#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace widgetstream {

/// What one class of memory takes now, and what it may take at most.
struct MemoryClass {
  /// record-caches, write-buffers, read-caches, block-cache, memtables, fetch-queues or produce-queue; docs/metrics.md
  /// says what is in each.
  std::string name;
  std::size_t bytes = 0;
  std::size_t ceiling_bytes = 0;
};

/// Where the memory of an application is, by the classes of memory.budget.bytes.
///
/// Time  what stream threads hold is as of their last look, which is less than a second old while they come round.
struct MemoryReport {
  std::size_t budget_bytes = 0;
  /// Each class once, in the order of MemoryClass::name.
  std::vector<MemoryClass> classes;

  /// Null when there is none of this name.
  [[nodiscard]] const MemoryClass* find(const std::string& name) const noexcept {
    for (const MemoryClass& one : classes) {
      if (one.name == name) return &one;
    }
    return nullptr;
  }
};

}  // namespace widgetstream
