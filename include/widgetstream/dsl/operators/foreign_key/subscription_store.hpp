#pragma once

#include "widgetstream/dsl/operators/foreign_key/subscription.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/state/typed_key_value_store.hpp"

namespace widgetstream::detail {

/// Subscriptions by foreign key and primary key, as bytes (contract 5.9).
using SubscriptionStore = TypedKeyValueStore<Bytes, ValueTimestampHeaders<Subscription>>;

/// Logged and not cached, as Java's. The changelog has the headers of the records that made the changes; a persistent
/// engine does not keep them.
[[nodiscard]] StoreBuilder subscriptionStoreBuilder(KeyValueStoreSupplier supplier);

}  // namespace widgetstream::detail
