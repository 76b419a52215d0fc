#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/processor/processor_context.hpp"

namespace widgetstream {

/// Makes new values of a table's rows, with stores at hand.
///
/// State    one instance a node and task, and one more for each operator below that looks rows up in a table that keeps
///          none: what a transformer remembers in stores it must remember under that, too
/// Threads  the task's stream thread only
/// Errors   what init() and transform() throw reaches the processing handler; widgetstream::Error passes it by
template <class K, class V, class VOut>
class ValueTransformerWithKey {
 public:
  virtual ~ValueTransformerWithKey() = default;
  /// Called once before the first row; the context lives as long as the transformer. It cannot forward.
  virtual void init(ProcessingContext&) {}
  /// The new value of a row, or of what it was before; none where it shall have none. A null `value` is a deleted row.
  [[nodiscard]] virtual std::optional<VOut> transform(const K& key, Nullable<V> value) = 0;
  virtual void close() {}
};

namespace detail {

template <class K, class V, class VOut>
struct TransformerOutput {
  using Value = VOut;
};
template <class K, class V, class VOut>
TransformerOutput<K, V, VOut> transformerOutputOf(const ValueTransformerWithKey<K, V, VOut>*);

template <class S>
using SuppliedTransformer = typename std::invoke_result_t<const S&>::element_type;

/// What the transformers of S make.
template <class S, class K, class V>
using TransformedValue =
    typename decltype(transformerOutputOf<K, V>(static_cast<const SuppliedTransformer<S>*>(nullptr)))::Value;

}  // namespace detail

/// Makes std::unique_ptr to a ValueTransformerWithKey<K, V, VOut>, a new one at each call.
template <class S, class K, class V>
concept ValueTransformerSupplierFor = std::copy_constructible<S> && requires(const S& supplier) {
  typename detail::SuppliedTransformer<S>;
  typename detail::TransformedValue<S, K, V>;
  { std::invoke(supplier) }
  -> std::convertible_to<std::unique_ptr<ValueTransformerWithKey<K, V, detail::TransformedValue<S, K, V>>>>;
};

}  // namespace widgetstream
