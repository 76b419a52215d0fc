#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "widgetstream/dsl/change.hpp"
#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

/// Makes std::pair(group key, value) of a row, or std::optional of it where the row belongs to no group. A side that is
/// std::optional may be null: then the row belongs to no group either.
template <class F, class K, class V>
concept GroupSelector = RecordFunction<F, K, V> &&
    detail::PairOfKeyAndValue<detail::ReturnedType<detail::CallResult<F, K, V>>>;

namespace detail {

/// What a GroupSelector makes of a row.
template <class F, class K, class V>
using GroupPair = ReturnedPair<ReturnedType<CallResult<F, K, V>>>;

/// Tells the group of each row of a table that it changed.
///
/// Shape   KTable<K, V> -> updates of <group key, value>
/// Order   a row that stays in its group is one update, from old to new; one that moves is two: it leaves, then comes
/// Errors  a null key is an error of the record: tables have none
template <class K, class V, class F>
class TableGroupByProcessor final
    : public Processor<K, Change<V>, typename GroupPair<F, K, V>::Key, Change<typename GroupPair<F, K, V>::Value>> {
  using K2 = typename GroupPair<F, K, V>::Key;
  using V2 = typename GroupPair<F, K, V>::Value;

 public:
  TableGroupByProcessor(F selector, Serde<K2> keys, std::shared_ptr<const bool> versioned)
      : selector_(std::move(selector)), keys_(std::move(keys)), versioned_(std::move(versioned)) {}

  using Processor<K, Change<V>, K2, Change<V2>>::process;

  void process(const Record<K, Change<V>>& record) override {
    if (!record.key) throw std::invalid_argument{"a row to be grouped has a null key"};
    const Change<V>& change = *record.value;
    if (*versioned_ && !change.is_latest) return;

    const Grouped now = grouped(record, change.new_value);
    const Grouped before = grouped(record, change.old_value);
    const bool comes = now.key && now.value;
    const bool leaves = before.key && before.value;
    if (comes && leaves && areEqual(*now.key, *before.key)) {
      forward(record, *now.key, {borrowed(now.value), borrowed(before.value), change.is_latest});
      return;
    }
    if (leaves) forward(record, *before.key, {{}, borrowed(before.value), change.is_latest});
    if (comes) forward(record, *now.key, {borrowed(now.value), {}, change.is_latest});
  }

 private:
  /// A row's place in its group; none where a part is missing.
  struct Grouped {
    std::optional<K2> key;
    std::optional<V2> value;
  };
  [[nodiscard]] Grouped grouped(const Record<K, Change<V>>& record, Nullable<V> value) {
    if (!value) return {};
    const Record<K, V> row{record.key, value, record.timestamp, *record.headers};
    return partsOf(callWith(selector_, row, this->context().recordContext()));
  }
  template <class A, class B>
  [[nodiscard]] static Grouped partsOf(std::pair<A, B> pair) {
    return {std::optional<K2>{std::move(pair.first)}, std::optional<V2>{std::move(pair.second)}};
  }
  template <class A, class B>
  [[nodiscard]] static Grouped partsOf(std::optional<std::pair<A, B>> pair) {
    return pair ? partsOf(*std::move(pair)) : Grouped{};
  }
  [[nodiscard]] bool areEqual(const K2& left, const K2& right) const {
    if constexpr (std::equality_comparable<K2>) {
      return left == right;
    } else {
      return keys_.encode(left) == keys_.encode(right);
    }
  }
  void forward(const Record<K, Change<V>>& record, const K2& key, const Change<V2>& change) {
    this->context().forward({Nullable<K2>{key}, Nullable<Change<V2>>{change}, record.timestamp, *record.headers});
  }

  F selector_;
  Serde<K2> keys_;
  std::shared_ptr<const bool> versioned_;
};

}  // namespace detail
}  // namespace widgetstream
