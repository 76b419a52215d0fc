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
/// How the keys of a family are looked for.
enum class Reads {
  by_key,   ///< one by one, and often for one that is not there
  by_walk,
};
/// Errors  Error{invalid_config} naming `where` when RocksDB does not take one of the options.
[[nodiscard]] rocksdb::ColumnFamilyOptions dataSettings(EngineResources& resources, const RocksDbOptions& limits,
                                                        Reads reads, const std::string& where);
[[nodiscard]] rocksdb::ColumnFamilyOptions offsetsSettings(const EngineResources& resources);

}  // namespace widgetstream::detail
