#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/serde/describe.hpp"
#include "widgetstream/serde/value_writer.hpp"

namespace widgetstream {

namespace detail {

template <class T>
struct IsTuple : std::false_type {};
template <class... T>
struct IsTuple<std::tuple<T...>> : std::true_type {};
template <class A, class B>
struct IsTuple<std::pair<A, B>> : std::true_type {};

void appendOrderedText(std::string_view text, Bytes& out);
void readOrderedText(BytesView& from, std::string& into);
/// The `size` low bytes of `bits`, the highest first.
void appendOrderedBits(std::uint64_t bits, std::size_t size, Bytes& out);
[[nodiscard]] std::uint64_t readOrderedBits(BytesView& from, std::size_t size);
[[noreturn]] void failOrdered(std::string_view problem);

/// The sign bit flipped, so that negative numbers come first.
template <class T>
inline constexpr std::uint64_t ordered_sign = std::signed_integral<T> ? std::uint64_t{1} << (8 * sizeof(T) - 1) : 0;

template <class T>
void appendOrdered(const T& value, Bytes& out) {
  if constexpr (std::same_as<T, std::string>) {
    appendOrderedText(value, out);
  } else if constexpr (std::same_as<T, bool>) {
    appendOrderedBits(value ? 1 : 0, 1, out);
  } else if constexpr (WholeNumber<T>) {
    appendOrderedBits(static_cast<std::uint64_t>(value) ^ ordered_sign<T>, sizeof(T), out);
  } else if constexpr (std::same_as<T, Timestamp>) {
    appendOrdered(toMillis(value), out);
  } else if constexpr (IsTuple<T>::value) {
    std::apply([&](const auto&... part) { (appendOrdered(part, out), ...); }, value);
  } else if constexpr (Described<T>) {
    static_assert(!hasRest<T>(), "an ordered key cannot keep unknown members");
    forEachField<T>([&](const auto& part) { appendOrdered(value.*part.member, out); });
  } else {
    static_assert(never<T>, "an ordered key is made of text, integers, bool, Timestamp and structs or tuples of these");
  }
}

template <class T>
void readOrdered(BytesView& from, T& into) {
  if constexpr (std::same_as<T, std::string>) {
    readOrderedText(from, into);
  } else if constexpr (std::same_as<T, bool>) {
    const std::uint64_t bits = readOrderedBits(from, 1);
    if (bits > 1) failOrdered("a bool that is neither 00 nor 01");
    into = bits == 1;
  } else if constexpr (WholeNumber<T>) {
    into = static_cast<T>(readOrderedBits(from, sizeof(T)) ^ ordered_sign<T>);
  } else if constexpr (std::same_as<T, Timestamp>) {
    std::int64_t millis = 0;
    readOrdered(from, millis);
    into = fromMillis(millis);
  } else if constexpr (IsTuple<T>::value) {
    std::apply([&](auto&... part) { (readOrdered(from, part), ...); }, into);
  } else {
    static_assert(Described<T> && !hasRest<T>());
    forEachField<T>([&](const auto& part) { readOrdered(from, into.*part.member); });
  }
}

/// The type of the I-th field of a described struct or tuple.
template <class T, std::size_t I>
struct OrderedField {
  using type = typename std::tuple_element_t<I, DescriptionOf<T>>::member_type;
};
template <class T, std::size_t I>
requires IsTuple<T>::value struct OrderedField<T, I> {
  using type = std::tuple_element_t<I, T>;
};

template <class T>
[[nodiscard]] constexpr std::size_t orderedFieldCount() {
  if constexpr (IsTuple<T>::value) {
    return std::tuple_size_v<T>;
  } else {
    return field_count<T>;
  }
}

template <class T, class... Given>
[[nodiscard]] constexpr bool fitsOrderedPrefix() {
  if constexpr (sizeof...(Given) > orderedFieldCount<T>()) {
    return false;
  } else {
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return (std::convertible_to<const Given&, typename OrderedField<T, I>::type> && ...);
    }
    (std::index_sequence_for<Given...>{});
  }
}

}  // namespace detail

/// What an ordered key may be: a described struct, a tuple or a pair.
template <class T>
concept OrderedKey = Described<T> || detail::IsTuple<T>::value;

/// Values for the first fields of T, in order.
template <class T, class... Given>
concept FirstFieldsOf = OrderedKey<T> && detail::fitsOrderedPrefix<T, Given...>();

/// A key as bytes whose order, as unsigned bytes, is the order of its fields, the first counting most; and whose
/// first fields are a prefix of the whole. So a store finds all keys of one customer by orderedPrefix().
///
/// Format   fields one after another, nested structs and tuples the same way in their place.
///          text: its bytes, each 00 as 00 FF, then 00 01. Unambiguous, and "a" < "a\0" < "ab" as in text itself.
///          integers: big-endian in their own width, the sign bit of signed ones flipped. bool: 00 or 01.
///          Timestamp: milliseconds since 1970 as a 64-bit integer.
/// Java     has no such serde: such a key is for topics and stores that only WidgetStream reads.
/// Errors   Error{bad_record} for bytes that are cut, too long or no such key.
template <OrderedKey T>
struct OrderedSerde {
  void encode(const T& key, Bytes& out) const { detail::appendOrdered(key, out); }

  [[nodiscard]] T decode(BytesView bytes) const {
    T key{};
    decodeInto(bytes, key);
    return key;
  }

  void decodeInto(BytesView bytes, T& into) const {
    detail::readOrdered(bytes, into);
    if (!bytes.empty()) detail::failOrdered(std::to_string(bytes.size()) + " bytes too many");
  }
};

/// The bytes that all keys begin with whose first fields have these values, and no other key does.
template <OrderedKey T, class... Given>
requires FirstFieldsOf<T, Given...>
[[nodiscard]] Bytes orderedPrefix(const Given&... first) {
  Bytes prefix;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (detail::appendOrdered(static_cast<typename detail::OrderedField<T, I>::type>(first), prefix), ...);
  }
  (std::index_sequence_for<Given...>{});
  return prefix;
}

}  // namespace widgetstream
