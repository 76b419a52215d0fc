#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "state/rocksdb/loaded_changes.hpp"

namespace widgetstream::detail {

class Database;

/// False while compaction is behind: nothing holds tables back, as writes to memtables are.
[[nodiscard]] bool takesTables(const Database& database);

/// Makes the changes, of which each key's last counts, a table of the database and `offset` what it has of its
/// changelog: both or neither, and at once on disk. What memtables have of the store is flushed before, for it is
/// older. Errors  as throwIfFailed(); nothing is changed then.
void addAsTable(Database& database, const LoadedChanges& changes, const std::string& offset_key, std::int64_t offset);

/// Removes what a crash in the middle of addAsTable() has left.
void removeUnfinishedTables(const std::filesystem::path& directory) noexcept;

}  // namespace widgetstream::detail
