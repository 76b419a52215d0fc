#include "widgetstream/state/stores.hpp"

#include <utility>

#include "state/memory/engine.hpp"
#include "state/rocksdb/engine.hpp"

namespace widgetstream {

KeyValueStoreSupplier persistentKeyValueStore(std::string name, RocksDbOptions options) {
  return {std::move(name), true,
          [options](const EngineOptions& engine) { return detail::openRocksDbEngine(engine, options); }};
}

KeyValueStoreSupplier inMemoryKeyValueStore(std::string name) {
  return {std::move(name), false, detail::openMemoryEngine};
}

}  // namespace widgetstream
