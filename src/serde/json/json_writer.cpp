#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "serde/utf8.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/serde/json.hpp"

namespace widgetstream {
namespace {

/// True for the bytes that stand in JSON text as they are: ASCII but controls, quote and backslash.
constexpr std::array<bool, 256> plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();

/// How many bytes at the beginning of `text` stand as they are. Eight at a time: most texts are plain from end to end.
std::size_t plainSize(std::string_view text) {
  constexpr std::uint64_t each = 0x0101010101010101;
  std::size_t size = 0;
  for (std::uint64_t word = 0; text.size() - size >= sizeof word; size += sizeof word) {
    std::memcpy(&word, text.data() + size, sizeof word);
    // The top bit of a byte of `special` tells that the byte is not ASCII, is below 0x20, a quote or a backslash. A
    // borrow can set the bit of a higher byte wrongly, but only where a lower one is set rightly.
    const std::uint64_t quote = word ^ each * '"';
    const std::uint64_t backslash = word ^ each * '\\';
    const std::uint64_t special =
        word | ((word - each * 0x20) & ~word) | ((quote - each) & ~quote) | ((backslash - each) & ~backslash);
    if ((special & each * 0x80) != 0) break;
  }
  while (size < text.size() && plain_bytes[static_cast<unsigned char>(text[size])]) ++size;
  return size;
}

void appendEscape(unsigned char byte, Bytes& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
  }
}

template <class Number>
std::string_view digitsOf(Number value, std::array<char, 32>& buffer) {
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

}  // namespace

void JsonWriter::beginValue() {
  if (comma_) out_ += ',';
  comma_ = true;
}

void JsonWriter::open(char bracket) {
  beginValue();
  if (depth_ == json_most_depth) throw Error(ErrorKind::bad_record, "JSON: the value is nested deeper than 64 levels");
  ++depth_;
  out_ += bracket;
  comma_ = false;
}

void JsonWriter::close(char bracket) {
  --depth_;
  out_ += bracket;
  comma_ = true;
}

void JsonWriter::beginObject() {
  open('{');
}
void JsonWriter::endObject() {
  close('}');
}
void JsonWriter::beginArray() {
  open('[');
}
void JsonWriter::endArray() {
  close(']');
}

void JsonWriter::key(std::string_view name) {
  beginValue();
  quote(name);
  out_ += ':';
  comma_ = false;
}

void JsonWriter::null() {
  beginValue();
  out_ += "null";
}

void JsonWriter::boolean(bool value) {
  beginValue();
  out_ += value ? "true" : "false";
}

void JsonWriter::integer(std::int64_t value) {
  beginValue();
  std::array<char, 32> buffer;
  out_ += digitsOf(value, buffer);
}

void JsonWriter::unsignedInteger(std::uint64_t value) {
  beginValue();
  std::array<char, 32> buffer;
  out_ += digitsOf(value, buffer);
}

void JsonWriter::number(double value) {
  if (!std::isfinite(value)) {
    throw Error(ErrorKind::bad_record,
                "JSON: " + std::to_string(value) + " is no JSON number: leave the field out or send null");
  }
  beginValue();
  std::array<char, 32> buffer;
  const std::string_view digits = digitsOf(value, buffer);
  out_ += digits;
  if (digits.find_first_of(".e") == std::string_view::npos) out_ += ".0";
}

void JsonWriter::text(std::string_view value) {
  beginValue();
  quote(value);
}

void JsonWriter::timestamp(Timestamp value) {
  // The years 0000 to 9999: what ISO 8601 writes without agreement between the parties.
  constexpr std::int64_t first_millis = -62'167'219'200'000;
  constexpr std::int64_t end_millis = 253'402'300'800'000;
  const std::int64_t millis = toMillis(value);
  if (millis < first_millis || millis >= end_millis) return integer(millis);
  beginValue();
  out_ += '"';
  out_ += toIso8601(value);
  out_ += '"';
}

void JsonWriter::quote(std::string_view text) {
  out_ += '"';
  const std::size_t plain = plainSize(text);
  out_ += text.substr(0, plain);
  if (plain < text.size()) escapeFrom(text.substr(plain));
  out_ += '"';
}

void JsonWriter::escapeFrom(std::string_view text) {
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    std::size_t taken = 1;
    if (byte >= 0x80) {
      taken = detail::utf8SequenceSize(text);
      if (taken != 0) {
        out_ += text.substr(0, taken);
      } else if (invalid_ == InvalidUtf8::replace) {
        out_ += "\xEF\xBF\xBD";
        taken = 1;
      } else {
        throw Error(ErrorKind::bad_record, "JSON: text that is not UTF-8 cannot be written");
      }
    } else if (plain_bytes[byte]) {
      out_ += text.front();
    } else {
      appendEscape(byte, out_);
    }
    text.remove_prefix(taken);
  }
}

}  // namespace widgetstream
