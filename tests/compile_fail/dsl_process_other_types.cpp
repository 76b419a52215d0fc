// expect: ProcessorSupplierFor<S, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  struct Other : Processor<std::string, std::string> {
    void process(const Record<std::string, std::string>&) override {}
  };
  stream.process([] { return std::make_unique<Other>(); });
}
