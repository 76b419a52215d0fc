#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>

#include "widgetstream/processor/processor.hpp"

namespace widgetstream {
namespace detail {

template <class K, class V, class KOut, class VOut>
struct OutputTypes {
  using Key = KOut;
  using Value = VOut;
};
template <class K, class V, class KOut, class VOut>
OutputTypes<K, V, KOut, VOut> outputTypesOf(const Processor<K, V, KOut, VOut>*);

template <class S>
using SuppliedProcessor = typename std::invoke_result_t<const S&>::element_type;

/// What a Processor<K, V, ...> forwards.
template <class P, class K, class V>
using OutputOf = decltype(outputTypesOf<K, V>(static_cast<const P*>(nullptr)));

}  // namespace detail

/// Makes std::unique_ptr to a Processor that takes K and V, a new one at each call.
template <class S, class K, class V>
concept ProcessorSupplierFor = std::copy_constructible<S> && requires(const S& supplier) {
  typename detail::SuppliedProcessor<S>;
  typename detail::OutputOf<detail::SuppliedProcessor<S>, K, V>;
  { std::invoke(supplier) } -> std::convertible_to<std::unique_ptr<AnyProcessor>>;
};

}  // namespace widgetstream
