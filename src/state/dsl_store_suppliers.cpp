#include "widgetstream/state/dsl_store_suppliers.hpp"

namespace widgetstream {

DslStoreSuppliers DslStoreSuppliers::rocksDb(RocksDbOptions options) {
  return {[options](const std::string& name) { return persistentKeyValueStore(name, options); },
          [options](const DslWindowParams& params) {
            if (params.emits_on_close) {
              return persistentTimeOrderedWindowStore(params.name, params.retention, params.window_size,
                                                      params.retain_duplicates, params.sliding, options);
            }
            return persistentWindowStore(params.name, params.retention, params.window_size, params.retain_duplicates,
                                         options);
          },
          [options](const DslSessionParams& params) {
            return params.emits_on_close ? persistentTimeOrderedSessionStore(params.name, params.retention, options)
                                         : persistentSessionStore(params.name, params.retention, options);
          }};
}

DslStoreSuppliers DslStoreSuppliers::inMemory() {
  return {[](const std::string& name) { return inMemoryKeyValueStore(name); },
          [](const DslWindowParams& params) {
            return inMemoryWindowStore(params.name, params.retention, params.window_size, params.retain_duplicates);
          },
          [](const DslSessionParams& params) { return inMemorySessionStore(params.name, params.retention); }};
}

}  // namespace widgetstream
