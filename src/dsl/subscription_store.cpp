#include "widgetstream/dsl/operators/foreign_key/subscription_store.hpp"

namespace widgetstream::detail {

StoreBuilder subscriptionStoreBuilder(const std::string& name) {
  return timestampedKeyValueStoreBuilder<Bytes, Subscription>(persistentKeyValueStore(name), Serde<Bytes>{RawSerde{}},
                                                              Serde<Subscription>{SubscriptionSerde{}});
}

}  // namespace widgetstream::detail
