#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/serde/describe.hpp"
#include "widgetstream/serde/json_object.hpp"

namespace widgetstream {

/// Receives one value as a series of calls: a format (JSON, BSON) is an implementation.
///
/// Order   one value, or between begin and end any number; within an object a key() before each value.
/// Errors  Error{bad_record} for a value the format cannot hold: NaN in JSON, nesting beyond the format's limit.
class ValueWriter {
 public:
  virtual ~ValueWriter() = default;

  virtual void beginObject() = 0;
  virtual void key(std::string_view name) = 0;
  virtual void endObject() = 0;
  virtual void beginArray() = 0;
  virtual void endArray() = 0;

  virtual void null() = 0;
  virtual void boolean(bool value) = 0;
  virtual void integer(std::int64_t value) = 0;
  /// May be any value; formats without unsigned numbers say what becomes of large ones.
  virtual void unsignedInteger(std::uint64_t value) = 0;
  virtual void number(double value) = 0;
  virtual void text(std::string_view value) = 0;
  virtual void timestamp(Timestamp value) = 0;
};

void writeValue(const JsonValue& value, ValueWriter& to);
void writeValue(const JsonObject& value, ValueWriter& to);

/// Tells `to` about `value`. T is a described struct or anything a field may be (serde/describe.hpp).
template <class T>
void writeValue(const T& value, ValueWriter& to);

namespace detail {

template <class T>
inline constexpr bool never = false;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
struct IsTextMap : std::false_type {};
template <class T, class Compare>
struct IsTextMap<std::map<std::string, T, Compare>> : std::true_type {};

/// Integers, and not the types that merely count as such.
template <class T>
concept WholeNumber =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <Described T>
void writeFields(const T& value, ValueWriter& to) {
  forEachField<T>([&](const auto& part) {
    const auto& member = value.*part.member;
    if constexpr (IsOptional<std::remove_cvref_t<decltype(member)>>::value) {
      if (!member) return;
    }
    to.key(part.name);
    writeValue(member, to);
  });
  if constexpr (hasRest<T>()) {
    for (const auto& [key, kept] : value.*std::get<field_count<T>>(description<T>()).member) {
      // A described field speaks for itself; twice the same key would make two readers disagree.
      bool described = false;
      for (const std::string_view name : field_names<T>) described = described || name == key;
      if (described) continue;
      to.key(key);
      writeValue(kept, to);
    }
  }
}

}  // namespace detail

template <class T>
void writeValue(const T& value, ValueWriter& to) {
  if constexpr (Described<T>) {
    to.beginObject();
    detail::writeFields(value, to);
    to.endObject();
  } else if constexpr (std::same_as<T, bool>) {
    to.boolean(value);
  } else if constexpr (detail::WholeNumber<T>) {
    if constexpr (std::unsigned_integral<T>) {
      to.unsignedInteger(value);
    } else {
      to.integer(value);
    }
  } else if constexpr (std::floating_point<T>) {
    to.number(static_cast<double>(value));
  } else if constexpr (std::same_as<T, Timestamp>) {
    to.timestamp(value);
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    to.text(value);
  } else if constexpr (detail::IsOptional<T>::value) {
    if (value) {
      writeValue(*value, to);
    } else {
      to.null();
    }
  } else if constexpr (detail::IsVector<T>::value) {
    to.beginArray();
    for (const typename T::value_type& element : value) writeValue(element, to);
    to.endArray();
  } else if constexpr (detail::IsTextMap<T>::value) {
    to.beginObject();
    for (const auto& [key, element] : value) {
      to.key(key);
      writeValue(element, to);
    }
    to.endObject();
  } else {
    static_assert(detail::never<T>,
                  "this type (named below as T) is no field type: see Describe for the list, or describe it");
  }
}

}  // namespace widgetstream
