#pragma once

#include <rocksdb/db.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rocksdb {
class WriteBatch;
}

/// A count as Java's LongSerializer writes it.
[[nodiscard]] std::array<char, 8> encoded(std::int64_t count);
[[nodiscard]] std::int64_t decoded(std::string_view bytes);

/// Hashes text that is not owned as well.
struct HashView {
  using is_transparent = void;
  std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
};
template <class V>
using HandTable = std::unordered_map<std::string, V, HashView, std::equal_to<>>;

/// The database of a partition, of the hand-written loops; the changelog stands in for its write-ahead log.
///
/// Errors  std::runtime_error with what RocksDB says
class HandStore {
 public:
  explicit HandStore(const std::filesystem::path& directory);

  /// 0 for a key that is not there.
  [[nodiscard]] std::int64_t get(std::string_view key);
  void put(std::string_view key, std::string_view value);
  void write(rocksdb::WriteBatch& batch);

 private:
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::WriteOptions unlogged_;
  rocksdb::PinnableSlice found_;
};
