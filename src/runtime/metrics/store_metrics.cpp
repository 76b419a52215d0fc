#include "runtime/metrics/store_metrics.hpp"

namespace widgetstream {
namespace {

constexpr std::uint64_t timed_one_in = 16;
/// A hit ratio is that of so many look-ups.
constexpr std::uint32_t ratio_of = 256;

const char* nameOf(StoreMeasure::Operation operation) {
  switch (operation) {
    case StoreMeasure::Operation::get:
      return "get";
    case StoreMeasure::Operation::put:
      return "put";
    case StoreMeasure::Operation::remove:
      return "delete";
    case StoreMeasure::Operation::range:
      return "range";
    case StoreMeasure::Operation::flush:
      return "flush";
    case StoreMeasure::Operation::commit:
      return "commit";
    case StoreMeasure::Operation::restore:
      return "restore";
  }
  return "other";
}

}  // namespace

StoreMetrics::StoreMetrics(MetricsRegistry& registry, const Clock& clock, std::chrono::nanoseconds window,
                           MetricLabels labels)
    : clock_(clock),
      hits_(window),
      state_set_(registry, clock, "stream-state-metrics", labels),
      cache_set_(registry, clock, "stream-record-cache-metrics", std::move(labels)) {
  for (std::size_t i = 0; i < measured_.size(); ++i) {
    measured_[i] = std::make_unique<Measured>(window);
    const std::string name = nameOf(static_cast<Operation>(i));
    const Sensor& sensor = measured_[i]->sensor;
    state_set_.averageAndMaximum(name + "-latency", "nanoseconds of a " + name, sensor);
    state_set_.gauge(name + "-rate", "Average number of " + name + " operations a second.",
                     [&sensor, &clock] { return sensor.read(clock.elapsed()).rate; });
  }
  cache_set_.gauge("hit-ratio-avg", "Average share of look-ups that find their entry in memory.",
                   [this] { return hits_.read(clock_.elapsed()).average; });
  cache_set_.gauge("hit-ratio-min", "Smallest share of look-ups that find their entry in memory.",
                   [this] { return hits_.read(clock_.elapsed()).smallest; });
  cache_set_.gauge("hit-ratio-max", "Largest share of look-ups that find their entry in memory.",
                   [this] { return hits_.read(clock_.elapsed()).largest; });
}

bool StoreMetrics::began(Operation operation) noexcept {
  return measured_[static_cast<std::size_t>(operation)]->since_timed++ % timed_one_in == 0;
}

void StoreMetrics::took(Operation operation, std::chrono::nanoseconds time) noexcept {
  Measured& measured = *measured_[static_cast<std::size_t>(operation)];
  // The one that was timed stands for those since the last one.
  const std::uint64_t times = measured.since_timed < timed_one_in ? 1 : timed_one_in;
  const auto nanos = static_cast<double>(time.count());
  measured.sensor.record(clock_.elapsed(), nanos * static_cast<double>(times), times, nanos);
}

void StoreMetrics::lookedUp(bool in_memory) noexcept {
  ++looked_up_;
  found_ += in_memory ? 1 : 0;
  if (looked_up_ < ratio_of) return;
  hits_.record(clock_.elapsed(), static_cast<double>(found_) / static_cast<double>(looked_up_));
  looked_up_ = found_ = 0;
}

}  // namespace widgetstream
