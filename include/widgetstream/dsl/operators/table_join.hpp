#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "widgetstream/dsl/joiner_forms.hpp"
#include "widgetstream/dsl/operators/table_map_values.hpp"
#include "widgetstream/dsl/operators/table_view.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"

namespace widgetstream::detail {

/// What the sides of a table-table join share.
struct TableJoinState {
  std::shared_ptr<const TableState> result;
  /// Set at build() for the side below a versioned table: it ignores updates of the past.
  bool left_versioned = false;
  bool right_versioned = false;
};

/// The types and the function of a join, left to right.
template <JoinKind join_kind, class KeyType, class Left, class Right, class F>
struct TableJoin {
  static constexpr JoinKind kind = join_kind;
  using K = KeyType;
  using L = Left;
  using R = Right;
  using Value = JoinedValue<kind, F, K, L, R>;

  F join;

  [[nodiscard]] std::optional<Value> joined(const Nullable<K>& key, const Nullable<L>& left, const Nullable<R>& right,
                                            const RecordContext& at) const {
    return std::optional<Value>{callJoiner<kind, K, L, R>(join, key, left, right, at)};
  }
};

enum class JoinSide { left, right };

/// One side of a table-table join: an update of its table meets the row of the other.
///
/// Shape   KTable<K, L>, KTable<K, R> -> KTable<K, V>
/// Keys    equal keys meet; records with a null key are dropped and counted
/// Time    the later of the two rows; headers of the update
/// Order   a tombstone is told only where the join could have had a row before, as in Java: inner, if the other side
///         has a row; left and outer, if one of the two sides had a value
template <class Join, JoinSide side>
class TableJoinProcessor final
    : public Processor<typename Join::K,
                       Change<std::conditional_t<side == JoinSide::left, typename Join::L, typename Join::R>>,
                       typename Join::K, Change<typename Join::Value>> {
  static constexpr bool is_left = side == JoinSide::left;
  using K = typename Join::K;
  using Mine = std::conditional_t<is_left, typename Join::L, typename Join::R>;
  using Other = std::conditional_t<is_left, typename Join::R, typename Join::L>;
  using Out = typename Join::Value;
  /// Whether a row appears in the result without a partner on the other side, and without a value on this one.
  static constexpr bool stands_alone = Join::kind == JoinKind::outer || (Join::kind == JoinKind::left && is_left);
  static constexpr bool other_stands_alone = Join::kind == JoinKind::outer || (Join::kind == JoinKind::left && !is_left);

 public:
  TableJoinProcessor(Join join, TableView<K, Other> other, std::shared_ptr<const TableJoinState> state)
      : join_(std::move(join)), view_(std::move(other)), state_(std::move(state)) {}

  using Processor<K, Change<Mine>, K, Change<Out>>::init;
  using Processor<K, Change<Mine>, K, Change<Out>>::process;

  void init(ProcessorContext<K, Change<Out>>& context) override { other_ = view_.make(context.any()); }

  void process(const Record<K, Change<Mine>>& record) override {
    if (!record.key) {
      this->context().dropped("null-key");
      return;
    }
    const Change<Mine>& change = *record.value;
    if (!change.is_latest && (is_left ? state_->left_versioned : state_->right_versioned)) {
      this->context().dropped("out-of-order");
      return;
    }
    const StoredValue<Other> other = other_->get(*record.key);
    if (!other.value && (!stands_alone || (!change.new_value && !change.old_value))) return;

    const Timestamp timestamp = other.value ? later(record.timestamp, other.timestamp) : record.timestamp;
    const std::optional<Out> now = joined(record, change.new_value, other.value);
    const std::optional<Out> before =
        state_->result->send_old_values ? joined(record, change.old_value, other.value) : std::optional<Out>{};
    const Change<Out> joined_change{borrowed(now), borrowed(before), change.is_latest};
    this->context().forward({record.key, Nullable<Change<Out>>{joined_change}, timestamp, *record.headers});
  }

  void close() override {
    if (other_) other_->close();
  }

 private:
  [[nodiscard]] std::optional<Out> joined(const Record<K, Change<Mine>>& record, Nullable<Mine> mine,
                                          Nullable<Other> other) {
    if (!mine && !(other && other_stands_alone)) return std::nullopt;
    const RecordContext& input = this->context().recordContext();
    const RecordContext at{input.topic(), input.partition(), input.offset(), record.timestamp, *record.headers};
    if constexpr (is_left) {
      return join_.joined(record.key, mine, other, at);
    } else {
      return join_.joined(record.key, other, mine, at);
    }
  }

  Join join_;
  TableView<K, Other> view_;
  std::shared_ptr<const TableJoinState> state_;
  std::unique_ptr<TableGetter<K, Other>> other_;
};

/// Where both sides of a join come together: keeps the rows if the result is materialized.
template <class K, class V>
class TableMergeProcessor final : public Processor<K, Change<V>, K, Change<V>> {
 public:
  explicit TableMergeProcessor(std::shared_ptr<const TableState> state) : state_(std::move(state)) {}

