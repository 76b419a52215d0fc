// expect: ValueTransformerSupplierFor<S, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> table) {
  struct Other : ValueTransformerWithKey<std::string, std::string, std::string> {
    std::optional<std::string> transform(const std::string&, Nullable<std::string>) override { return {}; }
  };
  (void)table.transformValues([] { return std::make_unique<Other>(); });
}
