#pragma once

#include <string>
#include <vector>

#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {

/// How the processors of one node are made, and stores that they bring along.
struct WrappedProcessorSupplier {
  AnyProcessorSupplier make;
  /// Added to the topology, unless a store of the name is there, and connected to the node.
  std::vector<StoreBuilder> stores = {};
};

/// Comes between a topology and every processor in it, those of the DSL included: to measure, trace, or test them
/// (Java's KIP-1112). Given through TopologyConfig.
///
/// A wrapping processor passes init(), process() and close() on to the one it wraps, as WrappingProcessor does.
class ProcessorWrapper {
 public:
  virtual ~ProcessorWrapper() = default;

  /// Called once for each node while the topology is built. Returns what is used instead of `supplier`, which may be
  /// `supplier` itself.
  [[nodiscard]] virtual WrappedProcessorSupplier wrapProcessorSupplier(const std::string& processor_name,
                                                                       AnyProcessorSupplier supplier) = 0;
  /// The same for processors that keep the key.
  [[nodiscard]] virtual WrappedProcessorSupplier wrapFixedKeyProcessorSupplier(const std::string& processor_name,
                                                                               AnyProcessorSupplier supplier) {
    return wrapProcessorSupplier(processor_name, std::move(supplier));
  }
};

/// Passes everything on to another processor: a base for what ProcessorWrapper makes.
class WrappingProcessor : public AnyProcessor {
 public:
  explicit WrappingProcessor(std::unique_ptr<AnyProcessor> wrapped) : wrapped_(std::move(wrapped)) {}

  void init(AnyProcessorContext& context) override { wrapped_->init(context); }
  void process(const AnyRecord& record) override { wrapped_->process(record); }
  void close() override { wrapped_->close(); }

 protected:
  [[nodiscard]] AnyProcessor& wrapped() noexcept { return *wrapped_; }

 private:
  std::unique_ptr<AnyProcessor> wrapped_;
};

}  // namespace widgetstream