  using Processor<K, Change<V>, K, Change<V>>::init;
  using Processor<K, Change<V>, K, Change<V>>::process;

  void init(ProcessorContext<K, Change<V>>& context) override { table_.init(context, *state_); }

  void process(const Record<K, Change<V>>& record) override {
    const Change<V>& change = *record.value;
    if (table_.materialized()) {
      table_.write(record, change.new_value, change.old_value, record.timestamp);
    } else {
      table_.pass(record, change);
    }
  }

 private:
  std::shared_ptr<const TableState> state_;
  TableWriter<K, V> table_;
};

/// The rows of a join that keeps none.
template <class Join>
class TableJoinGetter final : public TableGetter<typename Join::K, typename Join::Value> {
  using K = typename Join::K;
  using L = typename Join::L;
  using R = typename Join::R;
  using Out = typename Join::Value;

 public:
  TableJoinGetter(Join join, std::unique_ptr<TableGetter<K, L>> left, std::unique_ptr<TableGetter<K, R>> right,
                  AnyProcessorContext& context)
      : join_(std::move(join)), left_(std::move(left)), right_(std::move(right)), context_(&context) {}

  [[nodiscard]] StoredValue<Out> get(const K& key) override {
    value_.reset();
    const StoredValue<L> left = left_->get(key);
    if (!left.value && Join::kind != JoinKind::outer) return {};
    const StoredValue<R> right = right_->get(key);
    if (!right.value && (Join::kind == JoinKind::inner || !left.value)) return {};

    Timestamp timestamp = no_timestamp;
    if (left.value) timestamp = left.timestamp;
    if (right.value) timestamp = later(timestamp, right.timestamp);
    const RecordContext& input = context_->recordContext();
    const RecordContext at{input.topic(), input.partition(), input.offset(), timestamp, noHeaders()};
    value_ = join_.joined(Nullable<K>{key}, left.value, right.value, at);
    return {borrowed(value_), timestamp};
  }
  [[nodiscard]] StoredValue<Out> get(const K&, Timestamp) override {
    throw Error{ErrorKind::invalid_topology,
                "the result of a table-table join has no versions; materialize it to ask for its past"};
  }
  [[nodiscard]] bool versioned() const override { return false; }
  void close() override {
    left_->close();
    right_->close();
  }

 private:
  Join join_;
  std::unique_ptr<TableGetter<K, L>> left_;
  std::unique_ptr<TableGetter<K, R>> right_;
  AnyProcessorContext* context_;
  std::optional<Out> value_;
};

template <class Join>
[[nodiscard]] TableView<typename Join::K, typename Join::Value> viewOfJoined(
    TableView<typename Join::K, typename Join::L> left, TableView<typename Join::K, typename Join::R> right,
    Join join) {
  return {joinedStoreNames(left.stores, right.stores),
          [left = std::move(left), right = std::move(right), join = std::move(join)](
              AnyProcessorContext& context) -> std::unique_ptr<TableGetter<typename Join::K, typename Join::Value>> {
            return makeOwned<TableGetter<typename Join::K, typename Join::Value>, TableJoinGetter<Join>>(
                join, left.make(context), right.make(context), context);
          }};
}

}  // namespace widgetstream::detail
