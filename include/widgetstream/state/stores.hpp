#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/state_store.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream {

/// Ceilings within the application's one memory budget (memory.budget.bytes).
struct RocksDbOptions {
  std::size_t write_buffer_bytes = std::size_t{16} << 20;
  std::size_t block_cache_bytes = std::size_t{50} << 20;
};

/// Shared by all stores that are opened with it: one block cache and one bound on all write buffers. These ceilings are
/// the application's, the ones of persistentKeyValueStore() a store's.
[[nodiscard]] std::shared_ptr<EngineResources> makeEngineResources(std::size_t block_cache_bytes,
                                                                   std::size_t write_buffers_bytes);

/// Where a store keeps its bytes. An empty name takes the one the topology gives.
struct KeyValueStoreSupplier {
  std::string name;
  bool persistent = true;
  OpenEngine open;
};

/// RocksDB, one database a store and task, laid out like Java's (contract 5.4).
[[nodiscard]] KeyValueStoreSupplier persistentKeyValueStore(std::string name, RocksDbOptions options = {});
/// An ordered map; restored from the changelog at every start.
[[nodiscard]] KeyValueStoreSupplier inMemoryKeyValueStore(std::string name);

/// A store as a topology holds it: how to make one for each task, and what surrounds it.
struct StoreBuilder {
  std::string name;
  bool persistent = true;
  bool logging = true;
  bool caching = false;
  /// Configs of the changelog topic, above the defaults.
  std::map<std::string, std::string> log_config;
  /// How the store opens its engine. A test puts another one in its place.
  OpenEngine open;
  std::function<std::unique_ptr<StateStore>(const StoreBuilder&)> make;

  StoreBuilder& withLoggingEnabled(std::map<std::string, std::string> config = {}) {
    logging = true;
    log_config = std::move(config);
    return *this;
  }
  StoreBuilder& withLoggingDisabled() {
    logging = false;
    log_config.clear();
    return *this;
  }
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
