#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "runtime/metrics/metric_set.hpp"
#include "widgetstream/runtime/thread_metadata.hpp"

namespace widgetstream {

/// What a stream thread measures of itself: `stream-thread-metrics` and `stream-state-updater-metrics`, level info.
///
/// Threads  the stream thread records.
class ThreadMetrics {
 public:
  ThreadMetrics(MetricsRegistry& registry, const Clock& clock, std::chrono::nanoseconds window,
                const std::string& thread_name);

  void polled(std::chrono::nanoseconds now, std::chrono::nanoseconds took, std::size_t records) noexcept;
  /// One round over all tasks.
  void processed(std::chrono::nanoseconds now, std::chrono::nanoseconds took, std::size_t records) noexcept;
  void punctuated(std::chrono::nanoseconds now, std::chrono::nanoseconds took) noexcept;
  void committed(std::chrono::nanoseconds now, std::chrono::nanoseconds took) noexcept;
  void taskCreated(std::chrono::nanoseconds now) noexcept { created_.record(now, 1); }
  void taskClosed(std::chrono::nanoseconds now) noexcept { closed_.record(now, 1); }
  void restored(std::chrono::nanoseconds now, std::size_t records) noexcept;
  /// The thread waited for a client.
  void blocked(std::chrono::nanoseconds took) noexcept { blocked_->add(static_cast<std::uint64_t>(took.count())); }
  void setTasks(std::size_t tasks, std::size_t restoring) noexcept;
  void setState(ThreadState state) noexcept { state_->set(static_cast<double>(state)); }

  [[nodiscard]] const Sensor& processing() const noexcept { return process_; }

 private:
  void addRatio(const char* name, const char* what, const Sensor& sensor);

  const Clock& clock_;
  Sensor poll_;
  Sensor poll_records_;
  Sensor process_;
  Sensor process_records_;
  Sensor punctuate_;
  Sensor commit_;
  Sensor created_;
  Sensor closed_;
  Sensor restore_;
  std::shared_ptr<Counter> processed_total_;
  std::shared_ptr<Counter> blocked_;
  std::shared_ptr<Gauge> state_;
  std::shared_ptr<Gauge> tasks_;
  std::shared_ptr<Gauge> restoring_tasks_;
  std::shared_ptr<Counter> restored_total_;
  MetricSet thread_set_;
  MetricSet restore_set_;
};

}  // namespace widgetstream
