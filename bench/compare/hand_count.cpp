#include "bench/compare/hand_count.hpp"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <unordered_map>

#include "bench/support/hand_clients.hpp"
#include "tests/support/temp_dir.hpp"

using namespace widgetstream;

namespace {

void require(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error{"RocksDB: " + status.ToString()};
}

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

struct HashView {
  using is_transparent = void;
  std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
};
using Counts = std::unordered_map<std::string, std::int64_t, HashView, std::equal_to<>>;

/// The database of a partition; the changelog stands in for its write-ahead log.
class HandStore {
 public:
  explicit HandStore(const std::filesystem::path& directory) {
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

  [[nodiscard]] std::int64_t get(std::string_view key) {
    const auto status = db_->Get({}, db_->DefaultColumnFamily(), {key.data(), key.size()}, &found_);
    const std::int64_t count = status.ok() ? decoded(found_.ToStringView()) : 0;
    found_.Reset();
    return count;
  }
  void put(std::string_view key, std::string_view value) {
    require(db_->Put(unlogged_, {key.data(), key.size()}, {value.data(), value.size()}));
  }
  void write(rocksdb::WriteBatch& batch) { require(db_->Write(unlogged_, &batch)); }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::WriteOptions unlogged_;
  rocksdb::PinnableSlice found_;
};

/// What both ways have in common.
struct HandCount {
  explicit HandCount(const Run& run)
      : consumer(run.bootstrap_servers, run.input, bench_partitions),
        producer(run.bootstrap_servers),
        out(producer.topic(run.output)),
        changelog(producer.topic(run.application_id + "-counts-changelog")) {
    for (int partition = 0; partition < bench_partitions; ++partition) {
      stores.push_back(std::make_unique<HandStore>(directory.path() / std::to_string(partition)));
    }
  }
  void tell(std::int32_t partition, std::string_view key, std::string_view value) {
    producer.send(changelog, partition, key, value);
    producer.send(out, RD_KAFKA_PARTITION_UA, key, value);
  }

  TempDir directory;
  HandConsumer consumer;
  HandProducer producer;
  rd_kafka_topic_t* out;
  rd_kafka_topic_t* changelog;
  std::vector<std::unique_ptr<HandStore>> stores;
};

}  // namespace

void countByHand(const Run& run, Progress& progress, RunNotes&) {
  HandCount job{run};
  std::vector<Counts> counts(bench_partitions);
  job.consumer.run(
      progress,
      [&](const HandRecord& record) {
        const std::string_view key = record.key;
        const auto partition = static_cast<std::size_t>(record.partition);
        Counts& here = counts[partition];
        const auto found = here.find(key);
        if (found != here.end()) {
          ++found->second;
        } else {
          here.emplace(key, job.stores[partition]->get(key) + 1);
        }
      },
      [] {});
  for (std::size_t partition = 0; partition < counts.size(); ++partition) {
    rocksdb::WriteBatch batch;
    for (const auto& [key, count] : counts[partition]) {
      const auto bytes = encoded(count);
      const std::string_view value{bytes.data(), bytes.size()};
      batch.Put(key, {value.data(), value.size()});
      job.tell(static_cast<std::int32_t>(partition), key, value);
    }
    job.stores[partition]->write(batch);
  }
  job.producer.flush();
}

void countByHandUncached(const Run& run, Progress& progress, RunNotes&) {
  HandCount job{run};
  job.consumer.run(
      progress,
      [&](const HandRecord& record) {
        const std::string_view key = record.key;
        HandStore& store = *job.stores[static_cast<std::size_t>(record.partition)];
        const auto bytes = encoded(store.get(key) + 1);
        const std::string_view value{bytes.data(), bytes.size()};
        store.put(key, value);
        job.tell(record.partition, key, value);
      },
      [&] { job.producer.poll(); });
  job.producer.flush();
}
