#include "query/http/text.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <cstddef>
#include <cstdint>

namespace widgetstream::detail {
namespace {

/// How many bytes the well-formed sequence at the front takes; 0 when it is none. `text` is not empty.
std::size_t sequenceLength(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const auto continues = [&](std::size_t at, std::uint8_t least = 0x80, std::uint8_t most = 0xBF) {
    return at < text.size() && byte(at) >= least && byte(at) <= most;
  };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;  // a stray continuation, or an overlong form of ASCII
  if (lead < 0xE0) return continues(1) ? 2 : 0;
  if (lead < 0xF0) {
    const std::uint8_t least = lead == 0xE0 ? 0xA0 : 0x80;  // below: overlong
    const std::uint8_t most = lead == 0xED ? 0x9F : 0xBF;   // above: surrogates
    return continues(1, least, most) && continues(2) ? 3 : 0;
  }
  if (lead < 0xF5) {
    const std::uint8_t least = lead == 0xF0 ? 0x90 : 0x80;  // below: overlong
    const std::uint8_t most = lead == 0xF4 ? 0x8F : 0xBF;   // above: beyond U+10FFFF
    return continues(1, least, most) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

char toLower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

int hexDigit(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char lower = toLower(digit);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

bool isUtf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = sequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool equalsIgnoringCase(std::string_view left, std::string_view right) noexcept {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return toLower(a) == toLower(b); });
}

std::optional<std::string> percentDecode(std::string_view encoded) {
  std::string decoded;
  decoded.reserve(encoded.size());
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    if (encoded[at] != '%') {
      decoded.push_back(encoded[at]);
      continue;
    }
    if (at + 2 >= encoded.size()) return std::nullopt;
    const int high = hexDigit(encoded[at + 1]);
    const int low = hexDigit(encoded[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded.push_back(static_cast<char>(high * 16 + low));
    at += 2;
  }
  return decoded;
}

std::string quoteJson(std::string_view text) {
  if (isUtf8(text)) return boost::json::serialize(boost::json::string_view{text.data(), text.size()});
  std::string clean;
  while (!text.empty()) {
    const std::size_t length = sequenceLength(text);
    clean.append(length == 0 ? std::string_view{"?"} : text.substr(0, length));
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return boost::json::serialize(boost::json::string_view{clean.data(), clean.size()});
}

}  // namespace widgetstream::detail
