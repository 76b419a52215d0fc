#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "widgetstream/dsl/function_forms.hpp"

// The forms the function of a join may have, chosen by its parameters like those of function_forms.hpp:
//
//   f(left, right)           f(key, left, right)      each const T&, T or Nullable<T>
//   and in each case const RecordContext& as one parameter more, the last.
//
// A side that may be missing is taken as Nullable<T>: the right one of a left join, both of an outer join.
// A generic function (auto parameters) is called in the first of these forms that it takes: (left, right),
// (key, left, right), (left, right, context), (key, left, right, context).

namespace widgetstream::detail {

enum class JoinKind { inner, left, outer };

/// A parameter for a side that may be missing must show so; otherwise a null would reach the function as an error at
/// the first row without partner.
template <class P, class T, bool may_be_missing>
inline constexpr bool takes_side = may_be_missing ? takes_nullable<P, T> : takes_part<P, T>;

template <class F, class Key, class Left, class Right, bool has_key, bool has_context>
constexpr bool isJoiner() {
  if constexpr (has_key && has_context) {
    return std::is_invocable_v<const F&, Key, Left, Right, const RecordContext&>;
  } else if constexpr (has_key) {
    return std::is_invocable_v<const F&, Key, Left, Right>;
  } else if constexpr (has_context) {
    return std::is_invocable_v<const F&, Left, Right, const RecordContext&>;
  } else {
    return std::is_invocable_v<const F&, Left, Right>;
  }
}

template <bool key, bool context>
struct JoinerShape {
  static constexpr bool has_key = key;
  static constexpr bool has_context = context;
};
template <bool key, bool left, bool right>
struct JoinerNulls {
  static constexpr bool nullable_key = key;
  static constexpr bool nullable_left = left;
  static constexpr bool nullable_right = right;
};

template <class F, class K, class L, class R, class Shape, class Nulls>
struct JoinerForm {
  static constexpr bool valid =
      isJoiner<F, ArgumentOf<K, Nulls::nullable_key>, ArgumentOf<L, Nulls::nullable_left>,
               ArgumentOf<R, Nulls::nullable_right>, Shape::has_key, Shape::has_context>();

