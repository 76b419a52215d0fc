#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>

#include "widgetstream/dsl/function_forms.hpp"

// The forms of functions that make aggregates. Each returns the aggregate, or std::optional of it where it may be null;
// each takes what may be null as const T& (then a null is told to the processing handler) or as Nullable<T>.
//
//   initializer   f()
//   aggregator    f(key, value, aggregate)   f(value, aggregate)   f(key, value, aggregate, context)
//   reducer       f(aggregate, value)
//   merger        f(key, one, other)         f(one, other)

namespace widgetstream {

namespace detail {

template <class R, class A>
concept AggregateResult = std::convertible_to<R, std::optional<A>>;

template <class F, class K, class V, class A>
concept CallsWithKey = requires(const F& add, const K& key, const V& value, const A& aggregate) {
  { std::invoke(add, key, value, aggregate) } -> AggregateResult<A>;
};
template <class F, class K, class V, class A>
concept CallsWithoutKey = requires(const F& add, const V& value, const A& aggregate) {
  { std::invoke(add, value, aggregate) } -> AggregateResult<A>;
};
template <class F, class K, class V, class A>
concept CallsWithContext =
    requires(const F& add, const K& key, const V& value, const A& aggregate, const RecordContext& at) {
  { std::invoke(add, key, value, aggregate, at) } -> AggregateResult<A>;
};

template <class F, class K, class A>
concept MergesWithKey = requires(const F& merge, const K& key, const A& one, const A& other) {
  { std::invoke(merge, key, one, other) } -> AggregateResult<A>;
};
template <class F, class A>
concept MergesWithoutKey = requires(const F& merge, const A& one, const A& other) {
  { std::invoke(merge, one, other) } -> AggregateResult<A>;
};

}  // namespace detail

/// Makes the value a key begins with.
template <class F, class A>
concept InitializerOf = std::copy_constructible<F> && std::invocable<const F&> &&
    detail::AggregateResult<std::invoke_result_t<const F&>, A>;

/// Adds a record to an aggregate: f(key, value, aggregate), f(value, aggregate) or f(key, value, aggregate, context);
/// returns the new aggregate, or std::optional of it where it may be deleted.
template <class F, class K, class V, class A>
concept AggregatorOf = std::copy_constructible<F> &&(detail::CallsWithKey<F, K, V, A> ||
                                                     detail::CallsWithoutKey<F, K, V, A> ||
                                                     detail::CallsWithContext<F, K, V, A>);

/// Makes one value of a record's and the aggregate: f(aggregate, value); std::optional where the key may be deleted.
template <class F, class V>
concept ReducerOf = std::copy_constructible<F> && requires(const F& reduce, const V& aggregate, const V& value) {
  { std::invoke(reduce, aggregate, value) } -> detail::AggregateResult<V>;
};

/// Makes one session's aggregate of two: f(key, one, other) or f(one, other), the earlier session first.
template <class F, class K, class A>
concept SessionMergerOf = std::copy_constructible<F> &&(detail::MergesWithKey<F, K, A> ||
                                                        detail::MergesWithoutKey<F, A>);

namespace detail {

template <class P>
struct ParameterTuple;
template <class... P>
struct ParameterTuple<Parameters<P...>> {
  using type = std::tuple<std::type_identity<P>...>;
};

/// True when the parameter of F at `index` is a Nullable<T>.
template <class F, std::size_t index, class T>
constexpr bool takesNullAt() {
  if constexpr (HasPlainParameters<F>) {
    using All = typename ParameterTuple<typename CallableParameters<F>::type>::type;
    if constexpr (index < std::tuple_size_v<All>) {
      return takes_nullable<typename std::tuple_element_t<index, All>::type, T>;
    }
  }
  return false;
}

/// A key, value or aggregate in the form in which F takes it at `index`. Errors  NullArgument naming `parameter`.
template <class F, std::size_t index, class T>
[[nodiscard]] decltype(auto) argumentAt(const Nullable<T>& part, const char* parameter) {
  return argument<takesNullAt<F, index, T>()>(part, parameter);
}

/// Calls the aggregator in whichever form it has; the context shows the record's own time and headers.
template <class A, class F, class K, class V>
[[nodiscard]] std::optional<A> callAggregator(const F& add, const Record<K, V>& record, const Nullable<A>& aggregate,
                                              const RecordContext& input) {
  if constexpr (CallsWithKey<F, K, V, A>) {
    return std::invoke(add, argumentAt<F, 0>(record.key, "key"), argumentAt<F, 1>(record.value, "value"),
                       argumentAt<F, 2>(aggregate, "aggregate"));
  } else if constexpr (CallsWithoutKey<F, K, V, A>) {
    return std::invoke(add, argumentAt<F, 0>(record.value, "value"), argumentAt<F, 1>(aggregate, "aggregate"));
  } else {
    const RecordContext at{input.topic(), input.partition(), input.offset(), record.timestamp, *record.headers};
    return std::invoke(add, argumentAt<F, 0>(record.key, "key"), argumentAt<F, 1>(record.value, "value"),
                       argumentAt<F, 2>(aggregate, "aggregate"), at);
  }
}

template <class F, class V>
[[nodiscard]] std::optional<V> callReducer(const F& reduce, const Nullable<V>& aggregate, const Nullable<V>& value) {
  return std::invoke(reduce, argumentAt<F, 0>(aggregate, "aggregate"), argumentAt<F, 1>(value, "value"));
}

template <class F, class K, class A>
[[nodiscard]] std::optional<A> callMerger(const F& merge, const K& key, const Nullable<A>& one,
                                          const Nullable<A>& other) {
  if constexpr (MergesWithKey<F, K, A>) {
    return std::invoke(merge, key, argumentAt<F, 1>(one, "aggregate"), argumentAt<F, 2>(other, "aggregate"));
  } else {
    return std::invoke(merge, argumentAt<F, 0>(one, "aggregate"), argumentAt<F, 1>(other, "aggregate"));
  }
}

/// What an aggregator or merger with plain parameters returns, std::optional taken off.
template <class F>
struct ResultOfFunction {};
template <class R, class... P>
struct ResultOfFunction<R (*)(P...)> {
  using type = ReturnedType<std::remove_cvref_t<R>>;
};
template <class R, class... P>
struct ResultOfFunction<R (*)(P...) noexcept> : ResultOfFunction<R (*)(P...)> {};
template <class R, class C, class... P>
struct ResultOfFunction<R (C::*)(P...) const> : ResultOfFunction<R (*)(P...)> {};
template <class R, class C, class... P>
struct ResultOfFunction<R (C::*)(P...) const noexcept> : ResultOfFunction<R (*)(P...)> {};

template <class F>
struct CallableResult {};
template <class F>
requires std::is_pointer_v<F>
struct CallableResult<F> : ResultOfFunction<F> {};
template <class F>
requires requires { &F::operator(); }
struct CallableResult<F> : ResultOfFunction<decltype(&F::operator())> {};

}  // namespace detail
}  // namespace widgetstream
