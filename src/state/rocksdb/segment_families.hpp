#pragma once

#include <rocksdb/db.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// A column family as long as somebody may read it.
class FamilyHandle {
 public:
  FamilyHandle(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family) noexcept : db_(db), family_(family) {}
  ~FamilyHandle() { static_cast<void>(db_.DestroyColumnFamilyHandle(family_)); }
  FamilyHandle(const FamilyHandle&) = delete;
  FamilyHandle& operator=(const FamilyHandle&) = delete;

  [[nodiscard]] rocksdb::ColumnFamilyHandle* get() const noexcept { return family_; }

 private:
  rocksdb::DB& db_;
  rocksdb::ColumnFamilyHandle* family_;
};

/// The name of a segment's column family: `segment.<family of the values' format>.<interval in ms>.<number>`.
[[nodiscard]] std::string segmentFamilyName(const std::string& format_family, Milliseconds interval,
                                            std::int64_t segment);
/// What segmentFamilyName() was given; nullopt for other families.
struct SegmentFamilyName {
  std::string format_family;
  Milliseconds interval{0};
  std::int64_t segment = 0;
};
[[nodiscard]] std::optional<SegmentFamilyName> parseSegmentFamilyName(const std::string& name);

/// The segments of a database, a column family each: dropping one frees its files at once and writes no tombstones.
///
/// Threads  add() and dropBefore() from the owner's thread, the others from any.
class SegmentFamilies {
 public:
  using Handle = std::shared_ptr<const FamilyHandle>;

  void add(std::int64_t segment, Handle family);
  /// Null when there is no such segment.
  [[nodiscard]] Handle find(std::int64_t segment) const;
  /// The segments that keys within the bounds may be in, in the bounds' direction.
  [[nodiscard]] std::vector<std::pair<std::int64_t, Handle>> within(const ScanBounds& bounds) const;
  [[nodiscard]] std::vector<std::int64_t> numbers() const;
  [[nodiscard]] std::vector<Handle> handles() const;
  /// Takes the segments before `first` out.
  [[nodiscard]] std::vector<Handle> takeBefore(std::int64_t first);

 private:
  mutable std::mutex mutex_;
  std::map<std::int64_t, Handle> families_;  // guarded by mutex_
};

}  // namespace widgetstream::detail
