#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/write_buffer_manager.h>

#include <cstddef>
#include <memory>

#include "state/rocksdb/damages.hpp"
#include "state/rocksdb/load_memory.hpp"
#include "state/rocksdb/memtable_relief.hpp"

namespace widgetstream {

/// What all databases of an application share, so that memory does not grow with stores and partitions (design D7).
class EngineResources {
 public:
  EngineResources(std::size_t block_cache_bytes, std::size_t write_buffers_bytes);

  [[nodiscard]] const std::shared_ptr<rocksdb::Cache>& blockCache() const noexcept { return block_cache_; }
  [[nodiscard]] const std::shared_ptr<rocksdb::WriteBufferManager>& writeBuffers() const noexcept {
    return write_buffers_;
  }
  [[nodiscard]] std::size_t writeBuffersLimit() const noexcept { return write_buffers_bytes_; }
  /// What is gathered beside memtables.
  [[nodiscard]] detail::LoadMemory& loads() noexcept { return loads_; }
  [[nodiscard]] const detail::LoadMemory& loads() const noexcept { return loads_; }
  /// Whose memtables are bounded.
  [[nodiscard]] detail::MemtableRelief& relief() noexcept { return relief_; }
  /// What readers found out.
  [[nodiscard]] detail::Damages& damages() noexcept { return damages_; }
  /// Makes files that only their owner may read.
  [[nodiscard]] rocksdb::Env* env() const noexcept { return env_.get(); }
  /// Never lets the cache be smaller than a store asks for.
  void growBlockCacheTo(std::size_t bytes);

 private:
  std::shared_ptr<rocksdb::Cache> block_cache_;
  const std::size_t write_buffers_bytes_;
  std::shared_ptr<rocksdb::WriteBufferManager> write_buffers_;
  detail::LoadMemory loads_;
  detail::MemtableRelief relief_;
  detail::Damages damages_;
  std::unique_ptr<rocksdb::Env> env_;
};

namespace detail {

/// The resources of engines that were given none: one set as long as any of them is open.
[[nodiscard]] std::shared_ptr<EngineResources> processEngineResources();

}  // namespace detail
}  // namespace widgetstream
