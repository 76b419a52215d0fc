#include "widgetstream/dsl/operators/foreign_key/subscription_store.hpp"

#include <memory>
#include <utility>

namespace widgetstream::detail {

StoreBuilder subscriptionStoreBuilder(KeyValueStoreSupplier supplier) {
  StoreBuilder builder;
  builder.name = std::move(supplier.name);
  builder.persistent = supplier.persistent;
  builder.open = std::move(supplier.open);
  builder.make = [](const StoreBuilder& of) -> std::unique_ptr<StateStore> {
    TableOptions options;
    options.name = of.name;
    options.persistent = of.persistent;
    options.logging = of.logging;
    options.timestamped = true;
    // Its changelog has the headers of the record that made the change, though they are not kept.
    options.with_headers = true;
    options.format = ValueFormat::timestamped;
    options.open = of.open;
    return std::make_unique<SubscriptionStore>(std::move(options), RawSerde{}, SubscriptionSerde{});
  };
  return builder;
}

}  // namespace widgetstream::detail
