#include "widgetstream/core/uuid.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr std::size_t text_size = 36;

constexpr bool isDash(std::size_t position) noexcept {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

/// The value of a hexadecimal digit, 16 for anything else.
unsigned digitOf(char character) noexcept {
  if (character >= '0' && character <= '9') return static_cast<unsigned>(character - '0');
  if (character >= 'a' && character <= 'f') return static_cast<unsigned>(character - 'a' + 10);
  if (character >= 'A' && character <= 'F') return static_cast<unsigned>(character - 'A' + 10);
  return 16;
}

}  // namespace

void Uuid::appendTo(std::string& out) const {
  char text[text_size];
  int shift = 128;
  for (std::size_t i = 0; i < text_size; ++i) {
    if (isDash(i)) {
      text[i] = '-';
      continue;
    }
    shift -= 4;
    const std::uint64_t half = shift >= 64 ? high >> (shift - 64) : low >> shift;
    text[i] = "0123456789abcdef"[half & 15];
  }
  out.append(text, text_size);
}

std::string Uuid::toString() const {
  std::string text;
  appendTo(text);
  return text;
}

bool Uuid::tryParse(std::string_view text, Uuid& into) noexcept {
  if (text.size() != text_size) return false;
  Uuid uuid;
  for (std::size_t i = 0; i < text_size; ++i) {
    if (isDash(i)) {
      if (text[i] != '-') return false;
      continue;
    }
    const unsigned digit = digitOf(text[i]);
    if (digit > 15) return false;
    uuid.high = uuid.high << 4 | uuid.low >> 60;
    uuid.low = uuid.low << 4 | digit;
  }
  into = uuid;
  return true;
}

Uuid Uuid::parse(std::string_view text) {
  Uuid uuid;
  if (!tryParse(text, uuid)) {
    throw Error(ErrorKind::invalid_argument, "'" + std::string{text.substr(0, 2 * text_size)} +
                                                 "' is no UUID: expected 36 characters such as "
                                                 "00112233-4455-6677-8899-aabbccddeeff");
  }
  return uuid;
}

}  // namespace widgetstream
