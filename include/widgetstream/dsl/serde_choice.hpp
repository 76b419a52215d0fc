#pragma once

#include <concepts>
#include <utility>

#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

/// Stands where a parameter object was given no serde.
struct NoSerde {};

/// A serde of T, or none.
template <class S, class T>
concept SerdeChoiceFor = std::same_as<S, NoSerde> || SerdeFor<S, T>;

namespace detail {

/// The serde as nodes hold it; empty when none was given. Says here what is wrong with a serde: as a constraint of the
/// parameter objects the compiler would only say that it knows no conversion.
template <class T, class S>
[[nodiscard]] Serde<T> chosen(S serde) {
  static_assert(SerdeChoiceFor<S, T>, "this serde (S) is not one of the key or value type it is named for (T)");
  if constexpr (SerdeFor<S, T>) {
    return Serde<T>{std::move(serde)};
  } else {
    return {};
  }
}

/// The first that is not empty.
template <class T>
[[nodiscard]] Serde<T> firstOf(const Serde<T>& first, const Serde<T>& second) {
  return first ? first : second;
}

}  // namespace detail
}  // namespace widgetstream
