#pragma once

#include <string>
#include <utility>

#include "widgetstream/dsl/operators/stream_join.hpp"

namespace widgetstream::detail {

/// A stream joined with itself on one store: what the optimisation single.store.self.join makes of such a join. The
/// pairs, their order and times are those of the two-sided inner join.
///
/// Shape   KStream<K, V> -> KStream<K, Out>
/// Time    as StreamJoinProcessor
/// State   the store of the left side, which JoinWindowProcessor fills
/// Errors  records with a null key or value are dropped and counted
template <class K, class V, JoinKind kind, class F>
class SelfJoinProcessor final : public Processor<K, V, K, JoinedValue<kind, F, K, V, V>> {
  using Out = JoinedValue<kind, F, K, V, V>;
  using Store = TypedJoinWindowStore<K, V>;

 public:
  SelfJoinProcessor(F joiner, const JoinWindows& windows, std::string store)
      : joiner_(std::move(joiner)), windows_(windows), store_name_(std::move(store)) {}

  using Processor<K, V, K, Out>::init;
  using Processor<K, V, K, Out>::process;

  void init(ProcessorContext<K, Out>& context) override {
    store_ = &context.template getStateStore<Store>(store_name_);
  }

  void process(const Record<K, V>& record) override {
    if (!record.key || !record.value) {
      this->context().dropped(record.key ? "null-value" : "null-key");
      return;
    }
    stream_time_ = later(stream_time_, record.timestamp);
    visit(record, windows_.beforeMs(), windows_.afterMs(), [&](Timestamp timestamp, const V& other) {
      send(record, *record.value, other, later(record.timestamp, timestamp));
    });
    // The pair with itself stands where time puts it; a record that the store would not keep has none.
    bool owes_itself = record.timestamp > stream_time_ - windows_.retention() + Milliseconds{1};
    visit(record, windows_.afterMs(), windows_.beforeMs(), [&](Timestamp timestamp, const V& other) {
      if (owes_itself && timestamp > record.timestamp) {
        owes_itself = false;
        send(record, *record.value, *record.value, record.timestamp);
      }
      send(record, other, *record.value, later(record.timestamp, timestamp));
    });
    if (owes_itself) send(record, *record.value, *record.value, record.timestamp);
  }

 private:
  template <class Visit>
  void visit(const Record<K, V>& record, Milliseconds before, Milliseconds after, const Visit& visit) {
    store_->visitWindows(*record.key, windowBound(record.timestamp, -before), windowBound(record.timestamp, after),
                         [&](Timestamp timestamp, const ValueTimestampHeaders<V>& other) {
                           visit(timestamp, other.value);
                           return true;
                         });
  }

  void send(const Record<K, V>& record, const V& left, const V& right, Timestamp timestamp) {
    const RecordContext& input = this->context().recordContext();
    const RecordContext at{input.topic(), input.partition(), input.offset(), timestamp, *record.headers};
    const auto& result = callJoiner<kind, K, V, V>(joiner_, record.key, {left}, {right}, at);
    this->context().forward({record.key, asNullable(kept(result)), timestamp, *record.headers});
  }

  F joiner_;
  JoinWindows windows_;
  std::string store_name_;
  Store* store_ = nullptr;
  Timestamp stream_time_ = no_timestamp;
};

}  // namespace widgetstream::detail
