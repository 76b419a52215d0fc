#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/clock.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/core/task_id.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/position.hpp"
#include "widgetstream/state/read_caches.hpp"
#include "widgetstream/state/record_stamp.hpp"
#include "widgetstream/state/store_measure.hpp"

namespace widgetstream {

class EngineResources;

/// The one place where dirty entries of all record caches of a stream thread are counted
/// (statestore.cache.max.bytes divided by the threads).
struct CacheBudget {
  std::size_t limit_bytes = 0;
  std::size_t used_bytes = 0;
};

/// What a store is given by its task, which outlives it.
class StoreContext {
 public:
  virtual ~StoreContext() = default;

  [[nodiscard]] virtual TaskId task() const = 0;
  [[nodiscard]] virtual const std::string& applicationId() const = 0;
  /// `<state.dir>/<application.id>/<task id>`; made by the task when a persistent store asks for it.
  [[nodiscard]] virtual std::filesystem::path taskDirectory() const = 0;
  /// `<changelog topic>-<partition>`; empty for a store without a changelog.
  [[nodiscard]] virtual std::string changelogPartition(const std::string& store) const = 0;
  [[nodiscard]] virtual const Logger& log() const = 0;
  [[nodiscard]] virtual CacheBudget& cacheBudget() = 0;

  /// Sends a change to the store's changelog (nowhere if it has none). A null value is a tombstone; no_timestamp leaves
  /// the time to the producer.
  virtual void logChange(const std::string& store, BytesView key, NullableBytesView value, Timestamp timestamp,
                         const Headers& headers) = 0;
  /// Timestamp of the record being processed: what changelog records of plain stores and of deletes carry.
  [[nodiscard]] virtual Timestamp recordTimestamp() const = 0;
  /// The record being processed: what puts without a stamp of their own are stamped with.
  [[nodiscard]] virtual RecordStamp recordStamp() const {
    RecordStamp stamp;
    stamp.timestamp = recordTimestamp();
    return stamp;
  }
  /// Counts a record that the store refused (dropped-records).
  virtual void dropped(std::string_view reason) { static_cast<void>(reason); }
  /// Who is told what the store does; null: nobody. Asked at each operation, for it may change.
  [[nodiscard]] virtual StoreMeasure* measure() const noexcept { return nullptr; }
  /// What the engines of the application share; null: the process's defaults.
  [[nodiscard]] virtual std::shared_ptr<EngineResources> engineResources() const { return nullptr; }
  /// What the stores of the application share to keep unchanged entries in; null: each has readCacheBytes() for itself.
  [[nodiscard]] virtual ReadCaches* readCaches() const noexcept { return nullptr; }
  /// How much unchanged entries one store may keep in memory between its commits, to save reads.
  [[nodiscard]] virtual std::size_t readCacheBytes() const { return std::size_t{4} << 20; }
};

/// A record read back from a changelog. Views live for the call.
struct ChangelogRecord {
  BytesView key;
  NullableBytesView value;
  Timestamp timestamp = no_timestamp;
  const Headers* headers = nullptr;
};

/// State of one task, as the runtime handles it: opened, restored, committed and closed without knowing its types.
///
/// Order    open(), then restore() until the changelog's end and restoreEnded(), then use; at each commit flushCache() and
///          logChanges() first, then, when the producer has everything acknowledged and the offsets are committed,
///          commit().
/// Threads  the owning stream thread; reads through the typed query interface from any thread between open() and
/// close().
class StateStore {
 public:
  virtual ~StateStore() = default;

  [[nodiscard]] virtual const std::string& name() const = 0;
  /// True if it keeps files, in `rocksdb/<name>` of the task's directory: what it holds survives the process.
  [[nodiscard]] virtual bool persistent() const = 0;

  /// Errors  Error{store_corrupted}: the caller wipes the store's directory, opens again and restores.
  virtual void open(StoreContext& context) = 0;
  /// Offset of the newest changelog record the store contains; nullopt: restore from the beginning.
  [[nodiscard]] virtual std::optional<std::int64_t> changelogOffset() const = 0;
  /// Applies changelog records in order; `offset` is that of the last one (or of the last one skipped).
  virtual void restore(std::span<const ChangelogRecord> records, std::int64_t offset) = 0;
  /// The changelog is read, whether there was anything to restore or not. May be said again later.
  virtual void restoreEnded() {}

  /// Which records of the inputs the store contains: those that its changes came from, up to the newest of each partition.
  /// What was read back from a changelog is not in it. Empty for stores that do not tell. Any thread may ask.
  [[nodiscard]] virtual Position position() const { return {}; }

  /// Passes the dirty entries of the record cache on: to the write buffer, the changelog and down the topology.
  virtual void flushCache() = 0;
  /// Logs what is logged once a commit only. Called when the caches of all stores of the task are flushed.
  virtual void logChanges() {}
  /// Writes what has gathered since the last commit to the engine, in one atomic batch with the changelog offset.
  virtual void commit(std::optional<std::int64_t> changelog_offset) = 0;
  /// Forgets everything since the last commit.
  virtual void discard() = 0;
  /// Bytes that wait for commit(); when they reach the task's share of memory the task commits early.
  [[nodiscard]] virtual std::size_t bufferedBytes() const = 0;

  /// Makes what was committed survive a crash of the process now; engines do so by themselves when enough has gathered.
  virtual void flushEngine() {}
  /// Memory of the engine for this store alone, without caches that it shares.
  [[nodiscard]] virtual std::uint64_t engineMemoryBytes() const { return 0; }

  /// What other threads may read of it while its owner writes: a store of the ReadOnly... kind that asks this one as long
  /// as it is open. Null for kinds that have none.
  [[nodiscard]] virtual std::unique_ptr<StateStore> readOnlyView() const { return nullptr; }

  /// Closes the engine; what was not committed is gone. A clean close makes everything committed durable.
  virtual void close() noexcept = 0;
};

}  // namespace widgetstream
