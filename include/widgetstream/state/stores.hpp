#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/state_store.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream {

/// Of one store, or of all that an application's DSL makes (DslStoreSuppliers::rocksDb). The sizes are ceilings within
/// those that the application has for all of its stores (memory.budget.bytes).
struct RocksDbOptions {
  /// A memtable that has as much is flushed; it may be earlier, when those of all stores take too much.
  std::size_t write_buffer_bytes = std::size_t{16} << 20;
  /// Of stores without an application, which has one block cache for all of its stores.
  std::size_t block_cache_bytes = std::size_t{50} << 20;
  /// Options of RocksDB's column families by its own names and words, above ours: what a RocksDBConfigSetter sets in
  /// Java.
  /// `{{"compression", "kLZ4Compression"}, {"bottommost_compression", "kZSTD"}}`
  /// Errors  Error{invalid_config} naming store and option when the store is opened, for what RocksDB does not take.
  std::map<std::string, std::string> column_family_options = {};
};

/// Shared by all stores that are opened with it: one block cache and one bound on all write buffers. These ceilings are
/// the application's, the ones of persistentKeyValueStore() a store's.
[[nodiscard]] std::shared_ptr<EngineResources> makeEngineResources(std::size_t block_cache_bytes,
                                                                   std::size_t write_buffers_bytes);

/// What engines that share resources take of them now.
struct EngineMemory {
  std::size_t block_cache_bytes = 0;
  std::size_t block_cache_limit = 0;
  std::size_t memtables_bytes = 0;
  std::size_t memtables_limit = 0;
};
/// Threads  any.
[[nodiscard]] EngineMemory memoryOf(const EngineResources& resources);

/// Where a store keeps its bytes. An empty name takes the one the topology gives.
struct KeyValueStoreSupplier {
  std::string name;
  bool persistent = true;
  OpenEngine open;
  /// Not 0: the store keeps this many entries, those used last (see lruMap()).
  std::size_t max_entries = 0;
};

/// RocksDB, one database a store and task, laid out like Java's (contract 5.4).
[[nodiscard]] KeyValueStoreSupplier persistentKeyValueStore(std::string name, RocksDbOptions options = {});
/// An ordered map; restored from the changelog at every start.
[[nodiscard]] KeyValueStoreSupplier inMemoryKeyValueStore(std::string name);
/// In memory, and never more than `max_entries`: each put beyond them forgets the entry used longest ago, in the
/// changelog too. Java's Stores.lruMap().
/// Errors  Error{invalid_argument} unless there is room for one.
[[nodiscard]] KeyValueStoreSupplier lruMap(std::string name, std::size_t max_entries);

/// How the rows of a window or session store lie in its engine, and so the order of walks over several keys. It changes
/// nothing in the changelog.
enum class RowOrder {
  by_key,           ///< segment by segment, within it by key, then time
  by_time,          ///< by time, then key
  by_time_indexed,  ///< by time, then key; and a second time by key, for walks over one
};

/// Where a window store keeps its rows, and for how long. An empty name takes the one the topology gives.
struct WindowStoreSupplier {
  std::string name;
  bool persistent = true;
  Milliseconds retention{0};
  Milliseconds window_size{0};
  Milliseconds segment_interval{1};
  bool retain_duplicates = false;
  RowOrder order = RowOrder::by_key;
  OpenEngine open;
};

/// RocksDB, one database a store and task with a column family a segment; a segment is half of the retention, and a
/// minute at least. Rows whose segment lies entirely beyond the retention are dropped with it.
/// Errors  Error{invalid_argument} when the retention is smaller than the windows, or one of them negative.
[[nodiscard]] WindowStoreSupplier persistentWindowStore(std::string name, Milliseconds retention,
                                                        Milliseconds window_size, bool retain_duplicates = false,
                                                        RocksDbOptions options = {});
