#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "widgetstream/dsl/operators/aggregate_steps.hpp"
#include "widgetstream/dsl/operators/windowed_writer.hpp"
#include "widgetstream/dsl/sliding_windows.hpp"

namespace widgetstream::detail {

/// The aggregate of each key in each window that its records make, as a table.
///
/// A record belongs to the windows that are there already and reach over it. It makes its left window, which ends with
/// it; its right window, which begins just after it, if younger records are there; and the right window of the record
/// before it, if it is the first to fall into that.
///
/// Shape   TimeWindowedKStream<K, V, SlidingWindows> -> KTable<Windowed<K>, A>
/// State   one entry a key and window, with the largest timestamp that went into it: which tells a window's last record,
///         and so which windows are missing
/// Time    a window takes records while its end is not before the newest time seen less the grace. The newest time is
///         this processor's own
/// Errors  records with a null key or value are dropped and counted; so is a record all of whose windows are closed, and
///         each closed window of one that has open ones too
template <class K, class V, class A, class Step>
class SlidingWindowAggregateProcessor final : public Processor<K, V, Windowed<K>, Change<A>> {
  using Base = Processor<K, V, Windowed<K>, Change<A>>;
  static constexpr Milliseconds next{1};

 public:
  SlidingWindowAggregateProcessor(Step step, SlidingWindows windows, EmitStrategy emit,
                                  std::shared_ptr<const TableState> state)
      : step_(std::move(step)), windows_(windows), emit_(emit), state_(std::move(state)) {}

  using Base::init;
  using Base::process;

  void init(ProcessorContext<Windowed<K>, Change<A>>& context) override { table_.init(context, *state_, emit_); }

  void process(const Record<K, V>& record) override {
    if (!record.key || !record.value) {
      this->context().dropped(record.key ? "null-value" : "null-key");
      return;
    }
    newest_ = later(newest_, record.timestamp);
    close_ = saturatingMinus(newest_, windows_.gracePeriod());
    if (windowFrom(record.timestamp).end < close_) {
      this->context().dropped("late");
      return;
    }
    if (record.timestamp.time_since_epoch() < windows_.timeDifference()) return processEarly(record);
    if (updateWindowsOver(record)) makeWindowsAround(record);
    emitClosed(record);
  }

 private:
  /// A window as the store has it: where it begins, and the newest record in it.
  struct Found {
    Timestamp start;
    Timestamp newest;
  };
  /// An aggregate as it was before this record.
  struct Before {
    std::optional<A> value;
    Timestamp newest = no_timestamp;
  };

  [[nodiscard]] Window windowFrom(Timestamp start) const noexcept {
    return {start, saturatingPlus(start, windows_.timeDifference())};
  }

  // What is known of the windows around the record at hand.
  void forget() {
    found_.clear();
    previous_.reset();
    left_ = {};
    right_ = {};
    left_exists_ = false;
    right_exists_ = false;
  }
  [[nodiscard]] bool exists(Timestamp start) const {
    for (const Found& window : found_) {
      if (window.start == start) return true;
    }
    return false;
  }
  [[nodiscard]] std::optional<A> valueOf(const Record<K, V>& record, const Found& window) {
    return copied(table_.find(*record.key, window.start).value);
  }

  /// Puts the record into the windows that reach over it, the last one first. False when that was all: there are records
  /// of its own time, so every window around it is there.
  bool updateWindowsOver(const Record<K, V>& record) {
    const Milliseconds difference = windows_.timeDifference();
    const Timestamp earliest =
        later(Timestamp{}, saturatingMinus(saturatingMinus(record.timestamp, difference), difference));
    forget();
    table_.store().visitWindows(
        *record.key, earliest, record.timestamp + next,
        [&](Timestamp start, const ValueAndTimestamp<A>& stored) {
          found_.push_back({start, stored.timestamp});
          return windowFrom(start).end >= record.timestamp;  // of those that end before it, the last one is enough
        },
        true);
    bool right_known = false;
    for (const Found& window : found_) {
      const Timestamp end = windowFrom(window.start).end;
      if (window.start == record.timestamp + next) {
        right_exists_ = true;
      } else if (end > record.timestamp) {
        if (!std::exchange(right_known, true)) keepForRight(record, window);
        update(record, window);
      } else if (end == record.timestamp) {
        left_exists_ = true;
        update(record, window);
        if (window.newest >= record.timestamp) return false;
        previous_ = window.newest;
      } else {
        previous_ = window.newest;
        if (!left_exists_ && window.newest >= record.timestamp - difference) {
          left_ = {valueOf(record, window), record.timestamp};
        }
      }
    }
    return true;
  }

