#include "state/rocksdb/resources.hpp"

#include <rocksdb/file_system.h>
#include <sys/stat.h>

#include <mutex>
#include <string>

#include "widgetstream/state/stores.hpp"

namespace widgetstream {
namespace {

constexpr std::size_t default_block_cache_bytes = std::size_t{50} << 20;
constexpr std::size_t default_write_buffers_bytes = std::size_t{64} << 20;

/// The default file system, but for modes: RocksDB makes files that everybody may read, and its own switch for that
/// (Env::SetAllowNonOwnerAccess) would change the databases of the whole process.
class PrivateFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  PrivateFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "WidgetstreamPrivateFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    return restricted(name, target()->NewWritableFile(name, options, result, debug));
  }
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* result,
                                       rocksdb::IODebugContext* debug) override {
    return restricted(name, target()->ReopenWritableFile(name, options, result, debug));
  }
  rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    return restricted(name, target()->NewRandomRWFile(name, options, result, debug));
  }
  rocksdb::IOStatus LockFile(const std::string& name, const rocksdb::IOOptions& options, rocksdb::FileLock** lock,
                             rocksdb::IODebugContext* debug) override {
    return restricted(name, target()->LockFile(name, options, lock, debug));
  }

 private:
  static rocksdb::IOStatus restricted(const std::string& name, rocksdb::IOStatus made) {
    // The directory is 0700 already: this guards copies of it.
    if (made.ok()) static_cast<void>(::chmod(name.c_str(), S_IRUSR | S_IWUSR));
    return made;
  }
};

}  // namespace

EngineResources::EngineResources(std::size_t block_cache_bytes, std::size_t write_buffers_bytes)
    : block_cache_(rocksdb::NewLRUCache(block_cache_bytes)),
      write_buffers_bytes_(write_buffers_bytes),
      write_buffers_(std::make_shared<rocksdb::WriteBufferManager>(write_buffers_bytes)),
      loads_(write_buffers_bytes),
      relief_(write_buffers_, loads_, write_buffers_bytes),
      env_(rocksdb::NewCompositeEnv(std::make_shared<PrivateFileSystem>())) {}

void EngineResources::growBlockCacheTo(std::size_t bytes) {
  if (block_cache_->GetCapacity() < bytes) block_cache_->SetCapacity(bytes);
}

std::shared_ptr<EngineResources> makeEngineResources(std::size_t block_cache_bytes, std::size_t write_buffers_bytes) {
  return std::make_shared<EngineResources>(block_cache_bytes, write_buffers_bytes);
}

EngineMemory memoryOf(const EngineResources& resources) {
  return {.block_cache_bytes = resources.blockCache()->GetUsage(),
          .block_cache_limit = resources.blockCache()->GetCapacity(),
          .memtables_bytes = resources.writeBuffers()->memory_usage() + resources.loads().bytes(),
          .memtables_limit = resources.writeBuffersLimit()};
}

namespace detail {

std::shared_ptr<EngineResources> processEngineResources() {
  static std::mutex mutex;
  static std::weak_ptr<EngineResources> shared;
  const std::lock_guard lock(mutex);
  auto resources = shared.lock();
  if (!resources) {
    resources = makeEngineResources(default_block_cache_bytes, default_write_buffers_bytes);
    shared = resources;
  }
  return resources;
}

}  // namespace detail
}  // namespace widgetstream
