#pragma once

#include <concepts>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/core/error.hpp"
#include "widgetstream/processor/record.hpp"
#include "widgetstream/processor/record_context.hpp"

namespace widgetstream::detail {

/// Converts to Nullable<T> and to nothing else: what accepts it wants to see null.
template <class T>
struct NullProbe {
  operator Nullable<T>() const;  // NOLINT(google-explicit-constructor)
};

/// A function with one signature. A generic one has many, and probing it could fail inside its body.
template <class F>
concept OneSignature = requires {
  &F::operator();
}
|| std::is_pointer_v<F> || std::is_member_pointer_v<F>;

template <class F, class... Args>
inline constexpr bool takes_null = false;
template <OneSignature F, class... Args>
inline constexpr bool takes_null<F, Args...> = std::is_invocable_v<const F&, Args...>;

/// How a function of the user's takes a record (design D12): the value; the key and the value; with `KeyAlone`, the
/// key; each with the record's context as a last parameter if it likes.
template <class F, class K, class V>
struct RecordForm {
  static constexpr bool key_value = std::is_invocable_v<const F&, const K&, const V&>;
  static constexpr bool key_value_at = std::is_invocable_v<const F&, const K&, const V&, const RecordContext&>;
  static constexpr bool value = std::is_invocable_v<const F&, const V&>;
  static constexpr bool value_at = std::is_invocable_v<const F&, const V&, const RecordContext&>;
  static constexpr bool key = std::is_invocable_v<const F&, const K&>;
};

template <class F, class K, class V>
concept RecordFunction = RecordForm<F, K, V>::key_value || RecordForm<F, K, V>::key_value_at ||
    RecordForm<F, K, V>::value || RecordForm<F, K, V>::value_at;

/// ... or the key alone: what names a row of a table.
template <class F, class K, class V>
concept RecordOrKeyFunction = RecordFunction<F, K, V> || RecordForm<F, K, V>::key;

template <class T>
[[nodiscard]] const T& notNull(Nullable<T> part, const char* name) {
  if (!part)
    throw Error{ErrorKind::bad_record, std::string{"the "} + name + " is null, and the function cannot take null"};
  return *part;
}

/// `part` as a parameter that can, or cannot, be null.
template <bool TakesNull, class T>
[[nodiscard]] decltype(auto) parameter(Nullable<T> part, const char* name) {
  if constexpr (TakesNull) {
    return Nullable<T>{part};
  } else {
    return notNull(part, name);
  }
}

/// Calls `f` in the form it has.
///
/// Errors  Error{bad_record} for a null that `f` cannot take; what `f` throws passes.
template <class K, class V, RecordOrKeyFunction<K, V> F>
[[nodiscard]] decltype(auto) callWithRecord(const F& f, const AnyRecord& any, const RecordContext& at) {
  using Form = RecordForm<F, K, V>;
  const Record<K, V> record{any};
  if constexpr (Form::key_value) {
    return std::invoke(f, parameter<takes_null<F, NullProbe<K>, const V&>>(record.key, "key"),
                       parameter<takes_null<F, const K&, NullProbe<V>>>(record.value, "value"));
  } else if constexpr (Form::key_value_at) {
    return std::invoke(f, parameter<takes_null<F, NullProbe<K>, const V&, const RecordContext&>>(record.key, "key"),
                       parameter<takes_null<F, const K&, NullProbe<V>, const RecordContext&>>(record.value, "value"),
                       at);
  } else if constexpr (Form::value) {
    return std::invoke(f, parameter<takes_null<F, NullProbe<V>>>(record.value, "value"));
  } else if constexpr (Form::value_at) {
    return std::invoke(f, parameter<takes_null<F, NullProbe<V>, const RecordContext&>>(record.value, "value"), at);
  } else {
    return std::invoke(f, parameter<takes_null<F, NullProbe<K>>>(record.key, "key"));
  }
}

template <class F, class K, class V>
using RecordResult = std::remove_cvref_t<decltype(callWithRecord<K, V>(
    std::declval<const F&>(), std::declval<const AnyRecord&>(), std::declval<const RecordContext&>()))>;

}  // namespace widgetstream::detail