/// The same, ordered by time: what windows that emit on close use. `indexed` makes walks over one key cheap.
[[nodiscard]] WindowStoreSupplier persistentTimeOrderedWindowStore(std::string name, Milliseconds retention,
                                                                   Milliseconds window_size,
                                                                   bool retain_duplicates = false, bool indexed = false,
                                                                   RocksDbOptions options = {});
/// Ordered by time, in memory; restored from the changelog at every start.
[[nodiscard]] WindowStoreSupplier inMemoryWindowStore(std::string name, Milliseconds retention,
                                                      Milliseconds window_size, bool retain_duplicates = false);

/// Where a session store keeps its rows, and for how long. An empty name takes the one the topology gives.
struct SessionStoreSupplier {
  std::string name;
  bool persistent = true;
  Milliseconds retention{0};
  Milliseconds segment_interval{1};
  RowOrder order = RowOrder::by_key;
  OpenEngine open;
};

/// As persistentWindowStore(); the retention counts from the end of a session.
/// Errors  Error{invalid_argument} when the retention is negative.
[[nodiscard]] SessionStoreSupplier persistentSessionStore(std::string name, Milliseconds retention,
                                                          RocksDbOptions options = {});
/// The same, ordered by end: what sessions that emit on close use.
[[nodiscard]] SessionStoreSupplier persistentTimeOrderedSessionStore(std::string name, Milliseconds retention,
                                                                     RocksDbOptions options = {});
/// Ordered by end, in memory; restored from the changelog at every start.
[[nodiscard]] SessionStoreSupplier inMemorySessionStore(std::string name, Milliseconds retention);

/// Where a versioned store keeps its bytes, and how far back its history goes.
struct VersionedKeyValueStoreSupplier {
  std::string name;
  Milliseconds history_retention{0};
  Milliseconds segment_interval{1};
  bool persistent = true;
  OpenEngine open;
};

/// RocksDB, one database a store and task; versions that have ended are kept by the time they did, a row a segment of
/// that time (contract 5.8). Default interval: that of Java, a third to a twenty-fourth of the retention.
/// Errors  Error{invalid_argument} when the retention is negative or the interval less than 1 ms.
[[nodiscard]] VersionedKeyValueStoreSupplier persistentVersionedKeyValueStore(
    std::string name, Milliseconds history_retention, std::optional<Milliseconds> segment_interval = {},
    RocksDbOptions options = {});

/// What the changelog topic of a store must keep (contract 3.2).
struct ChangelogRetention {
  enum class Kind {
    compacted,  ///< the newest record of each key
    windowed,   ///< that, and nothing older than the retention
    expiring,   ///< all records, but nothing older than the retention: stores that retain duplicates
    versioned,  ///< records of a key younger than the retention, and the newest one
  };
  Kind kind = Kind::compacted;
  Milliseconds retention{0};

  friend bool operator==(const ChangelogRetention&, const ChangelogRetention&) = default;
};

/// A store as a topology holds it: how to make one for each task, and what surrounds it.
struct StoreBuilder {
  StoreBuilder();
  StoreBuilder(const StoreBuilder&);
  StoreBuilder(StoreBuilder&&) noexcept;
  StoreBuilder& operator=(const StoreBuilder&);
  StoreBuilder& operator=(StoreBuilder&&) noexcept;
  ~StoreBuilder();

  std::string name;
  bool persistent = true;
  bool logging = true;
  bool caching = false;
  /// Configs of the changelog topic, above the defaults.
  std::map<std::string, std::string> log_config;
  ChangelogRetention changelog;
  /// How the store opens its engine. A test puts another one in its place.
  OpenEngine open;
  std::function<std::unique_ptr<StateStore>(const StoreBuilder&)> make;

  StoreBuilder& withLoggingEnabled(std::map<std::string, std::string> config = {});
  StoreBuilder& withLoggingDisabled();
  /// A store that retains duplicates, and a versioned one, stays without a cache.
  StoreBuilder& withCachingEnabled() {
    caching = true;
    return *this;
  }
  StoreBuilder& withCachingDisabled() {
    caching = false;
    return *this;
  }
};

}  // namespace widgetstream
