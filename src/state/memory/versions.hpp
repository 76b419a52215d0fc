#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// A value and what it replaced while somebody could still ask for that.
struct Version {
  std::uint64_t written = 0;  ///< number of the batch
  NullableBytes value;        ///< null: erased
  std::unique_ptr<Version> older;
};

/// A map of versions by key.
///
/// Threads  any; one writer at a time.
class Versions {
 public:
  using Map = std::map<Bytes, std::unique_ptr<Version>, std::less<>>;

  [[nodiscard]] bool get(BytesView key, Bytes& into) const;
  void apply(const StoreBatch& batch);
  [[nodiscard]] std::uint64_t entries() const;
  [[nodiscard]] std::uint64_t bytes() const;
  /// The different numbers that keys begin with, as bigEndian() writes them, ascending.
  [[nodiscard]] std::vector<std::int64_t> segments() const;
  /// A batch of its own that erases all keys before `end`.
  void eraseBefore(BytesView end);
  /// Frees what no walk can ask for.
  void clear();

  /// Fixes the state that a walk sees until it lets go of it.
  [[nodiscard]] std::uint64_t hold();
  void letGo(std::uint64_t snapshot) noexcept;

  struct Found {
    Map::const_iterator place;
    const Version* version = nullptr;  ///< null: the walk is over
  };
  /// The first entry of the bounds in their direction, as of `snapshot`; it stays where it is until letGo().
  [[nodiscard]] Found first(const ScanBounds& bounds, std::uint64_t snapshot) const;
  [[nodiscard]] Found after(const Found& found, const ScanBounds& bounds, std::uint64_t snapshot) const;

 private:
  struct Replaced {
    std::uint64_t by = 0;
    Bytes key;
  };

  [[nodiscard]] Found firstVisible(Map::const_iterator place, const ScanBounds& bounds, std::uint64_t snapshot) const;
  void change(const StoreBatch::Change& change);
  void countOut(const Map::value_type& entry) noexcept;
  void collect() noexcept;

  mutable std::mutex mutex_;
  Map map_;                            // guarded by mutex_
  std::uint64_t batches_ = 0;          // guarded by mutex_
  std::multiset<std::uint64_t> held_;  // guarded by mutex_
  std::deque<Replaced> replaced_;      // guarded by mutex_; in order of `by`
  std::uint64_t live_ = 0;             // guarded by mutex_
  std::uint64_t live_bytes_ = 0;       // guarded by mutex_
};

}  // namespace widgetstream::detail
