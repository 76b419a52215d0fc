#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream::detail {

/// The keys of a store that keeps only so many entries, in the order of their last use.
class RecentKeys {
 public:
  explicit RecentKeys(std::size_t most) noexcept : most_(most) {}

  /// True if a new key has no room until another one goes.
  [[nodiscard]] bool full() const noexcept { return keys_.size() >= most_; }
  [[nodiscard]] bool contains(BytesView key) const { return places_.contains(key); }
  [[nodiscard]] const Bytes& oldest() const noexcept { return keys_.front(); }

  /// The key is used, if it is here.
  void touch(BytesView key) {
    const auto found = places_.find(key);
    if (found != places_.end()) keys_.splice(keys_.end(), keys_, found->second);
  }
  /// The key is used, and here from now on.
  void add(BytesView key) {
    if (contains(key)) return touch(key);
    keys_.emplace_back(key);
    places_.emplace(keys_.back(), std::prev(keys_.end()));
  }
  void erase(BytesView key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    const auto place = found->second;
    places_.erase(found);
    keys_.erase(place);
  }
  void clear() noexcept {
    places_.clear();
    keys_.clear();
  }

 private:
  std::size_t most_;
  std::list<Bytes> keys_;                                             // used longest ago first
  std::unordered_map<BytesView, std::list<Bytes>::iterator> places_;  // views into keys_
};

}  // namespace widgetstream::detail
