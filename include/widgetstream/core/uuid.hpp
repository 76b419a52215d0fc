#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace widgetstream {

/// A universally unique identifier (RFC 9562): 128 bits, shown as 36 characters.
///
/// Order   that of the text, so of the bits as unsigned numbers. Java's UUID.compareTo takes them as signed.
struct Uuid {
  std::uint64_t high = 0;  ///< the first eight bytes
  std::uint64_t low = 0;

  /// Lower case, "00112233-4455-6677-8899-aabbccddeeff".
  [[nodiscard]] std::string toString() const;
  /// Appends what toString() returns.
  void appendTo(std::string& out) const;

  /// Reads the form of toString(), capital letters too. Shorter groups, which Java takes, are refused: such a key would
  /// be written back as another one.
  ///
  /// Errors   Error{invalid_argument} with the text
  [[nodiscard]] static Uuid parse(std::string_view text);
  /// False, and `into` as it was, where parse() throws.
  [[nodiscard]] static bool tryParse(std::string_view text, Uuid& into) noexcept;

  friend constexpr auto operator<=>(const Uuid&, const Uuid&) noexcept = default;
};

}  // namespace widgetstream

template <>
struct std::hash<widgetstream::Uuid> {
  [[nodiscard]] std::size_t operator()(const widgetstream::Uuid& uuid) const noexcept {
    // Random in all its bits where it is of version 4, and mixed where it counts up.
    return static_cast<std::size_t>((uuid.high ^ (uuid.low >> 32)) * 0x9e3779b97f4a7c15U ^ uuid.low);
  }
};
