#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream {

/// How far repartition topics are done with, gathered from all threads until somebody deletes the records.
///
/// Threads  any.
class PurgeBox {
 public:
  void add(const std::map<TopicPartition, std::int64_t>& offsets) {
    if (offsets.empty()) return;
    const std::lock_guard lock{mutex_};
    for (const auto& [partition, offset] : offsets) offsets_[partition] = offset;
  }
  [[nodiscard]] std::map<TopicPartition, std::int64_t> take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(offsets_, {});
  }

 private:
  std::mutex mutex_;
  std::map<TopicPartition, std::int64_t> offsets_;  // guarded by mutex_
};

}  // namespace widgetstream
