#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/metrics/metric_set.hpp"
#include "widgetstream/state/store_measure.hpp"

namespace widgetstream {

/// What is measured of one store: `stream-state-metrics` and `stream-record-cache-metrics`, level debug. One operation in
/// sixteen is timed, and stands for the others.
///
/// Units    nanoseconds, as in Java.
/// Threads  the thread of the store's task.
class StoreMetrics final : public StoreMeasure {
 public:
  StoreMetrics(MetricsRegistry& registry, const Clock& clock, std::chrono::nanoseconds window, MetricLabels labels);

  [[nodiscard]] bool began(Operation operation) noexcept override;
  void took(Operation operation, std::chrono::nanoseconds time) noexcept override;
  void lookedUp(bool in_memory) noexcept override;

 private:
  struct Measured {
    explicit Measured(std::chrono::nanoseconds window) : sensor(window) {}
    Sensor sensor;
    std::uint64_t since_timed = 0;
  };

  const Clock& clock_;
  std::array<std::unique_ptr<Measured>, operations> measured_;
  Sensor hits_;
  std::uint32_t looked_up_ = 0;
  std::uint32_t found_ = 0;
  MetricSet state_set_;
  MetricSet cache_set_;
};

}  // namespace widgetstream
