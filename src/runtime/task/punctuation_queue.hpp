#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "widgetstream/processor/processor_context.hpp"

namespace widgetstream {

class ProcessorNode;

/// When which punctuator of a task is due, for one kind of time (contract 8.4).
///
/// Time     a schedule fires once when the time has reached its due time, and is next due one interval later, or, when
///          that has passed as well, at the next multiple of the interval after now: missed times collapse.
class PunctuationQueue {
 public:
  struct Schedule {
    ProcessorNode* node;
    Milliseconds interval;
    Timestamp due;
    Punctuator punctuate;
    std::shared_ptr<bool> active;

    /// To the next time: one interval later, or the first on the grid of its due times that is after `now`.
    void moveOn(Timestamp now) {
      // Java's PunctuationSchedule.next
      due += interval;
      if (due <= now) due += ((now - due) / interval + 1) * interval;
    }
  };

  void add(Schedule schedule) { schedules_.push_back(std::make_unique<Schedule>(std::move(schedule))); }
  [[nodiscard]] bool isDue(Timestamp now) const noexcept { return !schedules_.empty() && earliest() <= now; }
  /// When the next one is due; nullopt without schedules.
  [[nodiscard]] std::optional<Timestamp> nextDue() const;
  void clear() { schedules_.clear(); }

  /// Calls `fire(schedule)` for each that is due, earliest first; what a punctuator schedules meanwhile may fire too.
  /// True if any fired.
  template <class Fire>
  bool run(Timestamp now, Fire&& fire) {
    bool fired = false;
    while (Schedule* due = takeDue(now)) {
      fire(*due);
      fired = true;
    }
    dropCancelled();
    return fired;
  }

 private:
  [[nodiscard]] Timestamp earliest() const noexcept;
  /// The earliest schedule that is due, already moved on to its next time.
  Schedule* takeDue(Timestamp now);
  void dropCancelled();

  std::vector<std::unique_ptr<Schedule>> schedules_;
};

}  // namespace widgetstream
