#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include "widgetstream/core/clock.hpp"
#include "widgetstream/topology/erased.hpp"

namespace widgetstream {

/// The record's own time. A negative one fails the application, naming the record: what sources do by themselves.
[[nodiscard]] TimestampExtractor failOnInvalidTimestamp();
/// The record's own time. Records with a negative one are logged, counted as dropped and left out.
[[nodiscard]] TimestampExtractor logAndSkipOnInvalidTimestamp();
/// The record's own time; for a negative one the largest time so far of its partition.
/// Errors  a negative time before the partition has one fails the application.
[[nodiscard]] TimestampExtractor usePartitionTimeOnInvalidTimestamp();
/// The time at which the record is taken, whatever it says. `clock` must outlive the application.
[[nodiscard]] TimestampExtractor wallclockTimestampExtractor(const Clock& clock = systemClock());

/// A function that tells the time of records of K and V: of (record), (record, largest time so far of the partition)
/// or (record, RecordContext, largest time so far), the record as `const Record<K, V>&`. What is negative drops the
/// record; what it throws fails the application. The largest time is no_timestamp at first.
template <class F, class K, class V>
concept TimestampFunction =
    std::copy_constructible<F> &&
    (std::is_invocable_r_v<Timestamp, const F&, const Record<K, V>&> ||
     std::is_invocable_r_v<Timestamp, const F&, const Record<K, V>&, Timestamp> ||
     std::is_invocable_r_v<Timestamp, const F&, const Record<K, V>&, const RecordContext&, Timestamp>);

/// One of the extractors above, or a function of one's own.
template <class F, class K, class V>
concept TimestampExtractorFor = TimestampFunction<F, K, V> || std::convertible_to<F, TimestampExtractor>;

/// A function of one's own as a TimestampExtractor, for sources of K and V alone:
/// `timestampExtractor<Text, Order>([](const Record<Text, Order>& r) { return r.value->ordered_at; })`.
template <class K, class V, class F>
[[nodiscard]] TimestampExtractor timestampExtractor(F tell) {
  static_assert(TimestampExtractorFor<F, K, V>,
                "this timestamp extractor (F) does not fit the key and value types (K, V): it is a function of "
                "(const Record<K, V>&), (..., Timestamp partition_time) or (..., const RecordContext&, Timestamp) that "
                "returns a Timestamp");
  if constexpr (TimestampFunction<F, K, V>) {
    return [tell = std::move(tell)](const AnyRecord& any, const RecordContext& at, Timestamp partition_time) -> Timestamp {
      const Record<K, V> record{any};
      if constexpr (std::is_invocable_v<const F&, const Record<K, V>&, const RecordContext&, Timestamp>) {
        return std::invoke(tell, record, at, partition_time);
      } else if constexpr (std::is_invocable_v<const F&, const Record<K, V>&, Timestamp>) {
        return std::invoke(tell, record, partition_time);
      } else {
        return std::invoke(tell, record);
      }
    };
  } else {
    return tell;
  }
}

}  // namespace widgetstream
