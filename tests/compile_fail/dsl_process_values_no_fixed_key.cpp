// expect: FixedKeyProcessorSupplierFor<S, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  struct Free : Processor<std::string, std::int64_t> {
    void process(const Record<std::string, std::int64_t>&) override {}
  };
  stream.processValues([] { return std::make_unique<Free>(); });
}
