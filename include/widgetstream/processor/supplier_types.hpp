#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <vector>

#include "widgetstream/processor/fixed_key_processor.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/stores.hpp"

// What suppliers of processors make, and the stores they bring along.

namespace widgetstream {
namespace detail {

template <class K, class V, class KOut, class VOut>
struct OutputTypes {
  using Key = KOut;
  using Value = VOut;
};
template <class K, class V, class KOut, class VOut>
OutputTypes<K, V, KOut, VOut> outputTypesOf(const Processor<K, V, KOut, VOut>*);
template <class K, class V, class VOut>
OutputTypes<K, V, K, VOut> fixedKeyOutputTypesOf(const FixedKeyProcessor<K, V, VOut>*);

template <class S>
using SuppliedProcessor = typename std::invoke_result_t<const S&>::element_type;

/// What a Processor<K, V, ...> forwards.
template <class P, class K, class V>
using OutputOf = decltype(outputTypesOf<K, V>(static_cast<const P*>(nullptr)));
/// What a FixedKeyProcessor<K, V, ...> forwards.
template <class P, class K, class V>
using FixedKeyOutputOf = decltype(fixedKeyOutputTypesOf<K, V>(static_cast<const P*>(nullptr)));

}  // namespace detail

/// Makes std::unique_ptr to a Processor that takes K and V, a new one at each call.
template <class S, class K, class V>
concept ProcessorSupplierFor = std::copy_constructible<S> && requires(const S& supplier) {
  typename detail::SuppliedProcessor<S>;
  typename detail::OutputOf<detail::SuppliedProcessor<S>, K, V>;
  { std::invoke(supplier) } -> std::convertible_to<std::unique_ptr<AnyProcessor>>;
};

/// Makes std::unique_ptr to a FixedKeyProcessor that takes K and V, a new one at each call.
template <class S, class K, class V>
concept FixedKeyProcessorSupplierFor = std::copy_constructible<S> && requires(const S& supplier) {
  typename detail::SuppliedProcessor<S>;
  typename detail::FixedKeyOutputOf<detail::SuppliedProcessor<S>, K, V>;
  { std::invoke(supplier) } -> std::convertible_to<std::unique_ptr<AnyProcessor>>;
};

/// A supplier with stores of its own: `std::vector<StoreBuilder> stores() const`. They are added to the topology, unless
/// they are there, and connected to the processor.
template <class S>
concept BringsStores = requires(const S& supplier) {
  { supplier.stores() } -> std::convertible_to<std::vector<StoreBuilder>>;
};

namespace detail {

template <class S>
[[nodiscard]] std::vector<StoreBuilder> storesOf(const S& supplier) {
  if constexpr (BringsStores<S>) {
    return supplier.stores();
  } else {
    return {};
  }
}

/// The supplier without its types.
template <class S>
[[nodiscard]] AnyProcessorSupplier anySupplier(S supplier) {
  if constexpr (std::is_class_v<S> && !std::is_same_v<S, AnyProcessorSupplier>) {
    return makerFunction<AnyProcessor>(std::move(supplier));
  } else {
    return supplier;
  }
}

}  // namespace detail
}  // namespace widgetstream
