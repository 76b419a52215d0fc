#pragma once

#include <string>
#include <vector>

#include "runtime/task/task.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/topology/topology.hpp"

/// Acknowledges everything at once and keeps nothing.
class DiscardingProducer final : public widgetstream::Producer {
 public:
  [[nodiscard]] Topic& topic(const std::string&) override { return reinterpret_cast<Topic&>(topic_); }
  [[nodiscard]] std::int32_t partitionCount(Topic&, widgetstream::Milliseconds) override { return 1; }
  [[nodiscard]] bool send(Topic&, const widgetstream::OutgoingRecord&, widgetstream::DeliveryChannel& to) override {
    to.deliveries.began();
    to.acknowledged(++sent_);
    return true;
  }
  void discard() override {}
  void poll(widgetstream::Milliseconds) override {}
  [[nodiscard]] bool flush(widgetstream::Deliveries&, widgetstream::Milliseconds) override { return true; }
  [[nodiscard]] std::int64_t sent() const { return sent_; }

 private:
  char topic_ = 0;
  std::int64_t sent_ = 0;
};

/// One task over a topology with the one source "in", fed from memory, without a broker or threads.
class TaskHarness {
 public:
  TaskHarness(widgetstream::Topology topology, std::size_t cache_bytes)
      : topology_(std::move(topology)),
        cache_{cache_bytes, 0},
        task_(widgetstream::wholeTopology(topology_.graph(), "bench"), environment_) {
    task_.openStores();
    task_.initialize({}, now_);
  }

  /// Hands the task one record after the other; keys and values must outlive the harness.
  void process(const std::vector<std::string>& keys, const std::string& value) {
    static const widgetstream::FetchedRecord::Owner nobody{[](void*) noexcept {},
                                                           [](void*, widgetstream::Headers& into) { into.clear(); }};
    for (const std::string& key : keys) {
      widgetstream::FetchedRecord record{nobody, nullptr};
      record.offset = next_offset_++;
      record.timestamp = now_;
      record.key = key;
      record.value = value;
      task_.enqueue(0, std::move(record));
    }
    while (task_.process(keys.size(), now_) > 0) {
    }
  }

  void commit() {
    task_.prepareCommit();
    (void)task_.settle();
    task_.postCommit(task_.committable());
  }

  [[nodiscard]] const DiscardingProducer& producer() const { return producer_; }

 private:
  widgetstream::Topology topology_;
  DiscardingProducer producer_;
  widgetstream::MetricsRegistry metrics_;
  widgetstream::TempDir directory_;
  widgetstream::CacheBudget cache_;
  widgetstream::Timestamp now_ = widgetstream::fromMillis(1'769'860'800'000);
  widgetstream::TaskEnvironment environment_{.graph = &topology_.graph(),
                                             .application_id = "bench",
                                             .state_directory = directory_.path(),
                                             .producer = producer_,
                                             .clock = widgetstream::systemClock(),
                                             .metrics = metrics_,
                                             .cache = &cache_,
                                             .max_task_idle = widgetstream::Milliseconds{-1}};
  std::int64_t next_offset_ = 0;
  widgetstream::Task task_;
};
