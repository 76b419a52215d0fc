#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/dsl/join_windows.hpp"
#include "widgetstream/dsl/joiner_forms.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"
#include "widgetstream/dsl/windows.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/outer_join_store.hpp"
#include "widgetstream/state/typed_window_store.hpp"

namespace widgetstream::detail {

/// The sum as Java's long has it: past the end it goes on from the other end.
[[nodiscard]] constexpr std::int64_t wrappingSum(Timestamp at, Milliseconds first, Milliseconds second) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(toMillis(at)) +
                                   static_cast<std::uint64_t>(first.count()) +
                                   static_cast<std::uint64_t>(second.count()));
}

/// Where a window around `at` begins, or ends: `by` may be negative, and no time is before 1970.
[[nodiscard]] constexpr Timestamp windowBound(Timestamp at, Milliseconds by) noexcept {
  return later(by > Milliseconds{0} ? saturatingPlus(at, by) : at + by, Timestamp{});
}

/// The stores of one side of a join, by name.
struct StreamJoinStores {
  /// Where the other side keeps its records.
  std::string other;
  /// Where both keep those without a partner; empty: nowhere.
  std::string shared;
};

/// One side of a stream-stream join.
///
/// Shape   KStream<K, L>, KStream<K, R> -> KStream<K, Out>
/// Time    a result bears the larger time of the two and the headers of the record that came second. One without partner
///         bears its record's time, and is sent when none can come any more: stream time, which both sides share, is past
///         its window and the grace. That is looked at when a record with the largest time so far comes, at most once a
///         second by the clock. A record that comes after its window has passed is joined with whom it finds, or sent
///         alone at once
/// State   see JoinWindowProcessor; records without partner wait in a store that both sides share
/// Errors  records with a null value are dropped and counted. Those with a null key are too, unless the join keeps this
///         side's records: then they are sent alone at once
template <class K, class L, class R, JoinKind kind, StreamSide side, class F>
class StreamJoinProcessor final
    : public Processor<K, std::conditional_t<side == StreamSide::left, L, R>, K, JoinedValue<kind, F, K, L, R>> {
  static constexpr bool is_left = side == StreamSide::left;
  /// Whether this side's records are sent without a partner; and the other's.
  static constexpr bool keeps_this = is_left ? kind != JoinKind::inner : kind == JoinKind::outer;
  static constexpr bool keeps_other = is_left ? kind == JoinKind::outer : kind != JoinKind::inner;
  static constexpr bool waits = kind != JoinKind::inner;
  static constexpr StreamSide opposite = is_left ? StreamSide::right : StreamSide::left;
  using This = std::conditional_t<is_left, L, R>;
  using Other = std::conditional_t<is_left, R, L>;
  using Out = JoinedValue<kind, F, K, L, R>;
  using Base = Processor<K, This, K, Out>;
  using Shared = OuterJoinStore<K, L, R>;

 public:
  StreamJoinProcessor(F joiner, const JoinWindows& windows, StreamJoinStores stores)
      : joiner_(std::move(joiner)), windows_(windows), stores_(std::move(stores)) {}

  using Base::init;
  using Base::process;

  void init(ProcessorContext<K, Out>& context) override {
    other_ = &context.template getStateStore<TypedJoinWindowStore<K, Other>>(stores_.other);
    if constexpr (waits) {
      if (!stores_.shared.empty()) shared_ = &context.template getStateStore<Shared>(stores_.shared);
    }
  }

  void process(const Record<K, This>& record) override {
    if constexpr (waits) {
      if (shared_) shared_->clock().stream_time = later(shared_->clock().stream_time, record.timestamp);
    }
    if constexpr (keeps_this) {
      if (!record.key && record.value) return sendAlone(record);
    }
    if (!record.key || !record.value) {
      this->context().dropped(record.key ? "null-value" : "null-key");
      return;
    }
    if constexpr (waits) {
      if (shared_ && record.timestamp == shared_->clock().stream_time) sendExpired(record);
    }
    const Timestamp last = windowBound(record.timestamp, after());
    const bool found = sendJoined(record, windowBound(record.timestamp, -before()), last);
    if constexpr (keeps_this) {
      if (!found) {
        const bool too_late = !shared_ || last < shared_->clock().stream_time;
        too_late ? sendAlone(record) : hold(record);
      }
    }
  }

 private:
  // The window around a record of this side.
  [[nodiscard]] Milliseconds before() const noexcept { return is_left ? windows_.beforeMs() : windows_.afterMs(); }
  [[nodiscard]] Milliseconds after() const noexcept { return is_left ? windows_.afterMs() : windows_.beforeMs(); }

  [[nodiscard]] static Nullable<L> left(Nullable<This> value) {
    if constexpr (is_left) return value;
    return {};
  }
  [[nodiscard]] static Nullable<R> right(Nullable<This> value) {
    if constexpr (!is_left) return value;
    return {};
  }

  void send(Nullable<K> key, Nullable<L> left, Nullable<R> right, Timestamp timestamp, const Headers& headers) {
    const RecordContext& input = this->context().recordContext();
    const RecordContext at{input.topic(), input.partition(), input.offset(), timestamp, headers};
    const auto& result = callJoiner<kind>(joiner_, key, left, right, at);
    this->context().forward({key, asNullable(kept(result)), timestamp, headers});
  }
  void sendAlone(const Record<K, This>& record) {
    send(record.key, left(record.value), right(record.value), record.timestamp, *record.headers);
  }
  /// Joins with the other side's records of these times; false when there are none.
  bool sendJoined(const Record<K, This>& record, Timestamp first, Timestamp last) {
    bool found = false;
    other_->visitWindows(*record.key, first, last,
                         [&](Timestamp other_time, const ValueTimestampHeaders<Other>& other) {
                           found = true;
                           if constexpr (keeps_other) {
                             if (shared_) shared_->removeMatched(opposite, *record.key, other_time, stamp(record));
                           }
                           const Timestamp timestamp = later(record.timestamp, other_time);
                           if constexpr (is_left) {
                             send(record.key, record.value, {other.value}, timestamp, *record.headers);
                           } else {
                             send(record.key, {other.value}, record.value, timestamp, *record.headers);
                           }
                           return true;
                         });
    return found;
  }

  void hold(const Record<K, This>& record) {
    OuterJoinClock& clock = shared_->clock();
    clock.min_time = earlier(clock.min_time, record.timestamp);
    if constexpr (is_left) {
      shared_->addLeft(*record.key, record.timestamp, *record.value, stamp(record));
    } else {
      shared_->addRight(*record.key, record.timestamp, *record.value, stamp(record));
    }
  }

  /// Sends the records that will find no partner any more.
  void sendExpired(const Record<K, This>& record) {
    OuterJoinClock& clock = shared_->clock();
    const std::int64_t stream_time = toMillis(clock.stream_time);
    if (wrappingSum(clock.min_time, after(), windows_.gracePeriod()) >= stream_time) return;
    const Timestamp now = this->context().currentSystemTime();
    if (now < clock.next_emit) return;
    clock.next_emit = now + this->context().any().emitInterval();

    clock.min_time = Timestamp::max();
    bool left_open = false;
    bool right_open = false;
    Timestamp oldest = Timestamp::max();
    Bytes sent;  // forgotten when the next one has been sent, so that a failure sends it again rather than never
    shared_->visitFrom(clock.oldest, [&](Timestamp timestamp, StreamSide of, const K& key,
                                         const UnmatchedRecords<L, R>& records, BytesView entry) {
      clock.min_time = timestamp;
      if (left_open && right_open) return false;
      const Milliseconds look_back = of == StreamSide::left ? windows_.afterMs() : windows_.beforeMs();
      if (wrappingSum(timestamp, look_back, windows_.gracePeriod()) >= stream_time) {
        (of == StreamSide::left ? left_open : right_open) = true;
        oldest = earlier(oldest, timestamp);
        // Java looks at each value, so it stops at this entry's second one rather than at the next entry.
        return !(left_open && right_open && records.left.size() + records.right.size() > 1);
      }
      records.left.forEach([&](const L& value) { send({key}, {value}, {}, timestamp, *record.headers); });
      records.right.forEach([&](const R& value) { send({key}, {}, {value}, timestamp, *record.headers); });
      if (!sent.empty()) shared_->remove(sent, stamp(record));
      sent = entry;
      return true;
    });
    if (!sent.empty()) shared_->remove(sent, stamp(record));
    clock.oldest = oldest;
  }

  [[nodiscard]] RecordStamp stamp(const Record<K, This>& record) {
    return stampOf(this->context().recordContext(), record.timestamp, *record.headers);
  }

  F joiner_;
  JoinWindows windows_;
  StreamJoinStores stores_;
  TypedJoinWindowStore<K, Other>* other_ = nullptr;
  Shared* shared_ = nullptr;
};

}  // namespace widgetstream::detail
