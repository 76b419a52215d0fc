#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "widgetstream/serde/builtin_serdes.hpp"
#include "widgetstream/serde/json_serde.hpp"
#include "widgetstream/serde/list_serde.hpp"
#include "widgetstream/serde/protobuf.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

/// The serde of T where no other is named. A type of your own joins by a specialization with
/// `static Serde<T> make()`, or by describing itself (serde/describe.hpp), which makes it JSON.
///
/// Text is UTF-8, integers and floats are Java's big-endian bytes, a Uuid is its text, described structs are JSON,
/// protobuf messages are their wire format; a std::vector of any of these is Java's list, with nulls where the items
/// are std::optional. Unsigned integers have none, for Java has no name for them.
template <class T>
struct DefaultSerde {};

/// True for a T that `Consumed`, `Produced`, `Grouped` and `Materialized` need not be told about.
template <class T>
concept HasDefaultSerde = requires {
  { DefaultSerde<T>::make() } -> std::convertible_to<Serde<T>>;
};

namespace detail {

template <class T>
concept SignedNumber = std::signed_integral<T> && !std::same_as<T, char> && !std::same_as<T, wchar_t>;

/// The built-in serdes by type; `void` where there is none.
template <class T>
struct BuiltinSerde {
  using type = void;
};
template <>
struct BuiltinSerde<std::string> {
  using type = StringSerde;
};
template <>
struct BuiltinSerde<bool> {
  using type = BooleanSerde;
};
template <>
struct BuiltinSerde<float> {
  using type = FloatSerde;
};
template <>
struct BuiltinSerde<double> {
  using type = DoubleSerde;
};
template <>
struct BuiltinSerde<Uuid> {
  using type = UUIDSerde;
};
template <>
struct BuiltinSerde<ByteBuffer> {
  using type = ByteBufferSerde;
};
template <>
struct BuiltinSerde<std::monostate> {
  using type = VoidSerde;
};
template <SignedNumber T>
requires(sizeof(T) == 2) struct BuiltinSerde<T> {
  using type = ShortSerde;
};
template <SignedNumber T>
requires(sizeof(T) == 4) struct BuiltinSerde<T> {
  using type = IntegerSerde;
};
template <SignedNumber T>
requires(sizeof(T) == 8) struct BuiltinSerde<T> {
  using type = LongSerde;
};

template <class T>
concept HasBuiltinSerde = !std::is_void_v<typename BuiltinSerde<T>::type>;

}  // namespace detail

template <detail::HasBuiltinSerde T>
struct DefaultSerde<T> {
  [[nodiscard]] static Serde<T> make() { return typename detail::BuiltinSerde<T>::type{}; }
};

template <Described T>
struct DefaultSerde<T> {
  [[nodiscard]] static Serde<T> make() { return JsonSerde<T>{}; }
};

// Defined in src: json_value.hpp is only included by who uses them.
template <>
struct DefaultSerde<JsonValue> {
  [[nodiscard]] static Serde<JsonValue> make();
};

template <>
struct DefaultSerde<JsonObject> {
  [[nodiscard]] static Serde<JsonObject> make();
};

template <ProtobufMessage M>
struct DefaultSerde<M> {
  [[nodiscard]] static Serde<M> make() { return ProtobufSerde<M>{}; }
};

template <class Item>
requires HasDefaultSerde<typename ListSerde<Item>::Value>
struct DefaultSerde<std::vector<Item>> {
  [[nodiscard]] static Serde<std::vector<Item>> make() {
    return ListSerde<Item>{DefaultSerde<typename ListSerde<Item>::Value>::make()};
  }
};

/// The default serde of T. A T without one does not compile; the message says what helps.
template <class T>
[[nodiscard]] Serde<T> defaultSerde() {
  static_assert(
      HasDefaultSerde<T>,
      "this type has no default serde (the compiler names it below as T): describe it by Describe<T>, specialize "
      "DefaultSerde<T>, or name a serde in Consumed, Produced, Grouped, Repartitioned or Materialized");
  if constexpr (HasDefaultSerde<T>) return DefaultSerde<T>::make();
}

extern template Serde<std::string> defaultSerde<std::string>();
extern template Serde<std::int64_t> defaultSerde<std::int64_t>();

}  // namespace widgetstream
