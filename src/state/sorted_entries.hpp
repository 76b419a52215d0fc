#pragma once

#include <optional>
#include <set>
#include <vector>

#include "state/entry.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// The dirty entries of a table in key order, for walks. Additions cost an append; they are sorted in when someone
/// asks.
///
/// State  borrows the entries.
class SortedEntries {
 public:
  void add(Entry& entry) {
    if (entry.sorted) return;
    unsorted_.push_back(&entry);
    entry.sorted = true;
  }
  void erase(Entry& entry) noexcept;
  /// Forgets all entries, which must still exist.
  void clear() noexcept;

  /// The entries within the bounds, in their direction.
  [[nodiscard]] std::vector<const Entry*> within(const ScanBounds& bounds);

 private:
  struct ByKey {
    using is_transparent = void;
    bool operator()(const Entry* left, const Entry* right) const noexcept { return left->key < right->key; }
    bool operator()(const Entry* left, BytesView right) const noexcept { return left->key < right; }
    bool operator()(BytesView left, const Entry* right) const noexcept { return left < right->key; }
  };

  void sortIn();

  std::set<Entry*, ByKey> sorted_;
  std::vector<Entry*> unsorted_;
};

}  // namespace widgetstream::detail
