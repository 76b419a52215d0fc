#include "widgetstream/dsl/operators/close_watch.hpp"

#include <utility>

namespace widgetstream::detail {

void CloseWatch::init(AnyProcessorContext& context, std::string store) {
  context_ = &context;
  store_ = std::move(store);
  results_ = context.metrics().counter("widgetstream_window_results_total", "Results of windows that have closed.",
                                       {{"task", toString(context.taskId())}, {"node", context.nodeName()}});
  if (const auto noted = context.processorMetadata(store_)) last_ = fromMillis(*noted);
}

bool CloseWatch::isDue(Timestamp close) {
  if (!context_) return false;
  const Timestamp now = context_->currentSystemTime();
  if (now < next_) return false;
  // From now and not from when it was due: a clock that has leapt does not cause a burst.
  next_ = now + context_->emitInterval();
  return last_ == no_timestamp || last_ < close;
}

void CloseWatch::emitted(Timestamp close, std::uint64_t results) {
  results_->add(results);
  last_ = close;
  context_->addProcessorMetadata(store_, toMillis(close));
}

}  // namespace widgetstream::detail
