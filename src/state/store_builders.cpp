#include "widgetstream/state/store_builders.hpp"

#include "widgetstream/state/versioned_store_builders.hpp"

namespace widgetstream::detail {

StoreBuilder storeBuilderOf(KeyValueStoreSupplier supplier, MakeStore make) {
  StoreBuilder builder;
  builder.name = std::move(supplier.name);
  builder.persistent = supplier.persistent;
  builder.open = std::move(supplier.open);
  builder.make = std::move(make);
  return builder;
}

StoreBuilder storeBuilderOf(VersionedKeyValueStoreSupplier supplier, MakeStore make) {
  StoreBuilder builder;
  builder.name = std::move(supplier.name);
  builder.persistent = supplier.persistent;
  builder.changelog = {ChangelogRetention::Kind::versioned, supplier.history_retention};
  builder.open = std::move(supplier.open);
  builder.make = std::move(make);
  return builder;
}

TableOptions tableOptions(const StoreBuilder& of, ValueFormat format, std::size_t max_entries) {
  TableOptions options;
  options.name = of.name;
  options.persistent = of.persistent;
  options.logging = of.logging;
  options.caching = of.caching;
  options.format = format;
  options.max_entries = max_entries;
  options.open = of.open;
  return options;
}

template StoreBuilder typedStoreBuilder<std::string, ValueAndTimestamp<std::string>>(
    KeyValueStoreSupplier supplier, ValueFormat format, Serde<std::string> keys, Serde<std::string> values);
template StoreBuilder typedStoreBuilder<std::string, ValueAndTimestamp<std::int64_t>>(
    KeyValueStoreSupplier supplier, ValueFormat format, Serde<std::string> keys, Serde<std::int64_t> values);

}  // namespace widgetstream::detail

namespace widgetstream {

template StoreBuilder versionedKeyValueStoreBuilder<std::string, std::string>(
    VersionedKeyValueStoreSupplier supplier, Serde<std::string> keys, Serde<std::string> values);
template StoreBuilder versionedKeyValueStoreBuilder<std::string, std::int64_t>(
    VersionedKeyValueStoreSupplier supplier, Serde<std::string> keys, Serde<std::int64_t> values);

}  // namespace widgetstream
