#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/processor/record.hpp"
#include "widgetstream/processor/record_context.hpp"

// The forms a user's function may have (design D12), chosen by its parameters:
//
//   f(value)              f(key, value)              each const T&, or T
//   f(Nullable<V>)        f(Nullable<K>, Nullable<V>)  and mixtures: where it wants to see null
//   and in each case const RecordContext& as one parameter more, the last.
//
// A generic function (auto parameters) is called as f(value), f(key, value), f(value, context) or
// f(key, value, context): the first of these that it takes.

namespace widgetstream {

/// A null came where a function takes the value by reference. The processing handler decides, as on whatever else a
/// function throws.
class NullArgument : public std::invalid_argument {
 public:
  explicit NullArgument(const char* parameter)
      : std::invalid_argument(std::string{"the "} + parameter +
                              " of the record is null, and the function takes it by reference; filter nulls before, or "
                              "take Nullable<T> to see them") {}
};

namespace detail {

template <class... P>
struct Parameters {};

/// The parameter types of a function whose call operator is not a template.
template <class F>
struct ParametersOf {};
template <class R, class... P>
struct ParametersOf<R (*)(P...)> {
  using type = Parameters<P...>;
};
template <class R, class... P>
struct ParametersOf<R (*)(P...) noexcept> : ParametersOf<R (*)(P...)> {};
template <class R, class C, class... P>
struct ParametersOf<R (C::*)(P...)> : ParametersOf<R (*)(P...)> {};
template <class R, class C, class... P>
struct ParametersOf<R (C::*)(P...) const> : ParametersOf<R (*)(P...)> {};
template <class R, class C, class... P>
struct ParametersOf<R (C::*)(P...) noexcept> : ParametersOf<R (*)(P...)> {};
template <class R, class C, class... P>
struct ParametersOf<R (C::*)(P...) const noexcept> : ParametersOf<R (*)(P...)> {};

template <class F>
struct CallableParameters {};
template <class F>
requires std::is_pointer_v<F>
struct CallableParameters<F> : ParametersOf<F> {};
template <class F>
requires requires { &F::operator(); }
struct CallableParameters<F> : ParametersOf<decltype(&F::operator())> {};

template <class F>
concept HasPlainParameters = requires { typename CallableParameters<F>::type; };

template <class P, class T>
inline constexpr bool takes_nullable = std::same_as<std::remove_cvref_t<P>, Nullable<T>>;

template <class P>
inline constexpr bool takes_context = std::same_as<std::remove_cvref_t<P>, RecordContext>;

template <class P, class T>
inline constexpr bool takes_part = takes_nullable<P, T> || (std::convertible_to<const T&, P> && !takes_context<P>);

/// Hands over a key or value in the form the parameter asks for.
template <bool nullable, class T>
[[nodiscard]] decltype(auto) argument(const Nullable<T>& part, const char* parameter) {
  if constexpr (nullable) {
    return Nullable<T>{part};
  } else {
    if (!part) throw NullArgument{parameter};
    return *part;
  }
}

/// How F is called; `valid` is false when it has none of the forms.
struct NoForm {
  static constexpr bool valid = false;
};

/// Functions are called as const: each task has a copy, which is not the place for what they learn of a record.
template <class F, class Key, class Value, bool has_key, bool has_context>
constexpr bool isCallable() {
  if constexpr (has_key && has_context) {
    return std::is_invocable_v<const F&, Key, Value, const RecordContext&>;
  } else if constexpr (has_key) {
    return std::is_invocable_v<const F&, Key, Value>;
  } else if constexpr (has_context) {
    return std::is_invocable_v<const F&, Value, const RecordContext&>;
  } else {
    return std::is_invocable_v<const F&, Value>;
  }
}

template <class T, bool nullable>
using ArgumentOf = std::conditional_t<nullable, Nullable<T>, const T&>;

template <class F, class K, class V, bool has_key, bool nullable_key, bool nullable_value, bool has_context>
struct Form {
  static constexpr bool valid =
      isCallable<F, ArgumentOf<K, nullable_key>, ArgumentOf<V, nullable_value>, has_key, has_context>();

