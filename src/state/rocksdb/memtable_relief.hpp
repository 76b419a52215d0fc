#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "state/rocksdb/load_memory.hpp"

namespace rocksdb {
class WriteBufferManager;
}

namespace widgetstream::detail {

class Database;

/// Keeps the memtables of all databases of an application below one limit.
///
/// RocksDB's own manager of write buffers flushes whichever database is being written to, however little that has,
/// while the memory is with others that rest. Here the largest are flushed, and a writer waits when flushing does not
/// keep up.
///
/// Threads  any.
class MemtableRelief {
 public:
  /// What is gathered for tables takes the place of memtables.
  MemtableRelief(std::shared_ptr<rocksdb::WriteBufferManager> buffers, const LoadMemory& loads, std::size_t limit_bytes)
      : buffers_(std::move(buffers)), loads_(loads), limit_(limit_bytes) {}

  void add(const std::shared_ptr<Database>& database);
  /// How many are open.
  [[nodiscard]] std::size_t databases();
  /// Call after writes: makes room when there is little left. Who cannot write tells its owner at the next write.
  void relieve();

 private:
  struct Sized {
    std::weak_ptr<Database> database;
    std::uint64_t bytes;
  };
  [[nodiscard]] std::size_t used() const;
  [[nodiscard]] std::size_t writtenTo() const;  // without what is being flushed
  [[nodiscard]] std::vector<Sized> bySize(bool flushing_too);
  void flushLargest();
  void waitForRoom();

  const std::shared_ptr<rocksdb::WriteBufferManager> buffers_;
  const LoadMemory& loads_;
  const std::size_t limit_;
  std::mutex flushing_;
  std::mutex waiting_;
  /// How far above the limit flushing could not bring them, with a margin: memtables that were flushed live on while
  /// somebody walks over them.
  std::atomic<std::size_t> beyond_help_{0};
  std::mutex mutex_;
  std::vector<std::weak_ptr<Database>> databases_;  // guarded by mutex_
};

}  // namespace widgetstream::detail
