#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/window.hpp"
#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/query_result.hpp"
#include "widgetstream/state/session_store.hpp"
#include "widgetstream/state/value_timestamp_headers.hpp"
#include "widgetstream/state/versioned_key_value_store.hpp"
#include "widgetstream/state/window_store.hpp"

/// The questions that KafkaStreams::query() knows, under Java's names. A query for plain values asks stores with
/// timestamps, or with headers too, as well, and leaves out what it has no room for.
namespace widgetstream {

/// The rows that a query found. They are read when they are walked over, as the store is then.
///
/// Errors  Error{not_available} when the store has been closed meanwhile.
template <class... Row>
class QueryRows {
 public:
  /// Returns false to end the walk. References die when the call returns.
  using Visitor = std::function<bool(const Row&...)>;

  explicit QueryRows(std::function<void(const Visitor&)> walk) : walk_(std::move(walk)) {}

  void forEach(const Visitor& visit) const { walk_(visit); }
  [[nodiscard]] std::vector<std::tuple<Row...>> toVector() const {
    std::vector<std::tuple<Row...>> rows;
    walk_([&rows](const Row&... row) {
      rows.emplace_back(row...);
      return true;
    });
    return rows;
  }

 private:
  std::function<void(const Visitor&)> walk_;
};

namespace detail {

template <class V>
struct NothingLeftOut {
  const V& operator()(const V& stored) const noexcept { return stored; }
};
struct ValueOf {
  template <class Stored>
  const auto& operator()(const Stored& stored) const noexcept {
    return stored.value;
  }
};
struct AggregationOf {
  template <class Stored>
  const auto& operator()(const Stored& stored) const noexcept {
    return stored.aggregation;
  }
};
struct WithoutHeaders {
  template <class V>
  ValueAndTimestamp<V> operator()(const ValueTimestampHeaders<V>& stored) const {
    return {stored.value, stored.timestamp};
  }
};

/// How a store is asked that is a `Queryable`, if it is one: `answer(reader, shown)` gives the result from a reader and from
/// what turns a stored value into the one asked for. It is kept.
template <class Result, class Queryable, class Shown, class Answer>
[[nodiscard]] PreparedQuery<Result> askedAs(StateStore& store, const Shown& shown, const Answer& answer) {
  const auto* const queryable = dynamic_cast<const Queryable*>(&store);
  if (!queryable) return {};
  return [reader = queryable->reader(), shown, answer] {
    return QueryResult<Result>::forResult(answer(reader, shown));
  };
}

/// The answer of a store that is not one.
template <class Result>
[[nodiscard]] PreparedQuery<Result> unknownTo(const StateStore& store) {
  return [result = QueryResult<Result>::forUnknownQueryType(store)] { return result; };
}

/// How a query for V asks: a store of the kind `Queryable`, whatever it keeps beside V.
template <class V>
struct ValuesAlone {
  using Shown = V;

  template <class Result, template <class, class> class Queryable, class K, class Answer>
  [[nodiscard]] static PreparedQuery<Result> ask(StateStore& store, const Answer& answer) {
    if (auto result = askedAs<Result, Queryable<K, V>>(store, NothingLeftOut<V>{}, answer)) return result;
    if (auto result = askedAs<Result, Queryable<K, ValueAndTimestamp<V>>>(store, ValueOf{}, answer))
      return result;
    if (auto result = askedAs<Result, Queryable<K, ValueTimestampHeaders<V>>>(store, ValueOf{}, answer))
      return result;
    return unknownTo<Result>(store);
  }
};

/// The same of values with their timestamps.
template <class V>
struct ValuesWithTimestamps {
  using Shown = ValueAndTimestamp<V>;

  template <class Result, template <class, class> class Queryable, class K, class Answer>
  [[nodiscard]] static PreparedQuery<Result> ask(StateStore& store, const Answer& answer) {
    if (auto result = askedAs<Result, Queryable<K, Shown>>(store, NothingLeftOut<Shown>{}, answer))
      return result;
    if (auto result = askedAs<Result, Queryable<K, ValueTimestampHeaders<V>>>(store, WithoutHeaders{}, answer))
      return result;
    return unknownTo<Result>(store);
  }
};

template <class K, class Values>
class KeyQueryOf {
 public:
  using Result = std::optional<typename Values::Shown>;

