#pragma once

#include <chrono>

namespace widgetstream {

/// Is told what a store does, at the recording level debug (metrics.recording.level).
///
/// Threads  the owner of the store.
class StoreMeasure {
 public:
  enum class Operation { get, put, remove, range, flush, commit, restore };
  static constexpr int operations = 7;

  virtual ~StoreMeasure() = default;
  /// One operation begins; true if it is to be timed.
  [[nodiscard]] virtual bool began(Operation operation) noexcept = 0;
  virtual void took(Operation operation, std::chrono::nanoseconds time) noexcept = 0;
  /// A look-up has found its entry in memory, or had to ask the engine.
  virtual void lookedUp(bool in_memory) noexcept = 0;
};

/// Times an operation as long as it lives, if it is one of those that are timed. `measure` may be null.
class MeasuredOperation {
 public:
  MeasuredOperation(StoreMeasure* measure, StoreMeasure::Operation operation) noexcept
      : measure_(measure && measure->began(operation) ? measure : nullptr), operation_(operation) {
    if (measure_) began_ = std::chrono::steady_clock::now();
  }
  ~MeasuredOperation() {
    if (measure_) measure_->took(operation_, std::chrono::steady_clock::now() - began_);
  }
  MeasuredOperation(const MeasuredOperation&) = delete;
  MeasuredOperation& operator=(const MeasuredOperation&) = delete;

 private:
  StoreMeasure* measure_;
  StoreMeasure::Operation operation_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace widgetstream
