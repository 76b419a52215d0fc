#pragma once

#include "widgetstream/dsl/operators/foreign_key/subscription.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/state/typed_key_value_store.hpp"

namespace widgetstream::detail {

/// Subscriptions by foreign key and primary key, as bytes (contract 5.9).
using SubscriptionStore = TypedTimestampedStore<Bytes, Subscription>;

/// Logged and not cached, as Java's.
[[nodiscard]] StoreBuilder subscriptionStoreBuilder(KeyValueStoreSupplier supplier);

}  // namespace widgetstream::detail
