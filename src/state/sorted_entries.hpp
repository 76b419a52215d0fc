#pragma once

#include <optional>
#include <set>
#include <vector>

#include "state/entry.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// Entries of a table in the order of one of their keys, for walks. Additions cost an append; they are sorted in when
/// someone asks.
///
/// State  borrows the entries, which remember their place here.
class SortedEntries {
 public:
  /// By which key: an entry may be in one of each at the same time.
  enum class By { key, index_key };

  explicit SortedEntries(By by) noexcept : by_(by), sorted_(ByKey{by}) {}

  void add(Entry& entry) {
    if (place(entry) != Entry::not_sorted) return;
    unsorted_.push_back(&entry);
    place(entry) = unsorted_.size() - 1;
  }
  void erase(Entry& entry) noexcept;
  /// Forgets all entries, which must still exist.
  void clear() noexcept;

  /// The entries within the bounds, in their direction, behind those in `into`.
  void within(const ScanBounds& bounds, std::vector<const Entry*>& into);

 private:
  struct ByKey {
    using is_transparent = void;
    By by;
    [[nodiscard]] BytesView of(const Entry& entry) const noexcept {
      return by == By::key ? BytesView{entry.key} : BytesView{*entry.index_key};
    }
    bool operator()(const Entry* left, const Entry* right) const noexcept { return of(*left) < of(*right); }
    bool operator()(const Entry* left, BytesView right) const noexcept { return of(*left) < right; }
    bool operator()(BytesView left, const Entry* right) const noexcept { return left < of(*right); }
  };

  [[nodiscard]] std::size_t& place(Entry& entry) const noexcept {
    return entry.unsorted_at[static_cast<std::size_t>(by_)];
  }
  void sortIn();

  By by_;
  std::set<Entry*, ByKey> sorted_;
  std::vector<Entry*> unsorted_;
};

}  // namespace widgetstream::detail
