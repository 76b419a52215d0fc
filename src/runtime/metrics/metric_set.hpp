#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/metrics/sensor.hpp"
#include "widgetstream/core/clock.hpp"
#include "widgetstream/core/metrics.hpp"

namespace widgetstream {

/// Kafka Streams' name as the usual exporter of Java's metrics writes it:
/// ("stream-thread-metrics", "commit-latency-avg") -> kafka_streams_stream_thread_metrics_commit_latency_avg
[[nodiscard]] std::string kafkaMetricName(std::string_view group, std::string_view name);

/// Metrics of one thing, a thread or a task, under Kafka Streams' names. They end with this object.
///
/// Threads  made and ended by one; what it reads must be readable from any until then.
class MetricSet {
 public:
  MetricSet(MetricsRegistry& registry, const Clock& clock, std::string group, MetricLabels labels);

  void gauge(std::string_view name, const std::string& help, std::function<double()> read);
  void count(std::string_view name, const std::string& help, std::function<double()> read);
  [[nodiscard]] std::shared_ptr<Counter> counter(std::string_view name, const std::string& help,
                                                 const MetricLabels& further = {});
  /// A number that somebody sets.
  [[nodiscard]] std::shared_ptr<Gauge> value(std::string_view name, const std::string& help);

  /// `<name>-rate` and `<name>-total`, of events.
  void rateAndTotal(const std::string& name, const std::string& events, const Sensor& sensor);
  /// `<name>-avg` and `<name>-max`.
  void averageAndMaximum(const std::string& name, const std::string& what, const Sensor& sensor);
  /// `<name>-latency-avg`, `-latency-max` in milliseconds, and rateAndTotal(). The sensor is given milliseconds.
  void latency(const std::string& name, const std::string& events, const Sensor& sensor);

 private:
  using Part = double Sensor::Reading::*;
  [[nodiscard]] std::function<double()> readerOf(const Sensor& sensor, Part part) const;

  MetricsRegistry& registry_;
  const Clock& clock_;
  const std::string group_;
  const MetricLabels labels_;
  std::vector<std::shared_ptr<void>> tokens_;
};

[[nodiscard]] constexpr double millisOf(std::chrono::nanoseconds time) noexcept {
  return static_cast<double>(time.count()) / 1e6;
}

}  // namespace widgetstream
