#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "state/kept_position.hpp"
#include "state/segment_value.hpp"
#include "widgetstream/state/versioned_table.hpp"

namespace widgetstream::detail {

/// The rows of a versioned store over its engine, and those that wait for a commit. A row's key is the i64 number of a
/// segment, big-endian, and the key; segment -1 has the newest values as i64 begin and value, each other segment the
/// versions that ended within it (SegmentValue). A key whose newest version is a deletion has no row in segment -1.
///
/// Source   Java's RocksDBVersionedStore, whose rows these are (contract 5.8). Unlike there, the segments of an earlier
///          run are known from the beginning.
/// Threads  puts, commit, discard, restore and close are the owner's; reads may come from any thread.
class VersionedRows {
 public:
  VersionedRows(const VersionedOptions& options, std::shared_ptr<StoreEngine> engine);

  // The owner's.

  /// False: a put at this time comes too late.
  [[nodiscard]] bool admits(std::int64_t time) const noexcept { return time >= observed_ - history_; }
  /// As VersionedKeyValueStore::put(); the time is admitted.
  std::int64_t put(BytesView key, NullableBytesView value, std::int64_t time);
  /// Every put comes with its record.
  void note(const RecordStamp& stamp);
  void commit(std::optional<std::int64_t> changelog_offset);
  void discard();
  void restore(std::span<const ChangelogRecord> records, std::int64_t offset);
  [[nodiscard]] std::size_t bufferedBytes() const noexcept { return buffered_bytes_; }
  [[nodiscard]] StoreEngine& engine() const noexcept { return *engine_; }
  void close() noexcept;

  // Any thread's.

  [[nodiscard]] std::optional<VersionBytes> newest(BytesView key) const;
  [[nodiscard]] std::optional<VersionBytes> at(BytesView key, std::int64_t as_of) const;
  void all(const VersionVisitor& visit) const;
  [[nodiscard]] Position position() const;

 private:
  struct HashBytes {
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(BytesView bytes) const noexcept { return std::hash<BytesView>{}(bytes); }
  };
  /// Changes of one put, which become visible together.
  using Changes = std::vector<std::pair<Bytes, NullableBytes>>;
  /// What one step of a put found out: whether it is done, and the time the version ends at if it is not the newest.
  struct Step {
    bool done = false;
    std::optional<std::int64_t> end;
  };

  [[nodiscard]] std::int64_t segmentAt(std::int64_t time) const noexcept;

  [[nodiscard]] std::optional<Bytes> row(std::int64_t segment, BytesView key) const;  // under mutex_, or the owner's
  [[nodiscard]] std::optional<VersionBytes> newestRow(BytesView key) const;           // the same
  void setRow(std::int64_t segment, BytesView key, NullableBytes value);

  [[nodiscard]] Step putNewest(BytesView key, NullableBytesView value, std::int64_t time);
  [[nodiscard]] Step putBetween(BytesView key, NullableBytesView value, std::int64_t time, Step step);
  [[nodiscard]] std::int64_t putInto(std::int64_t segment, BytesView row_bytes, BytesView key, NullableBytesView value,
                                     std::int64_t time);
  [[nodiscard]] Step putAtEdge(BytesView key, NullableBytesView value, std::int64_t time, Step step);
  void putDeletionOnTop(BytesView key, std::int64_t time);
  void moveBack(BytesView key, NullableBytesView value, std::int64_t begin, std::int64_t end);

  void applyChanges();
  void forgetExpired();
  void write(std::optional<std::int64_t> changelog_offset);
  void requireOpen() const;

  const std::string store_;
  const std::int64_t history_;
  const std::int64_t interval_;
  const std::shared_ptr<StoreEngine> engine_;

  // The owner's.
  std::int64_t committed_time_ = -1;  // observed_ at the last commit
  std::int64_t first_live_ = 0;
  std::int64_t dropped_before_ = 0;
  std::size_t buffered_bytes_ = 0;
  Changes changes_;

  mutable std::shared_mutex mutex_;
  std::int64_t observed_ = -1;                                                     // guarded by mutex_
  std::set<std::int64_t> segments_;                                                // guarded by mutex_
  std::unordered_map<Bytes, NullableBytes, HashBytes, std::equal_to<>> buffered_;  // guarded by mutex_
  bool closed_ = false;                                                            // guarded by mutex_
  KeptPosition position_;  // guarded by mutex_, but for the owner's reads
};

}  // namespace widgetstream::detail
