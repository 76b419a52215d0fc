#include "runtime/task/offset_metadata.hpp"

#include <optional>
#include <string_view>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string toBase64(BytesView bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    const std::size_t rest = bytes.size() - at;
    text += alphabet[group >> 18 & 63];
    text += alphabet[group >> 12 & 63];
    text += rest > 1 ? alphabet[group >> 6 & 63] : '=';
    text += rest > 2 ? alphabet[group & 63] : '=';
  }
  return text;
}

std::optional<Bytes> fromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  Bytes bytes;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    group = group << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(group >> bits & 0xff);
    }
  }
  return bytes;
}

void putNumber(Bytes& into, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) into += static_cast<char>(value >> shift & 0xff);
}

/// Takes numbers and text from the front of some bytes.
class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  [[nodiscard]] bool has(std::size_t bytes) const { return rest_.size() >= bytes; }
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    for (const char c : take(bytes)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  BytesView take(std::size_t bytes) {
    const BytesView taken = rest_.substr(0, bytes);
    rest_.remove_prefix(taken.size());
    return taken;
  }

 private:
  BytesView rest_;
};

}  // namespace

std::string encodeOffsetMetadata(const OffsetMetadata& metadata) {
  Bytes bytes;
  bytes += '\x02';
  putNumber(bytes, static_cast<std::uint64_t>(toMillis(metadata.partition_time)), 8);
  if (!metadata.processor.empty()) {
    putNumber(bytes, metadata.processor.size(), 4);
    for (const auto& [key, value] : metadata.processor) {
      putNumber(bytes, key.size(), 4);
      bytes += key;
      putNumber(bytes, static_cast<std::uint64_t>(value), 8);
    }
  }
  return toBase64(bytes);
}

OffsetMetadata decodeOffsetMetadata(const std::string& text) {
  const std::optional<Bytes> bytes = fromBase64(text);
  if (!bytes || bytes->size() < 9) return {};
  Reader reader{*bytes};
  const std::uint64_t version = reader.number(1);
  if (version != 1 && version != 2) return {};
  OffsetMetadata metadata;
  metadata.partition_time = fromMillis(static_cast<std::int64_t>(reader.number(8)));
  if (version == 1 || !reader.has(4)) return metadata;
  for (std::uint64_t entries = reader.number(4); entries > 0 && reader.has(4); --entries) {
    const std::size_t length = reader.number(4);
    if (!reader.has(length + 8)) break;
    std::string key{reader.take(length)};
    metadata.processor[std::move(key)] = static_cast<std::int64_t>(reader.number(8));
  }
  return metadata;
}

}  // namespace widgetstream
