#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "widgetstream/core/error.hpp"

namespace widgetstream::rdkafka {

/// Puts together the body of a request of Kafka's protocol: big-endian numbers, texts behind their length.
class WireWriter {
 public:
  WireWriter& int16(std::int16_t value) { return number(static_cast<std::uint16_t>(value), 2); }
  WireWriter& int32(std::int32_t value) { return number(static_cast<std::uint32_t>(value), 4); }
  WireWriter& text(std::string_view value) {
    int16(static_cast<std::int16_t>(value.size()));
    return raw(value);
  }
  WireWriter& raw(std::string_view value) {
    bytes_ += value;
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  WireWriter& number(std::uint32_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift);
    return *this;
  }

  std::string bytes_;
};

/// Takes a response apart. It borrows the bytes.
/// Errors  Error{retriable} when they end too early: another try may meet a broker that speaks properly
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : left_(bytes) {}

  std::int16_t int16() { return static_cast<std::int16_t>(number(2)); }
  std::int32_t int32() { return static_cast<std::int32_t>(number(4)); }
  std::string text() {
    const std::int16_t size = int16();
    return std::string{take(size < 0 ? 0 : static_cast<std::size_t>(size))};
  }

 private:
  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (const char byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  std::string_view take(std::size_t size) {
    if (left_.size() < size) throw Error{ErrorKind::retriable, "a broker's response ends too early"};
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  std::string_view left_;
};

}  // namespace widgetstream::rdkafka