  static decltype(auto) call(const F& function, const Record<K, V>& record, const RecordContext& at) {
    if constexpr (has_key && has_context) {
      return std::invoke(function, argument<nullable_key>(record.key, "key"),
                         argument<nullable_value>(record.value, "value"), at);
    } else if constexpr (has_key) {
      return std::invoke(function, argument<nullable_key>(record.key, "key"),
                         argument<nullable_value>(record.value, "value"));
    } else if constexpr (has_context) {
      return std::invoke(function, argument<nullable_value>(record.value, "value"), at);
    } else {
      return std::invoke(function, argument<nullable_value>(record.value, "value"));
    }
  }
};

template <class F, class K, class V, class P>
struct FormOfParameters : NoForm {};
template <class F, class K, class V, class A>
requires takes_part<A, V>
struct FormOfParameters<F, K, V, Parameters<A>> : Form<F, K, V, false, false, takes_nullable<A, V>, false> {};
template <class F, class K, class V, class A, class B>
requires(takes_part<A, V> && takes_context<B>)
struct FormOfParameters<F, K, V, Parameters<A, B>> : Form<F, K, V, false, false, takes_nullable<A, V>, true> {};
template <class F, class K, class V, class A, class B>
requires(takes_part<A, K> && takes_part<B, V>)
struct FormOfParameters<F, K, V, Parameters<A, B>>
    : Form<F, K, V, true, takes_nullable<A, K>, takes_nullable<B, V>, false> {};
template <class F, class K, class V, class A, class B, class C>
requires(takes_part<A, K> && takes_part<B, V> && takes_context<C>)
struct FormOfParameters<F, K, V, Parameters<A, B, C>>
    : Form<F, K, V, true, takes_nullable<A, K>, takes_nullable<B, V>, true> {};

template <class F, class K, class V>
constexpr auto formOf() {
  if constexpr (HasPlainParameters<F>) {
    return FormOfParameters<F, K, V, typename CallableParameters<F>::type>{};
  } else if constexpr (std::is_invocable_v<const F&, const V&>) {
    return Form<F, K, V, false, false, false, false>{};
  } else if constexpr (std::is_invocable_v<const F&, const K&, const V&>) {
    return Form<F, K, V, true, false, false, false>{};
  } else if constexpr (std::is_invocable_v<const F&, const V&, const RecordContext&>) {
    return Form<F, K, V, false, false, false, true>{};
  } else if constexpr (std::is_invocable_v<const F&, const K&, const V&, const RecordContext&>) {
    return Form<F, K, V, true, false, false, true>{};
  } else {
    return NoForm{};
  }
}

template <class F, class K, class V>
using FormOf = decltype(formOf<F, K, V>());

/// Calls a function in whichever form it has; the context shows the record's own time and headers.
template <class F, class K, class V>
[[nodiscard]] decltype(auto) callWith(const F& function, const Record<K, V>& record, const RecordContext& input) {
  const RecordContext at{input.topic(), input.partition(), input.offset(), record.timestamp, *record.headers};
  return FormOf<F, K, V>::call(function, record, at);
}

template <class F, class K, class V>
using CallResult =
    std::remove_cvref_t<decltype(FormOf<F, K, V>::call(std::declval<const F&>(), std::declval<const Record<K, V>&>(),
                                                       std::declval<const RecordContext&>()))>;

/// What a function returns as a record's key or value: T, where std::optional<T> says that it may be null.
template <class R>
struct Returned {
  using type = R;
  [[nodiscard]] static Nullable<R> asNullable(const R& result) { return {result}; }
};
template <class T>
struct Returned<std::optional<T>> {
  using type = T;
  [[nodiscard]] static Nullable<T> asNullable(const std::optional<T>& result) {
    return result ? Nullable<T>{*result} : Nullable<T>{};
  }
};
template <class R>
using ReturnedType = typename Returned<R>::type;

/// Text comes as literals too, and is kept as std::string.
template <>
struct Returned<const char*> {
  using type = std::string;
};
template <>
struct Returned<std::string_view> {
  using type = std::string;
};

template <class R>
concept KeptAsString = std::same_as<R, const char*> || std::same_as<R, std::string_view>;

/// The result as records hold it: a reference to it, or a std::string made of it.
template <class R>
[[nodiscard]] const R& kept(const R& result) {
  return result;
}
template <KeptAsString R>
[[nodiscard]] std::string kept(const R& result) {
  return std::string{result};
}

template <class R>
[[nodiscard]] auto asNullable(const R& result) {
  return Returned<R>::asNullable(result);
}

/// What may be null as what a function returns.
template <class T>
[[nodiscard]] std::optional<T> copied(const Nullable<T>& value) {
  return value ? std::optional<T>{*value} : std::nullopt;
}
/// The other way round; borrows from `value`.
template <class T>
[[nodiscard]] Nullable<T> borrowed(const std::optional<T>& value) {
  return value ? Nullable<T>{*value} : Nullable<T>{};
}
template <class T>
Nullable<T> borrowed(const std::optional<T>&& value) = delete;

/// std::pair<K, V>, each side as Returned.
template <class R>
struct ReturnedPair {};
template <class K, class V>
struct ReturnedPair<std::pair<K, V>> {
  using Key = ReturnedType<std::remove_cv_t<K>>;  // pairs of a std::map have a const key
  using Value = ReturnedType<std::remove_cv_t<V>>;
};

template <class R>
concept PairOfKeyAndValue = requires {
  typename ReturnedPair<R>::Key;
  typename ReturnedPair<R>::Value;
};

template <class R>
concept Range = requires(const R& range) {
  range.begin();
  range.end();
};
template <class R>
using ElementOf = std::remove_cvref_t<decltype(*std::declval<const R&>().begin())>;

}  // namespace detail

/// A function of a record in one of the forms above.
template <class F, class K, class V>
concept RecordFunction = std::copy_constructible<F> && detail::FormOf<F, K, V>::valid;

/// True or false for a record.
template <class F, class K, class V>
concept RecordPredicate = RecordFunction<F, K, V> && std::convertible_to<detail::CallResult<F, K, V>, bool>;

/// Makes one value of a record; std::optional<T> where it may be null.
template <class F, class K, class V>
concept RecordMapper = RecordFunction<F, K, V> && !std::is_void_v<detail::CallResult<F, K, V>>;

/// Makes std::pair(key, value) of a record.
template <class F, class K, class V>
concept PairMapper = RecordFunction<F, K, V> && detail::PairOfKeyAndValue<detail::CallResult<F, K, V>>;

/// Makes any number of values of a record.
template <class F, class K, class V>
concept ValuesMapper = RecordFunction<F, K, V> && detail::Range<detail::CallResult<F, K, V>>;

/// Makes any number of pairs of a record.
template <class F, class K, class V>
concept PairsMapper = ValuesMapper<F, K, V> && detail::PairOfKeyAndValue<detail::ElementOf<detail::CallResult<F, K, V>>>;

/// Looks at a record and returns nothing that matters.
template <class F, class K, class V>
concept RecordAction = RecordFunction<F, K, V>;

}  // namespace widgetstream
