#include "widgetstream/query/cursor.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/murmur2.hpp"

namespace widgetstream {
namespace {

constexpr char format = 1;
constexpr std::size_t check_sum_bytes = 4;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string toBase64Url(BytesView bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8) | static_cast<std::uint8_t>(byte);
    for (count += 8; count >= 6; count -= 6) text.push_back(alphabet[(bits >> (count - 6)) & 63]);
  }
  if (count > 0) text.push_back(alphabet[(bits << (6 - count)) & 63]);
  return text;
}

/// Takes exactly what toBase64Url() makes: no padding, no stray bits at the end, so each token has one spelling.
std::optional<Bytes> fromBase64Url(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char letter : text) {
    const std::size_t value = alphabet.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>((bits >> count) & 0xFF));
  }
  const bool left_over = count == 6 || (bits & ((1U << count) - 1)) != 0;
  if (left_over) return std::nullopt;
  return bytes;
}

std::array<char, check_sum_bytes> checkSum(BytesView bytes) {
  const auto hash = static_cast<std::uint32_t>(murmur2(bytes));
  return {static_cast<char>(hash >> 24), static_cast<char>(hash >> 16), static_cast<char>(hash >> 8),
          static_cast<char>(hash)};
}

}  // namespace

std::string encodeCursor(BytesView position) {
  Bytes bytes{format};
  bytes += position;
  const auto sum = checkSum(bytes);
  bytes.append(sum.data(), sum.size());
  return toBase64Url(bytes);
}

Bytes decodeCursor(std::string_view token) {
  const auto bytes = fromBase64Url(token);
  if (bytes && bytes->size() > check_sum_bytes && bytes->front() == format) {
    const BytesView checked = BytesView{*bytes}.substr(0, bytes->size() - check_sum_bytes);
    const auto sum = checkSum(checked);
    if (BytesView{*bytes}.substr(checked.size()) == BytesView{sum.data(), sum.size()}) return Bytes{checked.substr(1)};
  }
  throw Error{ErrorKind::invalid_argument, "the cursor is not one that this server gave out; start without one"};
}

}  // namespace widgetstream
