#pragma once

#include <memory>
#include <utility>

#include "widgetstream/dsl/operators/foreign_key/response.hpp"
#include "widgetstream/dsl/operators/table_view.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// Answers a subscription with the right row it looks at.
///
/// Shape   subscriptions under the foreign key -> responses under the primary key
/// Time    the later of the subscription and the right row
template <class K, class KO, class VO>
class SubscriptionJoinProcessor final : public Processor<KO, Subscription, K, ForeignResponse<VO>> {
 public:
  SubscriptionJoinProcessor(TableView<KO, VO> right, Serde<K> primary_keys, ForeignKeyTopics topics)
      : view_(std::move(right)), keys_(std::move(primary_keys)), topics_(std::move(topics)) {}

  using Processor<KO, Subscription, K, ForeignResponse<VO>>::init;
  using Processor<KO, Subscription, K, ForeignResponse<VO>>::process;

  void init(ProcessorContext<K, ForeignResponse<VO>>& context) override {
    right_ = view_.make(context.any());
    primary_keys_ = {keys_, topics_.primaryKey(context.applicationId()), true};
  }

  void process(const Record<KO, Subscription>& record) override {
    const Subscription& subscription = *record.value;
    if (subscription.instruction == SubscriptionInstruction::unsubscribe) return;
    const StoredValue<VO> right = record.key ? right_->get(*record.key) : StoredValue<VO>{};
    ForeignResponse<VO> response{subscription.hash, right.value, subscription.primary_partition};
    if (subscription.instruction == SubscriptionInstruction::unsubscribe_and_answer) {
      response.value = {};
    } else if (!right.value && subscription.instruction == SubscriptionInstruction::answer_if_present) {
      return;
    }
    const Timestamp timestamp = right.value ? later(record.timestamp, right.timestamp) : record.timestamp;
    const K& key = primary_keys_.decoded(subscription.primary_key);
    this->context().forward({Nullable<K>{key}, Nullable<ForeignResponse<VO>>{response}, timestamp, *record.headers});
  }

  void close() override {
    if (right_) right_->close();
  }

 private:
  TableView<KO, VO> view_;
  Serde<K> keys_;
  ForeignKeyTopics topics_;
  std::unique_ptr<TableGetter<KO, VO>> right_;
  SerdeOfTopic<K> primary_keys_;
};

}  // namespace widgetstream::detail
