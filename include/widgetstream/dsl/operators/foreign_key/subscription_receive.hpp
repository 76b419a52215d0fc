#pragma once

#include <memory>
#include <string>
#include <utility>

#include "widgetstream/dsl/operators/foreign_key/subscription_store.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// Keeps the subscriptions to right rows, and passes each on to be answered.
///
/// Shape   subscriptions under the foreign key, unchanged
/// State   one entry a left row that looks at a foreign key
/// Errors  subscriptions without a foreign key are dropped and counted unless they ask for an answer in any case
template <class KO>
class SubscriptionReceiveProcessor final : public Processor<KO, Subscription, KO, Subscription> {
 public:
  SubscriptionReceiveProcessor(std::string store, Serde<KO> foreign_keys, ForeignKeyTopics topics)
      : store_name_(std::move(store)), keys_(std::move(foreign_keys)), topics_(std::move(topics)) {}

  using Processor<KO, Subscription, KO, Subscription>::init;
  using Processor<KO, Subscription, KO, Subscription>::process;

  void init(ProcessorContext<KO, Subscription>& context) override {
    store_ = &context.template getStateStore<SubscriptionStore>(store_name_);
    foreign_keys_ = {keys_, topics_.foreignKey(context.applicationId()), true};
  }

  void process(const Record<KO, Subscription>& record) override {
    if (!record.value) {
      this->context().dropped("null-value");
      return;
    }
    const Subscription& subscription = *record.value;
    if (record.key) {
      keep(record);
    } else if (subscription.instruction != SubscriptionInstruction::answer_always) {
      this->context().dropped("null-foreign-key");
      return;
    }
    this->context().forward(record);
  }

 private:
  void keep(const Record<KO, Subscription>& record) {
    key_bytes_.clear();
    stored_key_.clear();
    foreign_keys_.append(*record.key, key_bytes_);
    appendSubscriptionPrefix(key_bytes_, stored_key_);
    stored_key_ += record.value->primary_key;
    const bool ends = record.value->instruction == SubscriptionInstruction::unsubscribe ||
        record.value->instruction == SubscriptionInstruction::unsubscribe_and_answer;
    const RecordContext& at = this->context().recordContext();
    store_->put(stored_key_, ends ? Nullable<Subscription>{} : record.value, record.timestamp,
                {at.topic(), at.partition(), at.offset(), record.timestamp, record.headers});
  }

  std::string store_name_;
  Serde<KO> keys_;
  ForeignKeyTopics topics_;
  SubscriptionStore* store_ = nullptr;
  SerdeOfTopic<KO> foreign_keys_;
  Bytes key_bytes_;
  Bytes stored_key_;
};

}  // namespace widgetstream::detail
