#include "bench/compare/hand_store.hpp"

#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <stdexcept>

namespace {

void require(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error{"RocksDB: " + status.ToString()};
}

}  // namespace

std::array<char, 8> encoded(std::int64_t count) {
  std::array<char, 8> bytes{};
  for (int i = 7; i >= 0; --i, count >>= 8) bytes[static_cast<std::size_t>(i)] = static_cast<char>(count & 0xff);
  return bytes;
}

std::int64_t decoded(std::string_view bytes) {
  std::int64_t count = 0;
  for (const char byte : bytes) count = count << 8 | static_cast<unsigned char>(byte);
  return count;
}

HandStore::HandStore(const std::filesystem::path& directory) {
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = std::size_t{16} << 20;
  options.compression = rocksdb::kNoCompression;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  rocksdb::DB* db = nullptr;
  require(rocksdb::DB::Open(options, directory.string(), &db));
  db_.reset(db);
  unlogged_.disableWAL = true;
}

std::int64_t HandStore::get(std::string_view key) {
  const auto status = db_->Get({}, db_->DefaultColumnFamily(), {key.data(), key.size()}, &found_);
  const std::int64_t count = status.ok() ? decoded(found_.ToStringView()) : 0;
  found_.Reset();
  return count;
}

void HandStore::put(std::string_view key, std::string_view value) {
  require(db_->Put(unlogged_, {key.data(), key.size()}, {value.data(), value.size()}));
}

void HandStore::write(rocksdb::WriteBatch& batch) {
  require(db_->Write(unlogged_, &batch));
}
