#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace widgetstream {

/// Something that is measured again and again: how often it happens, how large it is on average and at most over the
/// last two sample windows (metrics.sample.window.ms), and how often it has happened at all.
///
/// Threads  one records, any reads. Who reads while it is recorded may mix two moments.
class Sensor {
 public:
  explicit Sensor(std::chrono::nanoseconds window) noexcept : window_(window.count()) {}
  Sensor(const Sensor&) = delete;
  Sensor& operator=(const Sensor&) = delete;

  /// `times` events, together `sum`, the largest of them `largest`.
  void record(std::chrono::nanoseconds now, double sum, std::uint64_t times, double largest) noexcept;
  void record(std::chrono::nanoseconds now, double value) noexcept { record(now, value, 1, value); }

  struct Reading {
    double rate = 0;        ///< events a second
    double sum_rate = 0;    ///< sum a second
    double average = 0;     ///< NaN when nothing happened
    double largest = 0;     ///< NaN when nothing happened
    double smallest = 0;    ///< NaN when nothing happened; of single events
    std::uint64_t total = 0;
  };
  [[nodiscard]] Reading read(std::chrono::nanoseconds now) const noexcept;

 private:
  struct Window {
    std::atomic<std::int64_t> begin{-1};
    std::atomic<std::uint64_t> count{0};
    std::atomic<double> sum{0};
    std::atomic<double> largest{0};
    std::atomic<double> smallest{0};
  };

  const std::int64_t window_;
  std::array<Window, 2> windows_;
  std::size_t current_ = 0;  // of who records
  std::atomic<std::uint64_t> total_{0};
};

}  // namespace widgetstream
