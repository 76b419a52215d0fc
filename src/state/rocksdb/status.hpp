#pragma once

#include <string>

namespace rocksdb {
class Status;
}

namespace widgetstream::detail {

/// What was being done when RocksDB failed: the same status asks for different things.
enum class RocksDbStep { open, read, write };

/// The door through which RocksDB's failures become ours. `where` names store and directory.
///
/// Errors  Error{store_corrupted} for damaged or unreadable files, Error{retriable} for a full disk or a busy database,
///         Error{fatal} for what neither a retry nor a restore can help.
void throwIfFailed(const rocksdb::Status& status, RocksDbStep step, const std::string& where);

}  // namespace widgetstream::detail
