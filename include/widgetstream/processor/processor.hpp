#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/processor/processor_context.hpp"
#include "widgetstream/processor/record.hpp"

namespace widgetstream {

/// A processor whose types only it knows: what the runtime calls.
class AnyProcessor {
 public:
  virtual ~AnyProcessor() = default;
  virtual void init(AnyProcessorContext& context) = 0;
  virtual void process(const AnyRecord& record) = 0;
  virtual void close() {}
};

/// One step of a topology: takes Record<KIn, VIn>, forwards Record<KOut, VOut>.
///
/// State    one instance a node and task; what it keeps in members is lost when the task moves: use a store.
/// Threads  the task's stream thread only.
/// Errors   what init() and process() throw reaches the processing handler; widgetstream::Error passes it by.
template <class KIn, class VIn, class KOut = KIn, class VOut = VIn>
class Processor : public AnyProcessor {
 public:
  using Context = ProcessorContext<KOut, VOut>;

  /// Called once before the first record; the context lives as long as the processor.
  virtual void init(Context&) {}
  virtual void process(const Record<KIn, VIn>& record) = 0;

  void init(AnyProcessorContext& context) final {
    context_.emplace(context);
    init(*context_);
  }
  void process(const AnyRecord& record) final { process(Record<KIn, VIn>{record}); }

 protected:
  [[nodiscard]] Context& context() { return *context_; }

 private:
  std::optional<Context> context_;
};

/// Makes a new processor for each task.
template <class KIn, class VIn, class KOut = KIn, class VOut = VIn>
using ProcessorSupplier = std::function<std::unique_ptr<Processor<KIn, VIn, KOut, VOut>>()>;

using AnyProcessorSupplier = std::function<std::unique_ptr<AnyProcessor>()>;

namespace detail {

template <class P, class... Args>
[[nodiscard]] std::unique_ptr<AnyProcessor> makeProcessor(Args&&... args) {
  return makeOwned<AnyProcessor, P>(std::forward<Args>(args)...);
}

}  // namespace detail

extern template AnyProcessorSupplier detail::functionOf<AnyProcessor>(
    std::unique_ptr<const detail::Maker<AnyProcessor>>);

}  // namespace widgetstream
