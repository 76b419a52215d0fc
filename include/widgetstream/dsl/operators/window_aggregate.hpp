#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <utility>

#include "widgetstream/dsl/operators/aggregate_steps.hpp"
#include "widgetstream/dsl/operators/windowed_writer.hpp"
#include "widgetstream/dsl/time_windows.hpp"

namespace widgetstream::detail {

/// The aggregate of each key in each window its records fall into, as a table.
///
/// Shape   TimeWindowedKStream<K, V, W> -> KTable<Windowed<K>, A>
/// State   one entry a key and window, with the largest timestamp that went into it
/// Time    a window takes records while its end is after the newest time seen less the grace. The newest time is this
///         processor's own, and starts anew with the task
/// Errors  records with a null key are dropped and counted. Null values are aggregated like others, as in Java. A record
///         is counted as dropped once for each of its windows that is closed
template <class K, class V, class A, class Step, FixedWindows W>
class WindowAggregateProcessor final : public Processor<K, V, Windowed<K>, Change<A>> {
  using Base = Processor<K, V, Windowed<K>, Change<A>>;

 public:
  WindowAggregateProcessor(Step step, W windows, EmitStrategy emit, std::shared_ptr<const TableState> state)
      : step_(std::move(step)), windows_(std::move(windows)), emit_(emit), state_(std::move(state)) {}

  using Base::init;
  using Base::process;

  void init(ProcessorContext<Windowed<K>, Change<A>>& context) override { table_.init(context, *state_, emit_); }

  void process(const Record<K, V>& record) override {
    if (!record.key) {
      this->context().dropped("null-key");
      return;
    }
    newest_ = later(newest_, record.timestamp);
    const Timestamp close = saturatingMinus(newest_, windows_.gracePeriod());
    for (const Window window : windows_.windowsFor(record.timestamp)) {
      requirePossible(window);
      if (window.end > close) {
        update(record, window);
      } else {
        this->context().dropped("late");
      }
    }
    if constexpr (std::same_as<W, TimeWindows>) emitClosed(record, close);
  }

 private:
  void update(const Record<K, V>& record, const Window& window) {
    const StoredValue<A> old = table_.find(*record.key, window.start);
    const Timestamp timestamp = old.value ? later(old.timestamp, record.timestamp) : record.timestamp;
    const AggregateBefore<A> before{old.value, step_};
    const std::optional<A> updated = step_.add(record, before.value(), this->context().recordContext());
    table_.write(record, window, borrowed(updated), before.value(), timestamp);
  }

  void emitClosed(const Record<K, V>& record, Timestamp close) {
    CloseWatch& watch = table_.watch();
    if (!watch || !watch.isDue(close)) return;
    const Timestamp last = saturatingMinus(close, windows_.size());
    if (last < Timestamp{}) return;
    constexpr Milliseconds next{1};
    Timestamp first{};
    if (watch.last() != no_timestamp) {
      first = later(Timestamp{}, saturatingMinus(watch.last(), windows_.size())) + next;
      // No window has closed since.
      if (windows_.windowsFor(last) == windows_.windowsFor(first - next)) return;
    }
    table_.emitClosed(first, last, close, *record.headers);
  }

  /// Windows of the user's own may be anything.
  void requirePossible(const Window& window) const {
    if (window.start >= Timestamp{} && window.end > window.start) return;
    throw Error{ErrorKind::bad_record, "windowsFor() gave window " + toString(window) +
                                           ", which starts before 1970 or does not end after its start"};
  }

  Step step_;
  W windows_;
  EmitStrategy emit_;
  std::shared_ptr<const TableState> state_;
  WindowWriter<K, A> table_;
  Timestamp newest_ = no_timestamp;
};

}  // namespace widgetstream::detail
