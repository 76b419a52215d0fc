#pragma once

#include <memory>

#include "widgetstream/state/store_engine.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream::detail {

/// Opens or makes the database of one store (layout: contract 5.4; README.md here).
///
/// Errors  Error{store_corrupted} naming the directory: damaged, not a database, of a newer RocksDB, or of another kind
///         of store. Error{fatal} if the directory cannot be used at all.
[[nodiscard]] std::unique_ptr<StoreEngine> openRocksDbEngine(const EngineOptions& options,
                                                             const RocksDbOptions& limits);

}  // namespace widgetstream::detail
