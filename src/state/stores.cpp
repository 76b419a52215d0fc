#include "widgetstream/state/stores.hpp"

#include <algorithm>
#include <utility>

#include "state/memory/engine.hpp"
#include "state/rocksdb/engine.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

[[nodiscard]] OpenEngine openRocksDb(RocksDbOptions options) {
  return [options](const EngineOptions& engine) { return detail::openRocksDbEngine(engine, options); };
}

void check(const std::string& store, const char* what, Milliseconds time) {
  if (time.count() >= 0) return;
  throw Error(ErrorKind::invalid_argument, "store " + store + ": the " + what + " must not be negative, but is " +
                                               std::to_string(time.count()) + " ms");
}

void checkWindows(const std::string& store, Milliseconds retention, Milliseconds window_size) {
  check(store, "retention", retention);
  check(store, "window size", window_size);
  if (window_size <= retention) return;
  throw Error(ErrorKind::invalid_argument,
              "store " + store + ": its retention of " + std::to_string(retention.count()) +
                  " ms is smaller than its windows of " + std::to_string(window_size.count()) +
                  " ms, which would vanish before they end: raise the retention");
}

/// Java's: two or three segments are live at a time, and none is so short that there are too many.
[[nodiscard]] Milliseconds segmentInterval(Milliseconds retention) {
  return std::max<Milliseconds>(retention / 2, std::chrono::minutes{1});
}

/// Java's (RocksDbVersionedKeyValueBytesStoreSupplier).
[[nodiscard]] Milliseconds versionsInterval(Milliseconds history) {
  using namespace std::chrono_literals;
  if (history <= 1min) return std::max<Milliseconds>(history / 3, 2s);
  if (history <= 5min) return std::max<Milliseconds>(history / 5, 20s);
  if (history <= 1h) return std::max<Milliseconds>(history / 12, 1min);
  return std::max<Milliseconds>(history / 24, 5min);
}

}  // namespace

StoreBuilder::StoreBuilder() = default;
StoreBuilder::StoreBuilder(const StoreBuilder&) = default;
StoreBuilder::StoreBuilder(StoreBuilder&&) noexcept = default;
StoreBuilder& StoreBuilder::operator=(const StoreBuilder&) = default;
StoreBuilder& StoreBuilder::operator=(StoreBuilder&&) noexcept = default;
StoreBuilder::~StoreBuilder() = default;

StoreBuilder& StoreBuilder::withLoggingEnabled(std::map<std::string, std::string> config) {
  logging = true;
  log_config = std::move(config);
  return *this;
}

StoreBuilder& StoreBuilder::withLoggingDisabled() {
  logging = false;
  log_config.clear();
  return *this;
}

KeyValueStoreSupplier persistentKeyValueStore(std::string name, RocksDbOptions options) {
  return {std::move(name), true, openRocksDb(options)};
}

KeyValueStoreSupplier inMemoryKeyValueStore(std::string name) {
  return {std::move(name), false, detail::openMemoryEngine};
}

KeyValueStoreSupplier lruMap(std::string name, std::size_t max_entries) {
  if (max_entries == 0) throw Error(ErrorKind::invalid_argument, "store " + name + ": an LRU map needs room for one");
  return {std::move(name), false, detail::openMemoryEngine, max_entries};
}

WindowStoreSupplier persistentWindowStore(std::string name, Milliseconds retention, Milliseconds window_size,
                                          bool retain_duplicates, RocksDbOptions options) {
  checkWindows(name, retention, window_size);
  return {std::move(name),
          true,
          retention,
          window_size,
          segmentInterval(retention),
          retain_duplicates,
          RowOrder::by_key,
          openRocksDb(options)};
}

WindowStoreSupplier persistentTimeOrderedWindowStore(std::string name, Milliseconds retention, Milliseconds window_size,
                                                     bool retain_duplicates, bool indexed, RocksDbOptions options) {
  WindowStoreSupplier supplier =
      persistentWindowStore(std::move(name), retention, window_size, retain_duplicates, options);
  supplier.order = indexed ? RowOrder::by_time_indexed : RowOrder::by_time;
  return supplier;
}

WindowStoreSupplier inMemoryWindowStore(std::string name, Milliseconds retention, Milliseconds window_size,
                                        bool retain_duplicates) {
  checkWindows(name, retention, window_size);
  return {std::move(name),
          false,
          retention,
          window_size,
          segmentInterval(retention),
          retain_duplicates,
          RowOrder::by_time_indexed,
          detail::openMemoryEngine};
}

SessionStoreSupplier persistentSessionStore(std::string name, Milliseconds retention, RocksDbOptions options) {
  check(name, "retention", retention);
  return {std::move(name), true, retention, segmentInterval(retention), RowOrder::by_key, openRocksDb(options)};
}

SessionStoreSupplier persistentTimeOrderedSessionStore(std::string name, Milliseconds retention,
                                                       RocksDbOptions options) {
  SessionStoreSupplier supplier = persistentSessionStore(std::move(name), retention, options);
  supplier.order = RowOrder::by_time_indexed;
  return supplier;
}

SessionStoreSupplier inMemorySessionStore(std::string name, Milliseconds retention) {
  check(name, "retention", retention);
  return {std::move(name),         false, retention, segmentInterval(retention), RowOrder::by_time_indexed,
          detail::openMemoryEngine};
}

VersionedKeyValueStoreSupplier persistentVersionedKeyValueStore(std::string name, Milliseconds history_retention,
                                                                std::optional<Milliseconds> segment_interval,
                                                                RocksDbOptions options) {
  check(name, "history retention", history_retention);
  const Milliseconds interval = segment_interval.value_or(versionsInterval(history_retention));
  if (interval.count() < 1) {
    throw Error(ErrorKind::invalid_argument, "store " + name + ": the segment interval must be at least 1 ms, but is " +
                                                 std::to_string(interval.count()) + " ms");
  }
  return {std::move(name), history_retention, interval, true, openRocksDb(options)};
}

}  // namespace widgetstream
