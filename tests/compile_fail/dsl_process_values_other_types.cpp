// expect: FixedKeyProcessorSupplierFor<S, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  struct Other : FixedKeyProcessor<std::string, std::string> {
    void process(const FixedKeyRecord<std::string, std::string>&) override {}
  };
  stream.processValues([] { return std::make_unique<Other>(); });
}
