#include "runtime/metrics/sensor.hpp"

#include <algorithm>
#include <limits>

namespace widgetstream {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

/// One thread writes, so a plain sum will do.
template <class Number>
void add(std::atomic<Number>& to, Number amount) noexcept {
  to.store(to.load(relaxed) + amount, relaxed);
}

}  // namespace

void Sensor::record(std::chrono::nanoseconds now, double sum, std::uint64_t times, double largest) noexcept {
  Window* window = &windows_[current_];
  const std::int64_t begin = window->begin.load(relaxed);
  if (begin < 0 || now.count() - begin >= window_) {
    if (begin >= 0) current_ = 1 - current_;
    window = &windows_[current_];
    window->count.store(0, relaxed);
    window->sum.store(0, relaxed);
    window->largest.store(largest, relaxed);
    window->smallest.store(largest, relaxed);
    window->begin.store(now.count(), relaxed);
  }
  add(window->count, times);
  add(window->sum, sum);
  if (largest > window->largest.load(relaxed)) window->largest.store(largest, relaxed);
  if (largest < window->smallest.load(relaxed)) window->smallest.store(largest, relaxed);
  add(total_, times);
}

Sensor::Reading Sensor::read(std::chrono::nanoseconds now) const noexcept {
  Reading reading;
  reading.total = total_.load(relaxed);
  reading.average = reading.largest = reading.smallest = std::numeric_limits<double>::quiet_NaN();
  std::uint64_t count = 0;
  double sum = 0;
  std::int64_t oldest = now.count();
  for (const Window& window : windows_) {
    const std::int64_t begin = window.begin.load(relaxed);
    // Java's: what is older than all samples together does not count any more.
    if (begin < 0 || now.count() - begin > 2 * window_ || window.count.load(relaxed) == 0) continue;
    const double largest = window.largest.load(relaxed);
    const double smallest = window.smallest.load(relaxed);
    reading.largest = count == 0 ? largest : std::max(reading.largest, largest);
    reading.smallest = count == 0 ? smallest : std::min(reading.smallest, smallest);
    count += window.count.load(relaxed);
    sum += window.sum.load(relaxed);
    oldest = std::min(oldest, begin);
  }
  if (count == 0) return reading;
  reading.average = sum / static_cast<double>(count);
  // The rate of a young sensor is not that of its first moments.
  const double seconds = static_cast<double>(std::max(now.count() - oldest, window_)) / 1e9;
  reading.rate = static_cast<double>(count) / seconds;
  reading.sum_rate = sum / seconds;
  return reading;
}

}  // namespace widgetstream
