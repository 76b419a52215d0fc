#include "serde/utf8.hpp"

namespace widgetstream::detail {
namespace {

bool between(unsigned char byte, unsigned char least, unsigned char most) noexcept {
  return least <= byte && byte <= most;
}

/// The second byte is the only one whose range depends on the first.
bool secondByteFits(unsigned char first, unsigned char second) noexcept {
  switch (first) {
    case 0xE0:
      return between(second, 0xA0, 0xBF);
    case 0xED:
      return between(second, 0x80, 0x9F);
    case 0xF0:
      return between(second, 0x90, 0xBF);
    case 0xF4:
      return between(second, 0x80, 0x8F);
    default:
      return between(second, 0x80, 0xBF);
  }
}

std::size_t sizeByFirstByte(unsigned char first) noexcept {
  if (first < 0x80) return 1;
  if (between(first, 0xC2, 0xDF)) return 2;
  if (between(first, 0xE0, 0xEF)) return 3;
  if (between(first, 0xF0, 0xF4)) return 4;
  return 0;
}

}  // namespace

std::size_t utf8SequenceSize(std::string_view text) noexcept {
  const auto at = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const std::size_t size = sizeByFirstByte(at(0));
  if (size <= 1) return size;
  if (text.size() < size || !secondByteFits(at(0), at(1))) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if (!between(at(i), 0x80, 0xBF)) return 0;
  }
  return size;
}

std::string_view utf8Prefix(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text;
  std::size_t size = most;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace widgetstream::detail
