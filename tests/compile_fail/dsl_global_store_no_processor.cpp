// expect: ProcessorSupplierFor<S, K, V>
#include "widgetstream/dsl/streams_builder.hpp"
#include "widgetstream/state/store_builders.hpp"

using namespace widgetstream;

void draw(StreamsBuilder builder) {
  builder.addGlobalStore<std::string, std::string>(
      keyValueStoreBuilder<std::string, std::string>(inMemoryKeyValueStore("store")), "topic", [] { return 5; });
}
