#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace widgetstream {

/// Names and values that tell one series of a metric from another: {"task", "0_1"}.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

/// A number that only grows.
///
/// Threads  any.
class Counter {
 public:
  void add(std::uint64_t amount = 1) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down.
class Gauge {
 public:
  void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] double value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// The application's metrics.
///
/// Names    Prometheus style: widgetstream_dead_letters_total. Counters end in _total, units are base units.
/// Threads  any.
class MetricsRegistry {
 public:
  /// The counter of this name and these labels; made at the first call, the same one afterwards. It lives as long as the
  /// registry.
  [[nodiscard]] std::shared_ptr<Counter> counter(const std::string& name, const std::string& help, MetricLabels labels = {});
  [[nodiscard]] std::shared_ptr<Gauge> gauge(const std::string& name, const std::string& help, MetricLabels labels = {});
  /// The same, of something that may go: the series ends with the last holder of the pointer.
  [[nodiscard]] std::shared_ptr<Counter> passingCounter(const std::string& name, const std::string& help,
                                                        MetricLabels labels);

  /// A gauge that is asked when read; `read` must be callable from any thread until the returned token dies.
  [[nodiscard]] std::shared_ptr<void> observe(const std::string& name, const std::string& help, MetricLabels labels,
                                              std::function<double()> read);
  /// The same, for a number that only grows.
  [[nodiscard]] std::shared_ptr<void> observeCount(const std::string& name, const std::string& help, MetricLabels labels,
                                                   std::function<double()> read);

  /// Forgets the series whose labels contain `label`: a task that left takes its series along.
  void remove(const std::pair<std::string, std::string>& label);

  /// Sum over all series of a counter; 0 when there is none.
  [[nodiscard]] std::uint64_t total(const std::string& name) const;

  /// The text exposition format of Prometheus, version 0.0.4.
  [[nodiscard]] std::string prometheus() const;

 private:
  struct Series {
    std::string name;
    std::string help;
    MetricLabels labels;
    std::shared_ptr<Counter> counter;
    std::weak_ptr<Counter> passing;
    std::shared_ptr<Gauge> gauge;
    std::weak_ptr<std::function<double()>> observer;
    bool counts = false;  ///< of an observer

    [[nodiscard]] bool gone() const noexcept { return !counter && !gauge && passing.expired() && observer.expired(); }
  };
  Series& find(const std::string& name, const std::string& help, MetricLabels&& labels);
  std::shared_ptr<void> observed(const std::string& name, const std::string& help, MetricLabels&& labels,
                                 std::function<double()>&& read, bool counts);
  void forgetGone();

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Series>> series_;           // guarded by mutex_
  std::unordered_map<std::string, Series*> by_identity_;  // guarded by mutex_; name and labels as they are written
  std::size_t look_again_at_ = 64;                        // guarded by mutex_; series, when the gone ones are swept
};

}  // namespace widgetstream
