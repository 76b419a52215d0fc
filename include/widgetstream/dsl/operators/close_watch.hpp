#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "widgetstream/processor/processor_context.hpp"

namespace widgetstream::detail {

/// When an aggregate that emits on window close looks for results: at most once an emit interval by the clock, and only
/// when the time at which windows close has moved on. How far it came is noted with the offsets, so that a restart
/// emits nothing twice (contract 6.1).
class CloseWatch {
 public:
  /// `store` is the key of the note.
  void init(AnyProcessorContext& context, std::string store);
  /// True for aggregates that emit on close.
  [[nodiscard]] explicit operator bool() const noexcept { return context_ != nullptr; }

  /// True when results are to be looked for now. Windows that end before `close` are closed.
  [[nodiscard]] bool isDue(Timestamp close);
  /// Where the last emission stood; no_timestamp before the first.
  [[nodiscard]] Timestamp last() const noexcept { return last_; }
  /// `results` were told; they are counted (widgetstream_window_results_total).
  void emitted(Timestamp close, std::uint64_t results);

 private:
  AnyProcessorContext* context_ = nullptr;
  std::string store_;
  std::shared_ptr<Counter> results_;
  Timestamp last_ = no_timestamp;
  Timestamp next_{};  // by the clock
};

}  // namespace widgetstream::detail