  [[nodiscard]] static KeyQueryOf withKey(K key) { return KeyQueryOf{std::move(key)}; }
  [[nodiscard]] const K& key() const noexcept { return key_; }

  [[nodiscard]] PreparedQuery<Result> prepare(StateStore& store) const {
    return Values::template ask<Result, QueryableKeyValueStore, K>(
        store, [key = key_](const auto& reader, const auto& shown) -> Result {
          const auto found = reader->get(key);
          return found ? Result{shown(*found)} : std::nullopt;
        });
  }

 private:
  explicit KeyQueryOf(K key) : key_(std::move(key)) {}
  K key_;
};

template <class K, class Values>
class RangeQueryOf {
 public:
  using Result = QueryRows<K, typename Values::Shown>;

  [[nodiscard]] static RangeQueryOf withRange(std::optional<K> lower, std::optional<K> upper) {
    return RangeQueryOf{std::move(lower), std::move(upper), false};
  }
  [[nodiscard]] static RangeQueryOf withLowerBound(K lower) { return withRange(std::move(lower), {}); }
  [[nodiscard]] static RangeQueryOf withUpperBound(K upper) { return withRange({}, std::move(upper)); }
  [[nodiscard]] static RangeQueryOf withNoBounds() { return withRange({}, {}); }
  [[nodiscard]] RangeQueryOf withAscendingKeys() const { return RangeQueryOf{lower_, upper_, false}; }
  [[nodiscard]] RangeQueryOf withDescendingKeys() const { return RangeQueryOf{lower_, upper_, true}; }

  [[nodiscard]] PreparedQuery<Result> prepare(StateStore& store) const {
    return Values::template ask<Result, QueryableKeyValueStore, K>(
        store, [range = *this](const auto& reader, const auto& shown) {
          return Result{[range, reader, shown](const typename Result::Visitor& visit) {
            const auto show = [&](const K& key, const auto& stored) { return visit(key, shown(stored)); };
            if (range.descending_) {
              reader->reverseRange(bound(range.lower_), bound(range.upper_), show);
            } else {
              reader->range(bound(range.lower_), bound(range.upper_), show);
            }
          }};
        });
  }

 private:
  RangeQueryOf(std::optional<K> lower, std::optional<K> upper, bool descending)
      : lower_(std::move(lower)), upper_(std::move(upper)), descending_(descending) {}
  [[nodiscard]] static Nullable<K> bound(const std::optional<K>& key) {
    return key ? Nullable<K>{*key} : Nullable<K>{};
  }

  std::optional<K> lower_;
  std::optional<K> upper_;
  bool descending_;
};

}  // namespace detail

/// The value of a key: KeyQuery<K, V>::withKey(key).
template <class K, class V>
using KeyQuery = detail::KeyQueryOf<K, detail::ValuesAlone<V>>;

/// The value of a key, with its timestamp.
template <class K, class V>
using TimestampedKeyQuery = detail::KeyQueryOf<K, detail::ValuesWithTimestamps<V>>;

/// The rows of a range of keys, by the bytes of the keys, ascending unless it is told otherwise; bounds are inclusive.
template <class K, class V>
using RangeQuery = detail::RangeQueryOf<K, detail::ValuesAlone<V>>;

/// The same with timestamps.
template <class K, class V>
using TimestampedRangeQuery = detail::RangeQueryOf<K, detail::ValuesWithTimestamps<V>>;

/// The windows of a key that begin within a time, both ends inclusive.
template <class K, class V>
class WindowKeyQuery {
 public:
  using Result = QueryRows<Timestamp, V>;  ///< the start of each window, and its value

  [[nodiscard]] static WindowKeyQuery withKeyAndWindowStartRange(K key, Timestamp from, Timestamp to) {
    return WindowKeyQuery{std::move(key), from, to};
  }