  /// The window nearest to the record from the left holds what its right window would, should that have to be made.
  void keepForRight(const Record<K, V>& record, const Found& window) {
    if (!right_exists_ && window.newest > record.timestamp) right_ = {valueOf(record, window), window.newest};
  }

  void makeWindowsAround(const Record<K, V>& record) {
    if (previous_) {
      const Window after_previous = windowFrom(*previous_ + next);
      if (!exists(after_previous.start) && after_previous.end >= record.timestamp) begin(record, after_previous.start);
    }
    if (!left_exists_) {
      const Timestamp start = record.timestamp - windows_.timeDifference();
      if (previous_ && *previous_ >= start) {
        aggregate(record, windowFrom(start), borrowed(left_.value), left_.newest);
      } else {
        begin(record, start);
      }
    }
    makeRightWindow(record);
  }

  /// Records younger than the time difference would have windows that begin before 1970; they share the one that begins
  /// there.
  void processEarly(const Record<K, V>& record) {
    forget();
    table_.store().visitWindows(*record.key, Timestamp{}, record.timestamp + next,
                                [&](Timestamp start, const ValueAndTimestamp<A>& stored) {
                                  found_.push_back({start, stored.timestamp});
                                  return true;
                                });
    right_exists_ = exists(record.timestamp + next);
    const Found* shared = nullptr;
    const Found* nearest = nullptr;
    for (const Found& window : found_) {
      if (window.start == Timestamp{}) {
        shared = &window;
      } else if (window.start <= record.timestamp) {
        nearest = &window;
      }
    }
    if (const Found* const over = nearest ? nearest : shared) keepForRight(record, *over);
    for (const Found& window : found_) {
      if (window.start > Timestamp{} && window.start <= record.timestamp) update(record, window);
    }
    makeRightWindow(record);
    if (shared && shared->newest < record.timestamp && !exists(shared->newest + next)) {
      begin(record, shared->newest + next);
    }
    if (shared) {
      update(record, *shared);
    } else {
      begin(record, Timestamp{});
    }
  }

  void makeRightWindow(const Record<K, V>& record) {
    if (!right_.value) return;
    table_.write(record, windowFrom(record.timestamp + next), borrowed(right_.value), {}, right_.newest);
  }

  void update(const Record<K, V>& record, const Found& window) {
    if (isClosed(windowFrom(window.start))) return;
    const StoredValue<A> before = table_.find(*record.key, window.start);
    write(record, windowFrom(window.start), before.value, before.timestamp);
  }
  /// A window with nothing in it yet.
  void begin(const Record<K, V>& record, Timestamp start) {
    const std::optional<A> initial = step_.initial();
    aggregate(record, windowFrom(start), borrowed(initial), record.timestamp);
  }
  void aggregate(const Record<K, V>& record, const Window& window, Nullable<A> before, Timestamp newest) {
    if (!isClosed(window)) write(record, window, before, newest);
  }
  void write(const Record<K, V>& record, const Window& window, Nullable<A> before, Timestamp newest) {
    const std::optional<A> updated = step_.add(record, before, this->context().recordContext());
    table_.write(record, window, borrowed(updated), before,
                 before ? later(record.timestamp, newest) : record.timestamp);
  }
  [[nodiscard]] bool isClosed(const Window& window) {
    if (window.end >= close_) return false;
    this->context().dropped("late");
    return true;
  }

  void emitClosed(const Record<K, V>& record) {
    CloseWatch& watch = table_.watch();
    if (!watch || !watch.isDue(close_)) return;
    const Milliseconds difference = windows_.timeDifference();
    const Timestamp last = saturatingMinus(saturatingMinus(close_, difference), next);
    if (last < Timestamp{}) return;
    const Timestamp first =
        watch.last() == no_timestamp ? Timestamp{} : later(Timestamp{}, saturatingMinus(watch.last(), difference));
    table_.emitClosed(first, last, close_, *record.headers);
  }

  Step step_;
  SlidingWindows windows_;
  EmitStrategy emit_;
  std::shared_ptr<const TableState> state_;
  WindowWriter<K, A> table_;
  Timestamp newest_ = no_timestamp;

  // Of the record at hand.
  Timestamp close_ = no_timestamp;
  std::vector<Found> found_;
  std::optional<Timestamp> previous_;  ///< the time of the record before it
  Before left_;                        ///< what goes into its left window
  Before right_;                       ///< what goes into its right window; empty: there is none to make
  bool left_exists_ = false;
  bool right_exists_ = false;
};

}  // namespace widgetstream::detail
