#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <semaphore>

#include "widgetstream/serde/builtin_serdes.hpp"

/// Sees the first record of a run come and its last one go by.
///
/// Threads  one() and waitForAll() from any; firstAt() after the latter.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Progress(std::int64_t total) : total_(total) {}

  void one() {
    const std::int64_t seen = seen_.fetch_add(1, std::memory_order_acq_rel) + 1;
    if (seen == 1) first_at_ = Clock::now();
    if (seen == total_) all_.release();
  }
  /// For work that is not seen record by record: when it began. Its end is told by giveUp().
  void beganAt(Clock::time_point began) { first_at_ = began; }
  /// Also returns after giveUp().
  void waitForAll() { all_.acquire(); }
  void giveUp() { all_.release(); }
  [[nodiscard]] bool complete() const { return seen_ >= total_; }
  [[nodiscard]] Clock::time_point firstAt() const { return first_at_; }

 private:
  std::int64_t total_;
  std::atomic<std::int64_t> seen_{0};
  Clock::time_point first_at_{};
  std::counting_semaphore<> all_{0};
};

/// Text whose every decoding is told. As the value serde of a source it counts records without a node of its own, which
/// the measured topology would pay for.
class CountingTextSerde {
 public:
  explicit CountingTextSerde(Progress& progress) : progress_(&progress) {}

  void encode(const std::string& value, widgetstream::Bytes& out) const { text_.encode(value, out); }
  [[nodiscard]] std::string decode(widgetstream::BytesView bytes) const {
    progress_->one();
    return text_.decode(bytes);
  }
  void decodeInto(widgetstream::BytesView bytes, std::string& into) const {
    progress_->one();
    text_.decodeInto(bytes, into);
  }

 private:
  Progress* progress_;
  widgetstream::StringSerde text_;
};