  static decltype(auto) call(const F& join, const Nullable<K>& key, const Nullable<L>& left, const Nullable<R>& right,
                             const RecordContext& at) {
    if constexpr (Shape::has_key && Shape::has_context) {
      return std::invoke(join, argument<Nulls::nullable_key>(key, "key"),
                         argument<Nulls::nullable_left>(left, "left value"),
                         argument<Nulls::nullable_right>(right, "right value"), at);
    } else if constexpr (Shape::has_key) {
      return std::invoke(join, argument<Nulls::nullable_key>(key, "key"),
                         argument<Nulls::nullable_left>(left, "left value"),
                         argument<Nulls::nullable_right>(right, "right value"));
    } else if constexpr (Shape::has_context) {
      return std::invoke(join, argument<Nulls::nullable_left>(left, "left value"),
                         argument<Nulls::nullable_right>(right, "right value"), at);
    } else {
      return std::invoke(join, argument<Nulls::nullable_left>(left, "left value"),
                         argument<Nulls::nullable_right>(right, "right value"));
    }
  }
};

template <JoinKind kind>
inline constexpr bool left_may_be_missing = kind == JoinKind::outer;
template <JoinKind kind>
inline constexpr bool right_may_be_missing = kind != JoinKind::inner;

template <JoinKind kind, class L, class R, class PL, class PR>
concept TakesSides = takes_side<PL, L, left_may_be_missing<kind>> && takes_side<PR, R, right_may_be_missing<kind>>;

template <JoinKind kind, class F, class K, class L, class R, class P>
struct JoinerOfParameters : NoForm {};
template <JoinKind kind, class F, class K, class L, class R, class A, class B>
requires TakesSides<kind, L, R, A, B>
struct JoinerOfParameters<kind, F, K, L, R, Parameters<A, B>>
    : JoinerForm<F, K, L, R, JoinerShape<false, false>,
                 JoinerNulls<false, takes_nullable<A, L>, takes_nullable<B, R>>> {};
template <JoinKind kind, class F, class K, class L, class R, class A, class B, class C>
requires(TakesSides<kind, L, R, A, B> && takes_context<C>)
struct JoinerOfParameters<kind, F, K, L, R, Parameters<A, B, C>>
    : JoinerForm<F, K, L, R, JoinerShape<false, true>,
                 JoinerNulls<false, takes_nullable<A, L>, takes_nullable<B, R>>> {};
template <JoinKind kind, class F, class K, class L, class R, class A, class B, class C>
requires(takes_part<A, K> && TakesSides<kind, L, R, B, C>)
struct JoinerOfParameters<kind, F, K, L, R, Parameters<A, B, C>>
    : JoinerForm<F, K, L, R, JoinerShape<true, false>,
                 JoinerNulls<takes_nullable<A, K>, takes_nullable<B, L>, takes_nullable<C, R>>> {};
template <JoinKind kind, class F, class K, class L, class R, class A, class B, class C, class D>
requires(takes_part<A, K> && TakesSides<kind, L, R, B, C> && takes_context<D>)
struct JoinerOfParameters<kind, F, K, L, R, Parameters<A, B, C, D>>
    : JoinerForm<F, K, L, R, JoinerShape<true, true>,
                 JoinerNulls<takes_nullable<A, K>, takes_nullable<B, L>, takes_nullable<C, R>>> {};

template <JoinKind kind, class F, class K, class L, class R>
constexpr auto joinerFormOf() {
  using Nulls = JoinerNulls<false, left_may_be_missing<kind>, right_may_be_missing<kind>>;
  if constexpr (HasPlainParameters<F>) {
    return JoinerOfParameters<kind, F, K, L, R, typename CallableParameters<F>::type>{};
  } else if constexpr (JoinerForm<F, K, L, R, JoinerShape<false, false>, Nulls>::valid) {
    return JoinerForm<F, K, L, R, JoinerShape<false, false>, Nulls>{};
  } else if constexpr (JoinerForm<F, K, L, R, JoinerShape<true, false>, Nulls>::valid) {
    return JoinerForm<F, K, L, R, JoinerShape<true, false>, Nulls>{};
  } else if constexpr (JoinerForm<F, K, L, R, JoinerShape<false, true>, Nulls>::valid) {
    return JoinerForm<F, K, L, R, JoinerShape<false, true>, Nulls>{};
  } else if constexpr (JoinerForm<F, K, L, R, JoinerShape<true, true>, Nulls>::valid) {
    return JoinerForm<F, K, L, R, JoinerShape<true, true>, Nulls>{};
  } else {
    return NoForm{};
  }
}

template <JoinKind kind, class F, class K, class L, class R>
using JoinerFormOf = decltype(joinerFormOf<kind, F, K, L, R>());

/// Calls the function of a join in whichever form it has.
template <JoinKind kind, class K, class L, class R, class F>
[[nodiscard]] decltype(auto) callJoiner(const F& join, const Nullable<K>& key, const Nullable<L>& left,
                                        const Nullable<R>& right, const RecordContext& at) {
  return JoinerFormOf<kind, F, K, L, R>::call(join, key, left, right, at);
}

template <JoinKind kind, class F, class K, class L, class R>
using JoinerResult = std::remove_cvref_t<decltype(callJoiner<kind, K, L, R>(
    std::declval<const F&>(), std::declval<const Nullable<K>&>(), std::declval<const Nullable<L>&>(),
    std::declval<const Nullable<R>&>(), std::declval<const RecordContext&>()))>;

/// What a join makes of two values; std::optional<T> from the function says that it may be null.
template <JoinKind kind, class F, class K, class L, class R>
using JoinedValue = ReturnedType<JoinerResult<kind, F, K, L, R>>;

template <JoinKind kind, class F, class K, class L, class R>
concept JoinerOf = std::copy_constructible<F> && JoinerFormOf<kind, F, K, L, R>::valid &&
    !std::is_void_v<JoinerResult<kind, F, K, L, R>>;

}  // namespace widgetstream::detail

namespace widgetstream {

/// Makes one value of two that are both there.
template <class F, class K, class L, class R>
concept InnerJoiner = detail::JoinerOf<detail::JoinKind::inner, F, K, L, R>;

/// Makes one value of a left one and perhaps a right one: the right parameter is Nullable<R>.
template <class F, class K, class L, class R>
concept LeftJoiner = detail::JoinerOf<detail::JoinKind::left, F, K, L, R>;

/// Makes one value of two of which one may be missing: both parameters are Nullable.
template <class F, class K, class L, class R>
concept OuterJoiner = detail::JoinerOf<detail::JoinKind::outer, F, K, L, R>;

}  // namespace widgetstream
