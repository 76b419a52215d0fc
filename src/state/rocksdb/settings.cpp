#include "state/rocksdb/settings.hpp"

#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::size_t block_bytes = 4096;
constexpr double bloom_bits_per_key = 10;
constexpr std::size_t offsets_write_buffer_bytes = std::size_t{1} << 20;
/// A memtable takes one at its first entry: an application may have hundreds of them.
constexpr std::size_t arena_bytes = std::size_t{32} << 10;
constexpr std::size_t offsets_arena_bytes = std::size_t{4} << 10;
constexpr std::size_t least_write_buffer_bytes = std::size_t{64} << 10;
/// Of a memtable, for a filter of its keys: enough for one of 16 MB with keys and values of a hundred bytes.
constexpr std::size_t filter_part = 64;
/// The filter of the n-th database that is opened has this part of what memtables may have, by n: a memtable takes its
/// filter as soon as it is there, and there may be hundreds of them. So those of 200 databases have an eighth together.
constexpr std::size_t all_filters_part = 32;
constexpr std::size_t few_databases = 8;
/// Every database keeps a manifest and a log open, which have a buffer of this each, whether they are written to or not.
constexpr std::size_t file_buffer_bytes = std::size_t{16} << 10;
/// A manifest takes as much of the disk at once; 4 MB each, RocksDB's default, is most of what small stores take.
constexpr std::size_t manifest_bytes = std::size_t{64} << 10;
/// Two shards of the cache of open files, not 64 of them.
constexpr int open_files_shard_bits = 1;
/// Of each database; an application has one a store and task, and common limits are 1024 a process.
constexpr int open_files = 64;
/// The newest that RocksDB 7.8 writes.
constexpr std::uint32_t table_format_version = 5;

/// RocksDB's own lines, from warnings up, through ours.
class InfoLog final : public rocksdb::Logger {
 public:
  InfoLog(widgetstream::Logger log, std::string store)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), log_(std::move(log)), store_(std::move(store)) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    write(rocksdb::InfoLogLevel::WARN_LEVEL, format, arguments);
  }
  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level >= GetInfoLogLevel()) write(level, format, arguments);
  }

 private:
  void write(rocksdb::InfoLogLevel level, const char* format, va_list arguments) const {
    char line[1024];
    std::vsnprintf(line, sizeof line, format, arguments);
    const bool header = level == rocksdb::InfoLogLevel::HEADER_LEVEL;  // build and options, logged at every level
    if (header) return;
    if (level >= rocksdb::InfoLogLevel::ERROR_LEVEL) {
      log_.error(line, {{"store", store_}});
    } else {
      log_.warning(line, {{"store", store_}});
    }
  }

  widgetstream::Logger log_;
  std::string store_;
};

[[nodiscard]] std::shared_ptr<rocksdb::TableFactory> tables(const EngineResources& resources) {
  rocksdb::BlockBasedTableOptions table;
  table.block_size = block_bytes;
  table.block_cache = resources.blockCache();
  // Indexes and filters count within the one budget, instead of growing beside it with the number of files.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  // Nor pinned: what is pinned is there beside the cache's limit, and grows with the number of files.
  table.pin_l0_filter_and_index_blocks_in_cache = false;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits_per_key));
  table.format_version = table_format_version;
  return std::shared_ptr<rocksdb::TableFactory>(rocksdb::NewBlockBasedTableFactory(table));
}

/// A memtable's filter, as a part of its size.
[[nodiscard]] double filterRatio(EngineResources& resources, std::size_t write_buffer_bytes) {
  const std::size_t databases = std::max(resources.relief().databases(), few_databases);
  const std::size_t bytes =
      std::min(write_buffer_bytes / filter_part, resources.writeBuffersLimit() / all_filters_part / databases);
  return static_cast<double>(bytes) / static_cast<double>(std::max<std::size_t>(write_buffer_bytes, 1));
}

void setOption(rocksdb::ColumnFamilyOptions& options, const std::string& name, const std::string& value,
               const std::string& where) {
  const rocksdb::ColumnFamilyOptions before = options;
  const auto status =
      rocksdb::GetColumnFamilyOptionsFromMap(rocksdb::ConfigOptions{}, before, {{name, value}}, &options);
  if (status.ok()) return;
  throw Error{ErrorKind::invalid_config, where + " cannot have the column family option " + name + "=" + value +
                                             ", for RocksDB says: " + status.ToString()};
}

}  // namespace

rocksdb::DBOptions databaseSettings(const EngineResources& resources, const Logger& log, const std::string& store) {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.env = resources.env();
  options.info_log = std::make_shared<InfoLog>(log, store);
  options.write_buffer_manager = resources.writeBuffers();
  options.atomic_flush = true;
  options.allow_concurrent_memtable_write = false;  // one writer: the owning thread
  options.enable_write_thread_adaptive_yield = false;
  options.max_open_files = open_files;
  options.table_cache_numshardbits = open_files_shard_bits;
  options.writable_file_max_buffer_size = file_buffer_bytes;
  options.manifest_preallocation_size = manifest_bytes;
  options.max_file_opening_threads = 1;
  options.max_background_jobs = 2;
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions dataSettings(EngineResources& resources, const RocksDbOptions& limits, Reads reads,
                                          const std::string& where) {
  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kNoCompression;
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.write_buffer_size =
      std::min(limits.write_buffer_bytes, std::max(resources.writeBuffersLimit() / 2, least_write_buffer_bytes));
  // Each new key is looked for before it is put, and a memtable without a filter answers that dearly.
  options.memtable_whole_key_filtering = reads == Reads::by_key;
  options.max_write_buffer_number = 3;
  options.arena_block_size = std::min(arena_bytes, options.write_buffer_size / 8);  // more than a buffer is an error
  options.table_factory = tables(resources);
  for (const auto& [name, value] : limits.column_family_options) setOption(options, name, value, where);
  const bool users_filter = limits.column_family_options.contains("memtable_prefix_bloom_size_ratio");
  if (reads == Reads::by_key && !users_filter)
    options.memtable_prefix_bloom_size_ratio = filterRatio(resources, options.write_buffer_size);
  return options;
}

rocksdb::ColumnFamilyOptions offsetsSettings(const EngineResources& resources) {
  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = offsets_write_buffer_bytes;
  options.max_write_buffer_number = 2;
  options.arena_block_size = offsets_arena_bytes;
  options.table_factory = tables(resources);
  return options;
}

}  // namespace widgetstream::detail
