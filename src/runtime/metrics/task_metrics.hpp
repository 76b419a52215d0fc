#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/metrics/metric_set.hpp"
#include "runtime/metrics/metrics_settings.hpp"
#include "runtime/metrics/store_metrics.hpp"
#include "runtime/metrics/thread_metrics.hpp"
#include "runtime/metrics/topic_traffic.hpp"
#include "widgetstream/core/task_id.hpp"
#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream {

/// What is measured of a task: `stream-task-metrics`, `stream-topic-metrics`, `stream-processor-node-metrics`, and the
/// consumer's `records-lag` of its inputs. They bear the name of the thread that has the task.
///
/// Threads  the task's thread.
class TaskMetrics {
 public:
  /// `thread` is empty, and `of_thread` null, where tasks run without stream threads.
  TaskMetrics(MetricsRegistry& registry, const Clock& clock, const MetricsSettings& settings, const TaskId& task,
              const std::string& thread, const ThreadMetrics* of_thread);

  [[nodiscard]] const MetricsSettings& settings() const noexcept { return settings_; }
  void dropped(std::string_view reason);
  void processed(std::chrono::nanoseconds now, std::chrono::nanoseconds took, std::size_t records) noexcept;
  void punctuated(std::chrono::nanoseconds now, std::chrono::nanoseconds took) noexcept;
  /// How far behind stream time a record was; level debug.
  void late(std::chrono::nanoseconds now, Milliseconds by) noexcept {
    lateness_.record(now, static_cast<double>(by.count()));
  }
  /// A record was taken although an input that might have had an earlier one was empty; level debug.
  void enforced(std::chrono::nanoseconds now) noexcept { enforced_.record(now, 1); }
  void restored(std::chrono::nanoseconds now, std::size_t records) noexcept;
  void setRestoreRemaining(std::int64_t offsets) noexcept { remaining_->set(static_cast<double>(offsets)); }
  void setBuffered(std::size_t records, std::size_t cache_bytes) noexcept;

  void connectSource(TopicTraffic& traffic, const std::string& node, const std::string& topic);
  void connectSink(TopicTraffic& traffic, const std::string& node, const std::string& topic);
  /// A source or a node without children.
  [[nodiscard]] std::shared_ptr<Sensor> endToEnd(const std::string& node);
  /// Null but at level debug.
  [[nodiscard]] StoreMeasure* store(const std::string& name);
  /// Records of an input that are not processed yet.
  [[nodiscard]] std::shared_ptr<Gauge> lag(const TopicPartition& partition);

 private:
  void connect(TopicTraffic& traffic, const char* what, const std::string& node, const std::string& topic);

  MetricsRegistry& registry_;
  const Clock& clock_;
  const MetricsSettings settings_;
  const MetricLabels labels_;
  Sensor process_;
  Sensor punctuate_;
  Sensor lateness_;
  Sensor enforced_;
  Sensor restore_;
  Sensor dropped_;
  std::vector<std::pair<std::string, std::shared_ptr<Counter>>> dropped_by_reason_;
  std::shared_ptr<Gauge> remaining_;
  std::shared_ptr<Gauge> buffered_;
  std::shared_ptr<Gauge> cache_bytes_;
  std::map<std::string, std::shared_ptr<Sensor>> end_to_end_;  // by node
  std::vector<std::unique_ptr<MetricSet>> node_sets_;
  std::vector<std::shared_ptr<void>> lags_;
  std::vector<std::unique_ptr<StoreMetrics>> stores_;
  MetricSet task_set_;
};

}  // namespace widgetstream
