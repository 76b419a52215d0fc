#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "state/entry.hpp"

namespace widgetstream::detail {

/// Finds entries by key: a hash table with open addressing, for the look-up of a hot key is most of what a cached
/// update costs.
///
/// State    borrows the entries.
/// Threads  as its owner says.
class EntryIndex {
 public:
  [[nodiscard]] static std::uint32_t hash(BytesView key) noexcept;

  [[nodiscard]] Entry* find(BytesView key, std::uint32_t hash) const noexcept;
  /// The key is not in the index yet; `entry.hash` is set.
  void insert(Entry& entry);
  void erase(const Entry& entry) noexcept;
  void clear() noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// What one entry costs here.
  static constexpr std::size_t bytes_per_entry = 2 * 2 * sizeof(Entry*);

  template <class F>
  void forEach(F visit) const {
    for (const Place& place : places_) {
      if (place.entry) visit(*place.entry);
    }
  }

 private:
  struct Place {
    std::uint32_t hash = 0;
    Entry* entry = nullptr;
  };

  [[nodiscard]] std::size_t home(std::uint32_t hash) const noexcept { return hash & (places_.size() - 1); }
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & (places_.size() - 1); }
  void place(Entry& entry) noexcept;
  void grow();

  std::vector<Place> places_;  // none or a power of two
  std::size_t size_ = 0;
};

}  // namespace widgetstream::detail
