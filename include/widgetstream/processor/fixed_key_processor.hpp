#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "widgetstream/processor/fixed_key_record.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream {

/// What a processor that must keep the key may ask. It forwards what it derived from the record that came in; a
/// punctuator, which has none, cannot forward.
template <class K, class V>
class FixedKeyProcessorContext final : public ProcessingContext {
 public:
  explicit FixedKeyProcessorContext(AnyProcessorContext& task) : ProcessingContext(task), forward_(task) {}

  void forward(const FixedKeyRecord<K, V>& record) { forward_.forward(record.record()); }
  void forward(const FixedKeyRecord<K, V>& record, std::string_view child) { forward_.forward(record.record(), child); }

 private:
  ProcessorContext<K, V> forward_;
};

/// One step of a topology that keeps the key: takes FixedKeyRecord<K, VIn>, forwards FixedKeyRecord<K, VOut>. Streams
/// behind it need no repartition. Otherwise as Processor.
template <class K, class VIn, class VOut = VIn>
class FixedKeyProcessor : public AnyProcessor {
 public:
  using Context = FixedKeyProcessorContext<K, VOut>;

  /// Called once before the first record; the context lives as long as the processor.
  virtual void init(Context&) {}
  virtual void process(const FixedKeyRecord<K, VIn>& record) = 0;

  void init(AnyProcessorContext& context) final {
    context_.emplace(context);
    init(*context_);
  }
  void process(const AnyRecord& record) final { process(FixedKeyRecord<K, VIn>{Record<K, VIn>{record}}); }

 protected:
  [[nodiscard]] Context& context() { return *context_; }

 private:
  std::optional<Context> context_;
};

/// Makes a new processor for each task.
template <class K, class VIn, class VOut = VIn>
using FixedKeyProcessorSupplier = std::function<std::unique_ptr<FixedKeyProcessor<K, VIn, VOut>>()>;

}  // namespace widgetstream
