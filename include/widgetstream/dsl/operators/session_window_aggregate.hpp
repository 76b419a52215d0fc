#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "widgetstream/dsl/operators/aggregate_steps.hpp"
#include "widgetstream/dsl/operators/windowed_writer.hpp"
#include "widgetstream/dsl/session_windows.hpp"

namespace widgetstream::detail {

/// The aggregate of each session of each key, as a table.
///
/// Shape   SessionWindowedKStream<K, V> -> KTable<Windowed<K>, A>
/// State   one entry a session. A record that lies in or near sessions replaces them by one: each of them is removed and
///         told as deleted, then the new one is put, also if it is as long as the old one
/// Time    a result's time is the end of its session; it bears no headers. A session takes records while its end is not
///         more than gap and grace before the newest time seen, which is this processor's own
/// Errors  records with a null key are dropped and counted, and those of sessions that are closed. Null values are
///         aggregated like others, as in Java
template <class K, class V, class A, class Step>
class SessionWindowAggregateProcessor final : public Processor<K, V, Windowed<K>, Change<A>> {
  using Base = Processor<K, V, Windowed<K>, Change<A>>;
  using Store = TypedSessionStore<K, A>;

 public:
  SessionWindowAggregateProcessor(Step step, SessionWindows windows, EmitStrategy emit,
                                  std::shared_ptr<const TableState> state)
      : step_(std::move(step)), windows_(windows), emit_(emit), state_(std::move(state)) {}

  using Base::init;
  using Base::process;

  void init(ProcessorContext<Windowed<K>, Change<A>>& context) override {
    store_ = &context.template getStateStore<Store>(state_->store);
    forwarder_.init(context, *store_, *state_, emit_, true);
  }

  void process(const Record<K, V>& record) override {
    if (!record.key) {
      this->context().dropped("null-key");
      return;
    }
    newest_ = later(newest_, record.timestamp);
    const Timestamp close = saturatingMinus(newest_, saturatingSum(windows_.gracePeriod(), windows_.inactivityGap()));
    const Window alone{record.timestamp, record.timestamp};
    Window session = alone;
    const std::optional<A> before = gather(record, session);
    if (session.end < close) {
      this->context().dropped("late");
    } else {
      if (session != alone) removeGathered(record);
      put(record, session, step_.add(record, borrowed(before), this->context().recordContext()));
    }
    emitClosed(record, close);
  }

 private:
  /// Finds the sessions that the record belongs to and widens `session` to hold them. Their aggregate in one.
  [[nodiscard]] std::optional<A> gather(const Record<K, V>& record, Window& session) {
    gathered_.clear();
    std::optional<A> aggregate = step_.initial();
    store_->visitSessions(*record.key, saturatingMinus(record.timestamp, windows_.inactivityGap()),
                          saturatingPlus(record.timestamp, windows_.inactivityGap()),
                          [&](const Window& found, const A& value) {
                            gathered_.push_back(found);
                            aggregate = step_.merge(*record.key, borrowed(aggregate), Nullable<A>{value});
                            session = {earlier(session.start, found.start), later(session.end, found.end)};
                            return true;
                          });
    return aggregate;
  }

  void removeGathered(const Record<K, V>& record) {
    for (const Window& session : gathered_) {
      const bool tell_old = forwarder_.atOnce() && forwarder_.sendsOldValues();
      const Nullable<A> old_value = tell_old ? store_->find(*record.key, session) : Nullable<A>{};
      store_->remove(*record.key, session, stamp(record));
      if (forwarder_.atOnce()) forwarder_.forward(*record.key, session, {}, old_value, session.end, noHeaders());
    }
  }

  void put(const Record<K, V>& record, const Window& session, const std::optional<A>& updated) {
    store_->put(*record.key, session, borrowed(updated), stamp(record));
    if (forwarder_.atOnce()) {
      forwarder_.forward(*record.key, session, borrowed(updated), {}, session.end, noHeaders());
    }
  }

  void emitClosed(const Record<K, V>& record, Timestamp close) {
    CloseWatch& watch = forwarder_.watch();
    if (!watch || !watch.isDue(close)) return;
    const Timestamp last = saturatingMinus(close, Milliseconds{1});
    const Timestamp first = later(Timestamp{}, watch.last());
    if (last < first) return;
    std::uint64_t results = 0;
    store_->visitAll(first, last, [&](const Windowed<K>& session, const A& value) {
      ++results;
      forwarder_.forward(session, Nullable<A>{value}, {}, session.window.end, *record.headers);
      return true;
    });
    watch.emitted(close, results);
  }

  [[nodiscard]] RecordStamp stamp(const Record<K, V>& record) {
    return stampOf(this->context().recordContext(), record.timestamp, *record.headers);
  }

  Step step_;
  SessionWindows windows_;
  EmitStrategy emit_;
  std::shared_ptr<const TableState> state_;
  Store* store_ = nullptr;
  WindowedForwarder<K, A> forwarder_;
  Timestamp newest_ = no_timestamp;
  std::vector<Window> gathered_;
};

}  // namespace widgetstream::detail
