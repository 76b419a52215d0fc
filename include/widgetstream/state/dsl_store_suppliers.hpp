#pragma once

#include <functional>
#include <string>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {

/// What an operator asks of a window store.
struct DslWindowParams {
  std::string name;
  Milliseconds retention{0};
  Milliseconds window_size{0};
  bool retain_duplicates = false;
  /// It looks for closed windows over all keys, so rows had better lie by time.
  bool emits_on_close = false;
  /// It looks for the windows around a record of one key, too.
  bool sliding = false;
};

/// What an operator asks of a session store.
struct DslSessionParams {
  std::string name;
  Milliseconds retention{0};
  bool emits_on_close = false;
};

/// Where tables, aggregates and joins keep their rows unless a Materialized or StreamJoined says otherwise: Java's
/// DslStoreSuppliers. Each function may be one's own.
struct DslStoreSuppliers {
  std::function<KeyValueStoreSupplier(const std::string& name)> key_value_store;
  std::function<WindowStoreSupplier(const DslWindowParams& params)> window_store;
  std::function<SessionStoreSupplier(const DslSessionParams& params)> session_store;

  /// `default.dsl.store=rocksDB`, the default.
  [[nodiscard]] static DslStoreSuppliers rocksDb(RocksDbOptions options = {});
  /// `default.dsl.store=in_memory`
  [[nodiscard]] static DslStoreSuppliers inMemory();
};

}  // namespace widgetstream
