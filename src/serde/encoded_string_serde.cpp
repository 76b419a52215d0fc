#include "widgetstream/serde/encoded_string_serde.hpp"

#include <array>
#include <cctype>
#include <utility>

#include "serde/utf8.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr char32_t byte_order_mark = 0xfeff;

constexpr std::array<std::pair<std::string_view, TextEncoding>, 11> names{{
    {"UTF-8", TextEncoding::utf_8},
    {"UTF-16", TextEncoding::utf_16},
    {"UTF-16BE", TextEncoding::utf_16be},
    {"UTF-16LE", TextEncoding::utf_16le},
    {"ISO-8859-1", TextEncoding::iso_8859_1},
    {"US-ASCII", TextEncoding::us_ascii},
    {"UTF8", TextEncoding::utf_8},
    {"UTF16", TextEncoding::utf_16},
    {"latin1", TextEncoding::iso_8859_1},
    {"ISO8859_1", TextEncoding::iso_8859_1},
    {"ASCII", TextEncoding::us_ascii},
}};

bool equalIgnoringCase(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(left[i])) != std::tolower(static_cast<unsigned char>(right[i]))) {
      return false;
    }
  }
  return true;
}

[[noreturn]] void fail(TextEncoding encoding, const std::string& problem) {
  throw Error(ErrorKind::bad_record, std::string{toString(encoding)} + " text: " + problem);
}

std::string codePoint(char32_t character) {
  std::string digits;
  for (int shift = 20; shift >= 0; shift -= 4) {
    const unsigned digit = character >> shift & 15;
    if (!digits.empty() || digit != 0 || shift < 16) digits += "0123456789ABCDEF"[digit];
  }
  return "U+" + digits;
}

/// Takes the character that `text`, well formed UTF-8, begins with.
char32_t takeUtf8(std::string_view& text, std::size_t size) {
  constexpr std::array<unsigned char, 5> mask{0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t character = static_cast<unsigned char>(text.front()) & mask[size];
  for (std::size_t i = 1; i < size; ++i) character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  text.remove_prefix(size);
  return character;
}

void appendUtf8(char32_t character, std::string& out) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (character >> shift & 0x3f)); };
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xc0 | character >> 6);
    tail(0);
  } else if (character < 0x10000) {
    out += static_cast<char>(0xe0 | character >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xf0 | character >> 18);
    tail(12), tail(6), tail(0);
  }
}

void appendUnit(char32_t unit, bool little_endian, Bytes& out) {
  const auto high = static_cast<char>(unit >> 8 & 0xff);
  const auto low = static_cast<char>(unit & 0xff);
  out += little_endian ? low : high;
  out += little_endian ? high : low;
}

void appendUtf16(char32_t character, bool little_endian, Bytes& out) {
  if (character < 0x10000) return appendUnit(character, little_endian, out);
  appendUnit(0xd800 + (character - 0x10000) / 0x400, little_endian, out);
  appendUnit(0xdc00 + (character - 0x10000) % 0x400, little_endian, out);
}

char32_t unitAt(BytesView bytes, bool little_endian) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  return little_endian ? char32_t{second} << 8 | first : char32_t{first} << 8 | second;
}

