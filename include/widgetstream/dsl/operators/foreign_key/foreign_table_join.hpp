#pragma once

#include <memory>
#include <string>
#include <utility>

#include "widgetstream/dsl/change.hpp"
#include "widgetstream/dsl/operators/foreign_key/response.hpp"
#include "widgetstream/dsl/operators/foreign_key/subscription_store.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// Tells everybody who looks at a right row that it changed.
///
/// Shape   KTable<KO, VO> -> responses under the primary key, one a subscription
/// Order   the subscriptions by the bytes of their primary keys
/// Errors  records with a null key are dropped and counted
template <class K, class KO, class VO>
class ForeignTableJoinProcessor final : public Processor<KO, Change<VO>, K, ForeignResponse<VO>> {
 public:
  struct Parts {
    std::string store;
    Serde<K> primary_keys;
    Serde<KO> foreign_keys;
    ForeignKeyTopics topics;
  };
  ForeignTableJoinProcessor(Parts parts, std::shared_ptr<const bool> versioned)
      : parts_(std::move(parts)), versioned_(std::move(versioned)) {}

  using Processor<KO, Change<VO>, K, ForeignResponse<VO>>::init;
  using Processor<KO, Change<VO>, K, ForeignResponse<VO>>::process;

  void init(ProcessorContext<K, ForeignResponse<VO>>& context) override {
    store_ = &context.template getStateStore<SubscriptionStore>(parts_.store);
    primary_keys_ = {parts_.primary_keys, parts_.topics.primaryKey(context.applicationId()), true};
    foreign_keys_ = {parts_.foreign_keys, parts_.topics.foreignKey(context.applicationId()), true};
  }

  void process(const Record<KO, Change<VO>>& record) override {
    if (!record.key) {
      this->context().dropped("null-key");
      return;
    }
    const Change<VO>& change = *record.value;
    if (*versioned_ && !change.is_latest) {
      this->context().dropped("out-of-order");
      return;
    }
    key_bytes_.clear();
    prefix_.clear();
    foreign_keys_.append(*record.key, key_bytes_);
    appendSubscriptionPrefix(key_bytes_, prefix_);
    store_->prefixScan(prefix_, [&](const Bytes& stored_key, const auto& stored) {
      const Subscription& subscription = stored.value;
      const ForeignResponse<VO> response{subscription.hash, change.new_value, subscription.primary_partition};
      const K& key = primary_keys_.decoded(primaryKeyOf(stored_key));
      this->context().forward(
          {Nullable<K>{key}, Nullable<ForeignResponse<VO>>{response}, record.timestamp, *record.headers});
      return true;
    });
  }

 private:
  Parts parts_;
  std::shared_ptr<const bool> versioned_;
  SubscriptionStore* store_ = nullptr;
  SerdeOfTopic<K> primary_keys_;
  SerdeOfTopic<KO> foreign_keys_;
  Bytes key_bytes_;
  Bytes prefix_;
};

}  // namespace widgetstream::detail
