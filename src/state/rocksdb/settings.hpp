#pragma once

#include <rocksdb/options.h>

#include <string>

#include "state/rocksdb/resources.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream::detail {

/// Settings of a whole database. Everything that is atomic here rests on atomic_flush: there is no log of writes.
[[nodiscard]] rocksdb::DBOptions databaseSettings(const EngineResources& resources, const Logger& log,
                                                  const std::string& store);
/// Errors  Error{invalid_config} naming `where` when RocksDB does not take one of the options.
[[nodiscard]] rocksdb::ColumnFamilyOptions dataSettings(const EngineResources& resources, const RocksDbOptions& limits,
                                                        const std::string& where);
[[nodiscard]] rocksdb::ColumnFamilyOptions offsetsSettings(const EngineResources& resources);

}  // namespace widgetstream::detail
