#include "widgetstream/core/clock.hpp"

#include <ctime>

namespace widgetstream {
namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
  }
  // It counts the time a machine is suspended, which std::chrono::steady_clock does not: sessions end meanwhile.
  [[nodiscard]] std::chrono::nanoseconds elapsed() const override {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
  }
};

}  // namespace

const Clock& systemClock() noexcept {
  static const SystemClock clock;
  return clock;
}

}  // namespace widgetstream
