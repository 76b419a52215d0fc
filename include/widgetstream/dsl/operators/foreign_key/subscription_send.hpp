#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "widgetstream/dsl/change.hpp"
#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/dsl/operators/foreign_key/subscription.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream {

/// Makes the foreign key of a left row: a KO, or std::optional<KO> where it may have none.
template <class F, class K, class V, class KO>
concept ForeignKeyExtractor =
    RecordFunction<F, K, V> && std::convertible_to<detail::CallResult<F, K, V>, std::optional<KO>>;

namespace detail {

/// Tells the right side which left rows look at which of its rows.
///
/// Shape   KTable<K, V> -> subscriptions under the foreign key
/// Order   a row that looks elsewhere unsubscribes first
/// Errors  rows without a foreign key are dropped and counted by an inner join; a left join asks for an answer anyway
template <class K, class V, class KO, class F>
class SubscriptionSendProcessor final : public Processor<K, Change<V>, KO, Subscription> {
  using Instruction = SubscriptionInstruction;

 public:
  struct Parts {
    F extractor;
    Serde<K> keys;
    Serde<V> values;
    Serde<KO> foreign_keys;
    ForeignKeyTopics topics;
    bool left_join = false;
  };
  SubscriptionSendProcessor(Parts parts, std::shared_ptr<const bool> versioned)
      : parts_(std::move(parts)), versioned_(std::move(versioned)) {}

  using Processor<K, Change<V>, KO, Subscription>::init;
  using Processor<K, Change<V>, KO, Subscription>::process;

  void init(ProcessorContext<KO, Subscription>& context) override {
    const std::string& application = context.applicationId();
    keys_ = {parts_.keys, parts_.topics.primaryKey(application), true};
    values_ = {parts_.values, parts_.topics.valueHash(application), false};
    foreign_keys_ = {parts_.foreign_keys, parts_.topics.foreignKey(application), true};
  }

  void process(const Record<K, Change<V>>& record) override {
    if (!record.key) throw std::invalid_argument{"a row to be joined by a foreign key has a null key"};
    const Change<V>& change = *record.value;
    if (*versioned_ && !change.is_latest) {
      this->context().dropped("out-of-order");
      return;
    }
    if (!change.old_value && !change.new_value) return;
    const std::optional<KO> before = foreignKey(record, change.old_value);
    const std::optional<KO> now = foreignKey(record, change.new_value);
    begin(record);
    if (parts_.left_join) {
      if (before && hasChanged(*before, now)) send(record, before, Instruction::unsubscribe);
      send(record, now, Instruction::answer_always);
    } else if (now) {
      if (!before) return send(record, now, Instruction::answer_if_present);
      if (!hasChanged(*before, now)) return send(record, now, Instruction::answer_if_present);
      send(record, before, Instruction::unsubscribe);
      send(record, now, Instruction::answer_always);
    } else {
      if (change.new_value) this->context().dropped("null-foreign-key");
      if (before) send(record, before, Instruction::unsubscribe_and_answer);
    }
  }

 private:
  [[nodiscard]] std::optional<KO> foreignKey(const Record<K, Change<V>>& record, Nullable<V> value) {
    if (!value) return std::nullopt;
    const Record<K, V> row{record.key, value, record.timestamp, *record.headers};
    return std::optional<KO>{callWith(parts_.extractor, row, this->context().recordContext())};
  }

  [[nodiscard]] bool hasChanged(const KO& before, const std::optional<KO>& now) {
    if (!now) return true;
    before_bytes_.clear();
    now_bytes_.clear();
    foreign_keys_.append(before, before_bytes_);
    foreign_keys_.append(*now, now_bytes_);
    return before_bytes_ != now_bytes_;
  }

  /// What all messages of one update share.
  void begin(const Record<K, Change<V>>& record) {
    subscription_.primary_key.clear();
    keys_.append(*record.key, subscription_.primary_key);
    subscription_.hash.reset();
    if (record.value->new_value) {
      value_bytes_.clear();
      values_.append(*record.value->new_value, value_bytes_);
      subscription_.hash = murmur3(value_bytes_);
    }
    const std::int32_t partition = this->context().recordContext().partition();
    subscription_.primary_partition = partition >= 0 ? partition : this->context().taskId().partition;
  }

  void send(const Record<K, Change<V>>& record, const std::optional<KO>& foreign_key, Instruction instruction) {
    subscription_.instruction = instruction;
    const Nullable<KO> key = foreign_key ? Nullable<KO>{*foreign_key} : Nullable<KO>{};
    this->context().forward({key, Nullable<Subscription>{subscription_}, record.timestamp, *record.headers});
  }

  Parts parts_;
  std::shared_ptr<const bool> versioned_;
  SerdeOfTopic<K> keys_;
  SerdeOfTopic<V> values_;
  SerdeOfTopic<KO> foreign_keys_;
  Subscription subscription_;
  Bytes before_bytes_;
  Bytes now_bytes_;
  Bytes value_bytes_;
};

}  // namespace detail
}  // namespace widgetstream
