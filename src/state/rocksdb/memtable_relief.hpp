#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

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
  MemtableRelief(std::shared_ptr<rocksdb::WriteBufferManager> buffers, std::size_t limit_bytes)
      : buffers_(std::move(buffers)), limit_(limit_bytes) {}

  void add(const std::shared_ptr<Database>& database);
  /// Call after writes: makes room when there is little left. Who cannot write tells its owner at the next write.
  void relieve();

 private:
  struct Sized {
    std::shared_ptr<Database> database;
    std::size_t bytes;
  };
  [[nodiscard]] std::vector<Sized> bySize(bool flushing_too);
  void flushLargest();

  const std::shared_ptr<rocksdb::WriteBufferManager> buffers_;
  const std::size_t limit_;
  std::mutex flushing_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<Database>> databases_;  // guarded by mutex_
};

}  // namespace widgetstream::detail
