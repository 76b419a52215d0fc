#pragma once

#include <memory>
#include <string>

#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {

/// Counts the records of each key in the store "counts" and forwards the count.
class CountingProcessor final : public Processor<std::string, std::string> {
 public:
  using Processor<std::string, std::string>::init;
  using Processor<std::string, std::string>::process;
  void init(Context& context) override {
    counts_ = &context.getStateStore<KeyValueStore<std::string, std::string>>("counts");
  }
  void process(const Record<std::string, std::string>& record) override {
    const std::string count = std::to_string(std::stoi(counts_->get(*record.key).value_or("0")) + 1);
    counts_->put(*record.key, count);
    context().forward(record.withValue(count));
  }

 private:
  KeyValueStore<std::string, std::string>* counts_ = nullptr;
};

/// topic "in" -> processor "count" with the store "counts" -> topic "out".
inline Topology counting(KeyValueStoreSupplier store = inMemoryKeyValueStore("counts")) {
  Topology topology;
  topology.addSource<std::string, std::string>("source", {"in"})
      .addProcessor("count",
                    ProcessorSupplier<std::string, std::string>{[] { return std::make_unique<CountingProcessor>(); }},
                    {"source"})
      .addStateStore(keyValueStoreBuilder<std::string, std::string>(std::move(store)), {"count"})
      .addSink<std::string, std::string>("sink", "out", {"count"});
  return topology;
}

}  // namespace widgetstream
