#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "widgetstream/serde/json_object.hpp"

namespace widgetstream {

/// Any JSON value, owned: what a struct keeps of members it does not know, and what a program uses that has no struct.
///
/// Numbers  without fraction or exponent they are integers when they fit std::int64_t or std::uint64_t, and stay exact;
///          all others are doubles. Integers of different C++ types compare by value, an integer never equals a double.
class JsonValue {
 public:
  JsonValue() noexcept = default;
  JsonValue(std::nullptr_t) noexcept {}                            // NOLINT(google-explicit-constructor)
  JsonValue(std::string text) : value_(std::move(text)) {}         // NOLINT(google-explicit-constructor)
  JsonValue(std::string_view text) : value_(std::string{text}) {}  // NOLINT(google-explicit-constructor)
  JsonValue(const char* text) : value_(std::string{text}) {}       // NOLINT(google-explicit-constructor)
  JsonValue(JsonArray array) : value_(std::move(array)) {}         // NOLINT(google-explicit-constructor)
  JsonValue(JsonObject object) : value_(std::move(object)) {}      // NOLINT(google-explicit-constructor)
  template <std::same_as<bool> B>                                  // or pointers would become true
  JsonValue(B value) noexcept : value_(value) {}                   // NOLINT(google-explicit-constructor)
  template <std::floating_point F>
  JsonValue(F value) noexcept : value_(static_cast<double>(value)) {}  // NOLINT(google-explicit-constructor)
  template <std::integral I>
  requires(!std::same_as<I, bool> && !std::same_as<I, char>) JsonValue(I value)
  noexcept {  // NOLINT(google-explicit-constructor)
    // One form a number, whatever type it came from: unsigned is only for what std::int64_t cannot hold.
    if (std::in_range<std::int64_t>(value)) {
      value_ = static_cast<std::int64_t>(value);
    } else {
      value_ = static_cast<std::uint64_t>(value);
    }
  }

  [[nodiscard]] bool isNull() const noexcept { return std::holds_alternative<std::monostate>(value_); }

  /// The value in the asked-for form; nullptr when it has another.
  [[nodiscard]] const bool* boolean() const noexcept { return std::get_if<bool>(&value_); }
  [[nodiscard]] const std::int64_t* integer() const noexcept { return std::get_if<std::int64_t>(&value_); }
  /// Only for numbers above the greatest std::int64_t.
  [[nodiscard]] const std::uint64_t* unsignedInteger() const noexcept { return std::get_if<std::uint64_t>(&value_); }
  [[nodiscard]] const double* number() const noexcept { return std::get_if<double>(&value_); }
  [[nodiscard]] const std::string* text() const noexcept { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const JsonArray* array() const noexcept { return std::get_if<JsonArray>(&value_); }
  [[nodiscard]] const JsonObject* object() const noexcept { return std::get_if<JsonObject>(&value_); }
  [[nodiscard]] JsonArray* array() noexcept { return std::get_if<JsonArray>(&value_); }
  [[nodiscard]] JsonObject* object() noexcept { return std::get_if<JsonObject>(&value_); }

  friend bool operator==(const JsonValue& left, const JsonValue& right) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, JsonArray, JsonObject> value_;
};

struct JsonMember {
  std::string key;
  JsonValue value;

  friend bool operator==(const JsonMember&, const JsonMember&) = default;
};

}  // namespace widgetstream
