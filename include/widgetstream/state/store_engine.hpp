#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// Which keys a scan visits: from <= key, and key <= to or key < to.
struct ScanBounds {
  std::optional<Bytes> from;  ///< nullopt: from the first key
  std::optional<Bytes> to;    ///< nullopt: to the last key
  bool to_inclusive = true;
  bool reverse = false;
};

/// The bounds of all keys that begin with `prefix`.
[[nodiscard]] ScanBounds prefixBounds(BytesView prefix);

/// Walks pairs in key order. Views die when the iterator moves.
class EngineIterator {
 public:
  virtual ~EngineIterator() = default;
  [[nodiscard]] virtual bool valid() const = 0;
  virtual void next() = 0;
  [[nodiscard]] virtual BytesView key() const = 0;
  [[nodiscard]] virtual BytesView value() const = 0;
};

/// Changes that become visible and durable together. Their bytes are copied into a few large pieces.
class StoreBatch {
 public:
  /// Lives as long as the batch.
  struct Change {
    BytesView key;
    NullableBytesView value;  ///< null erases
  };
  void put(BytesView key, BytesView value);
  void erase(BytesView key);
  /// The bytes of the store's Position after the batch, which the engine keeps beside the changelog's offset.
  void setPosition(Bytes position) { position_ = std::move(position); }
  [[nodiscard]] const std::vector<Change>& changes() const noexcept { return changes_; }
  [[nodiscard]] const std::optional<Bytes>& position() const noexcept { return position_; }
  [[nodiscard]] bool empty() const noexcept { return changes_.empty() && !position_; }

 private:
  [[nodiscard]] BytesView kept(BytesView bytes);

  std::vector<Change> changes_;
  std::optional<Bytes> position_;
  std::vector<std::unique_ptr<char[]>> pieces_;
  std::size_t piece_size_ = 0;  // of the last one
  std::size_t piece_used_ = 0;
};

/// What an engine's values begin with (contract 5.4, 5.11).
enum class ValueFormat {
  plain,                ///< nothing
  timestamped,          ///< i64 timestamp
  timestamped_headers,  ///< headers, then i64 timestamp
  headers,              ///< headers
};

/// What keeps a store's bytes: an ordered map with atomic batches that remembers how far in its changelog it is.
///
/// Order    keys ascend as unsigned bytes.
/// Threads  apply(), load(), flush() and close() from the owning thread; reads from any thread at the same time.
/// Errors   Error{store_corrupted} when the engine cannot read its files, Error{retriable} when it cannot write
///          (a full disk): nothing of the batch is visible then.
class StoreEngine {
 public:
  virtual ~StoreEngine() = default;

  /// Replaces `into` and returns true, or returns false when there is no such key.
  [[nodiscard]] virtual bool get(BytesView key, Bytes& into) const = 0;
  /// A walk over the state at the time of the call; may outlive close() of the engine.
  [[nodiscard]] virtual std::unique_ptr<EngineIterator> scan(const ScanBounds& bounds) const = 0;

  /// Applies the batch and, when given, the offset of the newest changelog record it contains, atomically.
  virtual void apply(const StoreBatch& batch, std::optional<std::int64_t> changelog_offset) = 0;
  /// Takes what comes from a changelog, up to this offset. An engine may gather it to make much of it at once what it
  /// keeps, but whoever reads or applies anything finds it there. A crash loses no more than it loses of apply().
  /// Errors  as apply(), also of reads that find it gathered; what could not be written stays gathered.
  virtual void load(const StoreBatch& batch, std::int64_t changelog_offset) { apply(batch, changelog_offset); }
  /// Nothing more is going to be loaded now: what was gathered takes no memory any more.
  virtual void endLoad() {}
  /// Offset of the newest changelog record applied; nullopt when not known.
  [[nodiscard]] virtual std::optional<std::int64_t> changelogOffset() const = 0;
  /// The position of the newest batch that had one; nullopt when there was none, and of engines that do not keep it.
  [[nodiscard]] virtual std::optional<Bytes> position() const { return std::nullopt; }

  [[nodiscard]] virtual std::uint64_t approximateEntries() const = 0;
  [[nodiscard]] virtual std::uint64_t memoryBytes() const = 0;

  /// Of an engine with segments (EngineOptions::segment_interval): those that have been written to, ascending.
  [[nodiscard]] virtual std::vector<std::int64_t> segments() const { return {}; }
  /// Forgets the keys that begin with a number from 0 up to `first`, exclusively, as keys of segments do. Walks that
  /// have begun still see them.
  virtual void dropSegmentsBefore(std::int64_t first) { static_cast<void>(first); }

  /// Makes everything applied survive a crash of the process.
  virtual void flush() = 0;
  virtual void close() noexcept = 0;
};

/// Memory and threads that the engines of one application share; see makeEngineResources() in stores.hpp.
class EngineResources;

/// What an engine is told when it opens.
struct EngineOptions {
  std::filesystem::path directory;  ///< of this store alone; made when missing; ignored by engines in memory
  std::string store;                ///< for messages
  std::string changelog_partition;  ///< `<changelog topic>-<partition>`: the name its offset is kept under
  ValueFormat format = ValueFormat::timestamped;
  /// Set: the first eight bytes of each key are the number of its segment, big-endian, and not negative. A segment
  /// spans this much time, which the engine remembers: a number means something else under another interval.
  std::optional<Milliseconds> segment_interval;
  Logger log;
  std::shared_ptr<EngineResources> resources;  ///< null: those that all engines of the process without any share
};

/// Opens the engine of one store of one task.
using OpenEngine = std::function<std::unique_ptr<StoreEngine>(const EngineOptions&)>;

}  // namespace widgetstream