  [[nodiscard]] PreparedQuery<Result> prepare(StateStore& store) const {
    return detail::ValuesAlone<V>::template ask<Result, QueryableWindowStore, K>(
        store, [key = key_, from = from_, to = to_](const auto& reader, const auto& shown) {
          return Result{[key, from, to, reader, shown](const typename Result::Visitor& visit) {
            reader->fetch(key, from, to,
                          [&](Timestamp start, const auto& stored) { return visit(start, shown(stored)); });
          }};
        });
  }

 private:
  WindowKeyQuery(K key, Timestamp from, Timestamp to) : key_(std::move(key)), from_(from), to_(to) {}
  K key_;
  Timestamp from_;
  Timestamp to_;
};

/// Of window stores the windows of all keys that begin within a time; of session stores all sessions of a key. Anything
/// else no store knows how to answer.
template <class K, class V>
class WindowRangeQuery {
 public:
  using Result = QueryRows<Windowed<K>, V>;

  [[nodiscard]] static WindowRangeQuery withWindowStartRange(Timestamp from, Timestamp to) {
    WindowRangeQuery query;
    query.times_ = {from, to};
    return query;
  }
  [[nodiscard]] static WindowRangeQuery withKey(K key) {
    WindowRangeQuery query;
    query.key_ = std::move(key);
    return query;
  }

  [[nodiscard]] PreparedQuery<Result> prepare(StateStore& store) const {
    if (!key_) return windows(store);
    const auto sessions = [key = *key_](const auto& reader, const auto& shown) {
      return Result{[key, reader, shown](const typename Result::Visitor& visit) {
        reader->fetch(key, [&](const Windowed<K>& at, const auto& stored) { return visit(at, shown(stored)); });
      }};
    };
    using Plain = QueryableSessionStore<K, V>;
    using WithHeaders = QueryableSessionStore<K, AggregationWithHeaders<V>>;
    if (auto result = detail::askedAs<Result, Plain>(store, detail::NothingLeftOut<V>{}, sessions))
      return result;
    if (auto result = detail::askedAs<Result, WithHeaders>(store, detail::AggregationOf{}, sessions))
      return result;
    return detail::unknownTo<Result>(store);
  }

 private:
  WindowRangeQuery() = default;

  [[nodiscard]] PreparedQuery<Result> windows(StateStore& store) const {
    return detail::ValuesAlone<V>::template ask<Result, QueryableWindowStore, K>(
        store, [times = times_](const auto& reader, const auto& shown) {
          return Result{[times, reader, shown](const typename Result::Visitor& visit) {
            reader->fetch(Nullable<K>{}, Nullable<K>{}, times.first, times.second,
                          [&](const Windowed<K>& at, const auto& stored) { return visit(at, shown(stored)); });
          }};
        });
  }

  std::optional<K> key_;
  std::pair<Timestamp, Timestamp> times_;
};

/// The value of a key in a versioned store: the newest, or the one that was valid at a time.
template <class K, class V>
class VersionedKeyQuery {
 public:
  using Result = std::optional<VersionedRecord<V>>;

  [[nodiscard]] static VersionedKeyQuery withKey(K key) { return VersionedKeyQuery{std::move(key), {}}; }
  [[nodiscard]] VersionedKeyQuery asOf(Timestamp time) const { return VersionedKeyQuery{key_, time}; }

  [[nodiscard]] PreparedQuery<Result> prepare(StateStore& store) const {
    const auto* const queryable = dynamic_cast<const QueryableVersionedKeyValueStore<K, V>*>(&store);
    if (!queryable) return detail::unknownTo<Result>(store);
    return [reader = queryable->reader(), key = key_, as_of = as_of_] {
      return QueryResult<Result>::forResult(as_of ? reader->get(key, *as_of) : reader->get(key));
    };
  }

 private:
  VersionedKeyQuery(K key, std::optional<Timestamp> as_of) : key_(std::move(key)), as_of_(as_of) {}
  K key_;
  std::optional<Timestamp> as_of_;
};

}  // namespace widgetstream
