#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "widgetstream/serde/builtin_serdes.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/serde/encoded_string_serde.hpp"
#include "widgetstream/serde/list_serde.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

/// A function from a T to its bytes.
template <class F, class T>
concept SerializerOf = std::copy_constructible<F> && requires(const F& serialize, const T& value) {
  { serialize(value) } -> std::convertible_to<Bytes>;
};

/// A function from bytes to a value. What it throws is that record's error.
template <class F>
concept DeserializerFunction = std::copy_constructible<F> && std::invocable<const F&, BytesView> &&
    !std::is_void_v<std::invoke_result_t<const F&, BytesView>>;

namespace detail {

template <class T, class Serialize, class Deserialize>
struct FunctionSerde {
  void encode(const T& value, Bytes& out) const { out += serialize(value); }
  [[nodiscard]] T decode(BytesView bytes) const { return deserialize(bytes); }

  [[no_unique_address]] Serialize serialize;
  [[no_unique_address]] Deserialize deserialize;
};

}  // namespace detail

/// Java's class of the same name, for programs that are ported line by line: `Serdes::String()`, `Serdes::Long()`.
/// Whoever writes anew names nothing, or the serde's own type.
struct Serdes {
  [[nodiscard]] static Serde<std::string> String() { return StringSerde{}; }
  [[nodiscard]] static Serde<std::string> String(TextEncoding encoding) { return EncodedStringSerde{encoding}; }
  [[nodiscard]] static Serde<std::string> String(std::string_view encoding) { return EncodedStringSerde{encoding}; }
  [[nodiscard]] static Serde<std::string> Bytes() { return BytesSerde{}; }
  [[nodiscard]] static Serde<std::string> ByteArray() { return ByteArraySerde{}; }
  [[nodiscard]] static Serde<widgetstream::ByteBuffer> ByteBuffer() { return ByteBufferSerde{}; }
  [[nodiscard]] static Serde<std::int16_t> Short() { return ShortSerde{}; }
  [[nodiscard]] static Serde<std::int32_t> Integer() { return IntegerSerde{}; }
  [[nodiscard]] static Serde<std::int64_t> Long() { return LongSerde{}; }
  [[nodiscard]] static Serde<float> Float() { return FloatSerde{}; }
  [[nodiscard]] static Serde<double> Double() { return DoubleSerde{}; }
  [[nodiscard]] static Serde<bool> Boolean() { return BooleanSerde{}; }
  [[nodiscard]] static Serde<Uuid> UUID() { return UUIDSerde{}; }
  [[nodiscard]] static Serde<std::monostate> Void() { return VoidSerde{}; }

  /// A list of what `items` is the serde of, without nulls.
  template <class T>
  [[nodiscard]] static Serde<std::vector<T>> ListSerde(Serde<T> items) {
    return widgetstream::ListSerde<T>{std::move(items)};
  }

  /// The default serde of T.
  template <class T>
  [[nodiscard]] static Serde<T> serdeFrom() {
    return defaultSerde<T>();
  }

  /// A serde of two functions: the type is what `deserialize` returns.
  template <DeserializerFunction D, SerializerOf<std::remove_cvref_t<std::invoke_result_t<const D&, BytesView>>> S>
  [[nodiscard]] static auto serdeFrom(S serialize, D deserialize) {
    using T = std::remove_cvref_t<std::invoke_result_t<const D&, BytesView>>;
    return Serde<T>{detail::FunctionSerde<T, S, D>{std::move(serialize), std::move(deserialize)}};
  }
};

}  // namespace widgetstream