std::string decodeUtf16(BytesView bytes, TextEncoding encoding) {
  if (bytes.size() % 2 != 0) fail(encoding, "an odd number of bytes (" + std::to_string(bytes.size()) + ")");
  bool little_endian = encoding == TextEncoding::utf_16le;
  if (encoding == TextEncoding::utf_16 && !bytes.empty()) {
    little_endian = unitAt(bytes, true) == byte_order_mark;
    if (little_endian || unitAt(bytes, false) == byte_order_mark) bytes.remove_prefix(2);
  }
  std::string text;
  text.reserve(bytes.size() / 2);
  const auto half = [&](char32_t unit) {
    fail(encoding,
         "half a character, " + codePoint(unit) + ", " + std::to_string(bytes.size()) + " bytes from the end");
  };
  while (!bytes.empty()) {
    char32_t character = unitAt(bytes, little_endian);
    if (character >= 0xdc00 && character < 0xe000) half(character);
    if (character >= 0xd800 && character < 0xdc00) {
      const char32_t low = bytes.size() >= 4 ? unitAt(bytes.substr(2), little_endian) : 0;
      if (low < 0xdc00 || low >= 0xe000) half(character);
      character = 0x10000 + (character - 0xd800) * 0x400 + (low - 0xdc00);
      bytes.remove_prefix(2);
    }
    bytes.remove_prefix(2);
    appendUtf8(character, text);
  }
  return text;
}

/// The first byte that is no UTF-8, or the size.
std::size_t wellFormed(std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t size = detail::utf8SequenceSize(text.substr(position));
    if (size == 0) break;
    position += size;
  }
  return position;
}

[[noreturn]] void failUtf8(TextEncoding encoding, std::size_t position) {
  fail(encoding, "byte " + std::to_string(position) + " is not UTF-8");
}

}  // namespace

std::string_view toString(TextEncoding encoding) noexcept {
  for (const auto& [name, known] : names) {
    if (known == encoding) return name;
  }
  return "unknown encoding";
}

TextEncoding textEncoding(std::string_view name) {
  for (const auto& [known, encoding] : names) {
    if (equalIgnoringCase(known, name)) return encoding;
  }
  throw Error(ErrorKind::invalid_config, "'" + std::string{name} +
                                             "' is no text encoding: expected UTF-8, UTF-16, UTF-16BE, UTF-16LE, "
                                             "ISO-8859-1 or US-ASCII");
}

void EncodedStringSerde::encode(const std::string& text, Bytes& out) const {
  const std::size_t before = out.size();
  std::string_view rest = text;
  // Java writes no mark before no text.
  if (encoding_ == TextEncoding::utf_16 && !rest.empty()) appendUnit(byte_order_mark, false, out);
  const bool bytes_for_characters = encoding_ == TextEncoding::iso_8859_1 || encoding_ == TextEncoding::us_ascii;
  const char32_t most = encoding_ == TextEncoding::us_ascii ? 0x7f : bytes_for_characters ? 0xff : 0x10ffff;
  while (!rest.empty()) {
    const std::size_t position = text.size() - rest.size();
    const std::size_t size = detail::utf8SequenceSize(rest);
    if (size == 0) {
      out.resize(before);
      failUtf8(encoding_, position);
    }
    const std::string_view utf8 = rest.substr(0, size);
    const char32_t character = takeUtf8(rest, size);
    if (character > most) {
      out.resize(before);
      fail(encoding_, "it has no " + codePoint(character) + ", which stands at byte " + std::to_string(position));
    }
    if (encoding_ == TextEncoding::utf_8) {
      out += utf8;
    } else if (bytes_for_characters) {
      out += static_cast<char>(character);
    } else {
      appendUtf16(character, encoding_ == TextEncoding::utf_16le, out);
    }
  }
}

std::string EncodedStringSerde::decode(BytesView bytes) const {
  switch (encoding_) {
    case TextEncoding::utf_16:
    case TextEncoding::utf_16be:
    case TextEncoding::utf_16le:
      return decodeUtf16(bytes, encoding_);
    case TextEncoding::utf_8: {
      if (const std::size_t position = wellFormed(bytes); position < bytes.size()) failUtf8(encoding_, position);
      return std::string{bytes};
    }
    case TextEncoding::iso_8859_1:
    case TextEncoding::us_ascii:
      break;
  }
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (encoding_ == TextEncoding::us_ascii && byte > 0x7f) {
      fail(encoding_, "byte " + std::to_string(i) + " is above 7F");
    }
    appendUtf8(byte, text);
  }
  return text;
}

}  // namespace widgetstream
