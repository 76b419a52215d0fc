#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/serde/model.hpp"
#include "widgetstream/core/uuid.hpp"
#include "widgetstream/serde/value_writer.hpp"

namespace widgetstream::tests {

/// Values of any field type from one seed, with a liking for the edges.
class RandomValues {
 public:
  explicit RandomValues(std::uint32_t seed) : engine_(seed) {}

  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>{0, end - 1}(engine_); }
  bool oneIn(std::size_t chances) { return below(chances) == 0; }

  /// UTF-8 of characters that need one to four bytes, escapes and zero bytes among them.
  std::string text() {
    static const std::vector<std::string> letters = {
        "a",     "b",    "z", " ", "\"", "\\",     "\n", "\t",
        "\x01",  "\x7f", "/", "é", "€",  "\u2028", "😀",  std::string(1, '\0'),
        "\u07ff"};
    std::string text;
    for (std::size_t length = oneIn(20) ? below(300) : below(6); length > 0; --length)
      text += letters[below(letters.size())];
    return text;
  }

  std::string bytes() {
    std::string bytes;
    for (std::size_t length = below(5); length > 0; --length) {
      bytes += static_cast<char>(oneIn(2) ? below(3) : oneIn(2) ? 0xff - below(3) : below(256));
    }
    return bytes;
  }

  template <class T>
  T integer() {
    using Limits = std::numeric_limits<T>;
    switch (below(6)) {
      case 0:
        return Limits::min();
      case 1:
        return Limits::max();
      case 2:
        return static_cast<T>(below(3));
      case 3:
        return static_cast<T>(std::uint64_t{0} - below(3));
      default:
        return static_cast<T>(engine_());
    }
  }

  double number() {
    switch (below(5)) {
      case 0:
        return std::numeric_limits<double>::denorm_min() * static_cast<double>(below(3));
      case 1:
        return std::numeric_limits<double>::max();
      case 2:
        return -static_cast<double>(below(1000));
      case 3:
        return static_cast<double>(engine_()) / 3.0;
      default:
        return std::ldexp(static_cast<double>(engine_()), static_cast<int>(below(1900)) - 1000);
    }
  }

  /// From the year 1 to 9999, which text can hold, and now and then far beyond.
  Timestamp timestamp() {
    if (oneIn(10)) return fromMillis(integer<std::int64_t>());
    return fromMillis(std::uniform_int_distribution<std::int64_t>{-62'135'596'800'000, 253'402'300'799'999}(engine_));
  }

  JsonValue json(std::size_t depth = 3) {
    switch (below(depth == 0 ? 6 : 8)) {
      case 0:
        return nullptr;
      case 1:
        return oneIn(2);
      case 2:
        return integer<std::int64_t>();
      case 3:
        return integer<std::uint64_t>();
      case 4:
        return number();
      case 5:
        return text();
      case 6: {
        JsonArray array;
        for (std::size_t size = below(4); size > 0; --size) array.push_back(json(depth - 1));
        return array;
      }
      default:
        return object(depth - 1);
    }
  }

  JsonObject object(std::size_t depth = 2) {
    JsonObject object;
    for (std::size_t size = below(4); size > 0; --size) object.set(text(), json(depth));
    return object;
  }

  template <class T>
  void fill(T& into) {
    if constexpr (std::is_same_v<T, bool>) {
      into = oneIn(2);
    } else if constexpr (std::is_same_v<T, std::string>) {
      into = text();
    } else if constexpr (detail::WholeNumber<T>) {
      into = integer<T>();
    } else if constexpr (std::is_same_v<T, float>) {
      into = static_cast<float>(below(1000)) / 7.0F;
    } else if constexpr (std::is_same_v<T, double>) {
      into = number();
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      into = timestamp();
    } else if constexpr (std::is_same_v<T, JsonValue>) {
      into = json();
    } else if constexpr (detail::IsOptional<T>::value) {
      into.reset();
      if (oneIn(2)) fill(into.emplace());
    } else if constexpr (detail::IsVector<T>::value) {
      fillVector(into);
    } else if constexpr (detail::IsTextMap<T>::value) {
      into.clear();
      for (std::size_t size = below(4); size > 0; --size) fill(into[text()]);
    } else {
      detail::forEachField<T>([&](const auto& part) { fill(into.*part.member); });
    }
  }

  void fill(std::byte& into) { into = static_cast<std::byte>(below(256)); }
  void fill(Uuid& into) { into = Uuid{integer<std::uint64_t>(), integer<std::uint64_t>()}; }
  void fill(Sensor& into) { into = Sensor{text(), text(), object()}; }

 private:
  template <class T>
  void fillVector(std::vector<T>& into) {
    into.clear();
    // A vector of its own kind would go on for ever with more than one child on average.
    for (std::size_t size = std::is_same_v<T, Nested> ? (oneIn(3) ? 1 : 0) : below(4); size > 0; --size) {
      T element{};
      fill(element);
      into.push_back(std::move(element));
    }
  }

  std::mt19937_64 engine_;
};

}  // namespace widgetstream::tests
