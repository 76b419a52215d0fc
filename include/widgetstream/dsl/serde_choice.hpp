#pragma once

#include <type_traits>
#include <utility>

#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

/// Stands where a parameter object was given no serde.
struct NoSerde {};

/// A serde of T, or none.
template <class S, class T>
concept SerdeChoiceFor = std::same_as<S, NoSerde> || SerdeFor<S, T>;

namespace detail {

/// The serde as nodes hold it; empty when none was given.
template <class T, SerdeChoiceFor<T> S>
[[nodiscard]] Serde<T> chosen(S serde) {
  if constexpr (std::same_as<S, NoSerde>) {
    return {};
  } else {
    return Serde<T>{std::move(serde)};
  }
}

/// The first that is not empty.
template <class T>
[[nodiscard]] Serde<T> firstOf(const Serde<T>& first, const Serde<T>& second) {
  return first ? first : second;
}

}  // namespace detail
}  // namespace widgetstream
