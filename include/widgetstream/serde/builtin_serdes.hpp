#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/uuid.hpp"

namespace widgetstream {

/// Text as UTF-8 bytes, as they are: unlike Java, which puts U+FFFD where the bytes are no UTF-8, nothing is replaced,
/// so that a key passes through unharmed.
struct StringSerde {
  void encode(const std::string& value, Bytes& out) const { out += value; }
  [[nodiscard]] std::string decode(BytesView bytes) const { return std::string{bytes}; }
  void decodeInto(BytesView bytes, std::string& into) const { into.assign(bytes); }
};

/// Raw bytes. Text and bytes are one type here (core/bytes.hpp), and so are their serdes.
using BytesSerde = StringSerde;
using ByteArraySerde = StringSerde;

namespace detail {

/// Appends the low `size` bytes of `bits`, the highest first.
void appendBigEndian(std::uint64_t bits, std::size_t size, Bytes& out);
/// Reads exactly `size` bytes. Throws Error{bad_record} that names `serde`, the size expected and the size got.
[[nodiscard]] std::uint64_t readBigEndian(BytesView bytes, std::size_t size, std::string_view serde);

}  // namespace detail

/// Two's complement, big-endian, 2 bytes: Java's Short.
struct ShortSerde {
  static constexpr std::size_t list_item_size = 2;
  void encode(std::int16_t value, Bytes& out) const;
  [[nodiscard]] std::int16_t decode(BytesView bytes) const;
};

/// Two's complement, big-endian, 4 bytes: Java's Integer.
struct IntegerSerde {
  static constexpr std::size_t list_item_size = 4;
  void encode(std::int32_t value, Bytes& out) const;
  [[nodiscard]] std::int32_t decode(BytesView bytes) const;
};

/// Two's complement, big-endian, 8 bytes: Java's Long.
struct LongSerde {
  static constexpr std::size_t list_item_size = 8;
  void encode(std::int64_t value, Bytes& out) const;
  [[nodiscard]] std::int64_t decode(BytesView bytes) const;
};

/// The bits of IEEE 754 binary32, big-endian: Java's Float.
struct FloatSerde {
  static constexpr std::size_t list_item_size = 4;
  void encode(float value, Bytes& out) const;
  [[nodiscard]] float decode(BytesView bytes) const;
};

/// The bits of IEEE 754 binary64, big-endian: Java's Double.
struct DoubleSerde {
  static constexpr std::size_t list_item_size = 8;
  void encode(double value, Bytes& out) const;
  [[nodiscard]] double decode(BytesView bytes) const;
};

/// One byte, 01 or 00: Java's Boolean. Any other byte is Error{bad_record}.
struct BooleanSerde {
  void encode(bool value, Bytes& out) const { out += value ? '\x01' : '\x00'; }
  [[nodiscard]] bool decode(BytesView bytes) const;
};

/// The 36 characters of a UUID, lower case: Java's UUID. Read in capitals too.
struct UUIDSerde {
  static constexpr std::size_t list_item_size = 36;
  void encode(const Uuid& value, Bytes& out) const { value.appendTo(out); }
  [[nodiscard]] Uuid decode(BytesView bytes) const;
};

/// Raw bytes for programs that keep text and bytes apart: Java's ByteBuffer, from its beginning to its limit.
using ByteBuffer = std::vector<std::byte>;

struct ByteBufferSerde {
  void encode(const ByteBuffer& value, Bytes& out) const;
  [[nodiscard]] ByteBuffer decode(BytesView bytes) const;
  void decodeInto(BytesView bytes, ByteBuffer& into) const;
};

/// Java's Void: null is its only value, and null never reaches a serde. So every call is Error{bad_record}.
struct VoidSerde {
  void encode(std::monostate value, Bytes& out) const;
  [[nodiscard]] std::monostate decode(BytesView bytes) const;
};

}  // namespace widgetstream
