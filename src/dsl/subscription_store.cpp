#include "widgetstream/dsl/operators/foreign_key/subscription_store.hpp"

#include <utility>

namespace widgetstream::detail {

StoreBuilder subscriptionStoreBuilder(KeyValueStoreSupplier supplier) {
  const ValueFormat format = supplier.persistent ? ValueFormat::timestamped : ValueFormat::timestamped_headers;
  return typedStoreBuilder<Bytes, ValueTimestampHeaders<Subscription>>(std::move(supplier), format, RawSerde{},
                                                                       SubscriptionSerde{});
}

}  // namespace widgetstream::detail
