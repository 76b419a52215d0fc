#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream::detail {

/// The versions of one key that ended within one segment of time, as a row keeps them (contract 5.8), newest first:
///
///   i64 end of the newest version, i64 begin of the oldest one,
///   for each version, newest first: i64 begin, i32 size of its value, -1 for a deletion,
///   the values, oldest first
///
/// A version ends where the next one begins. A row whose end is its begin is degenerate: it says that a deletion begins
/// there and that nothing is known before.
///
/// State  values borrow from the bytes that were read, or from those that were put in.
class SegmentValue {
 public:
  struct Version {
    std::int64_t begin = 0;
    NullableBytesView value;  ///< null: a deletion
  };
  /// A version and where it lies.
  struct Found {
    std::size_t index = 0;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    NullableBytesView value;
  };

  /// Errors  Error{store_corrupted} when the bytes are no such row.
  explicit SegmentValue(BytesView bytes);
  SegmentValue(NullableBytesView value, std::int64_t begin, std::int64_t end);

  [[nodiscard]] std::int64_t end() const noexcept { return end_; }
  [[nodiscard]] std::int64_t begin() const noexcept { return versions_.back().begin; }
  [[nodiscard]] const std::vector<Version>& versions() const noexcept { return versions_; }
  [[nodiscard]] std::int64_t endOf(std::size_t index) const noexcept {
    return index == 0 ? end_ : versions_[index - 1].begin;
  }

  /// The version valid at `time`; begin() <= time < end().
  [[nodiscard]] Found find(std::int64_t time) const;

  /// Puts a version on top. A gap before it becomes a deletion; versions that reach into it are cut off: they are left
  /// of a write that a crash has torn apart.
  void insertAsLatest(std::int64_t begin, std::int64_t end, NullableBytesView value);
  /// Puts a version below the oldest one.
  void insertAsEarliest(std::int64_t begin, NullableBytesView value);
  void insert(std::size_t index, std::int64_t begin, NullableBytesView value);
  void update(std::size_t index, std::int64_t begin, NullableBytesView value);

  [[nodiscard]] Bytes encode() const;

  // What a row's first bytes tell without reading the rest.
  /// Errors  Error{store_corrupted} when they are too few.
  [[nodiscard]] static std::int64_t endIn(BytesView bytes);
  [[nodiscard]] static std::int64_t beginIn(BytesView bytes);

 private:
  [[nodiscard]] bool degenerate() const noexcept { return end_ == begin(); }
  void truncate(std::int64_t to);

  std::int64_t end_ = 0;
  std::vector<Version> versions_;  // never empty
};

}  // namespace widgetstream::detail
