#include "bench/compare/hand_count.hpp"

#include <rocksdb/write_batch.h>

#include <memory>

#include "bench/compare/hand_store.hpp"
#include "bench/support/hand_clients.hpp"
#include "tests/support/temp_dir.hpp"

using namespace widgetstream;

namespace {

using Counts = HandTable<std::int64_t>;

/// What both ways have in common.
struct HandCount {
  explicit HandCount(const Run& run)
      : consumer(run.bootstrap_servers, run.input, run.partitions),
        producer(run.bootstrap_servers),
        out(producer.topic(run.output)),
        changelog(producer.topic(run.application_id + "-counts-changelog")) {
    for (int partition = 0; partition < run.partitions; ++partition) {
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
  std::vector<Counts> counts(static_cast<std::size_t>(run.partitions));
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

void countWindowsByHand(const Run& run, Progress& progress, RunNotes&) {
  constexpr std::int64_t window_ms = 10'000;
  struct Window {
    std::int64_t start = -1;
    Counts counts;
  };
  HandCount job{run};
  std::vector<Window> windows(static_cast<std::size_t>(run.partitions));
  std::string key_of_window;
  const auto write = [&](std::int32_t partition) {
    Window& window = windows[static_cast<std::size_t>(partition)];
    const auto start = encoded(window.start);
    rocksdb::WriteBatch batch;
    for (const auto& [key, count] : window.counts) {
      key_of_window.assign(key).append(start.data(), start.size());
      const auto bytes = encoded(count);
      const std::string_view value{bytes.data(), bytes.size()};
      batch.Put(key_of_window, {value.data(), value.size()});
      job.tell(partition, key_of_window, value);
    }
    job.stores[static_cast<std::size_t>(partition)]->write(batch);
    window.counts.clear();
  };
  job.consumer.run(
      progress,
      [&](const HandRecord& record) {
        Window& window = windows[static_cast<std::size_t>(record.partition)];
        const std::int64_t start = record.timestamp_ms / window_ms * window_ms;
        if (start > window.start) {
          write(record.partition);
          window.start = start;
        }
        const std::string_view key = record.key;
        const auto found = window.counts.find(key);
        if (found != window.counts.end()) {
          ++found->second;
        } else {
          window.counts.emplace(key, 1);
        }
      },
      [&] { job.producer.poll(); });
  for (std::int32_t partition = 0; partition < run.partitions; ++partition) write(partition);
  job.producer.flush();
}
