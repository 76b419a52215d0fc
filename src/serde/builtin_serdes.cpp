#include "widgetstream/serde/builtin_serdes.hpp"

#include <bit>
#include <cstring>
#include <string>

#include "widgetstream/serde/default_serde.hpp"

namespace widgetstream {

template Serde<std::string> defaultSerde<std::string>();
template Serde<std::int64_t> defaultSerde<std::int64_t>();
namespace detail {

void appendBigEndian(std::uint64_t bits, std::size_t size, Bytes& out) {
  char bytes[sizeof bits];
  for (std::size_t i = size; i-- > 0; bits >>= 8) bytes[i] = static_cast<char>(bits & 0xff);
  out.append(bytes, size);
}

std::uint64_t readBigEndian(BytesView bytes, std::size_t size, std::string_view serde) {
  if (bytes.size() != size) {
    throw Error(ErrorKind::bad_record, std::string{serde} + ": expected " + std::to_string(size) +
                                           (size == 1 ? " byte" : " bytes") + ", got " + std::to_string(bytes.size()));
  }
  std::uint64_t bits = 0;
  for (const char byte : bytes) bits = bits << 8 | static_cast<unsigned char>(byte);
  return bits;
}

}  // namespace detail

using detail::appendBigEndian;
using detail::readBigEndian;

void ShortSerde::encode(std::int16_t value, Bytes& out) const {
  appendBigEndian(static_cast<std::uint64_t>(value), 2, out);
}
std::int16_t ShortSerde::decode(BytesView bytes) const {
  return static_cast<std::int16_t>(readBigEndian(bytes, 2, "ShortSerde"));
}

void IntegerSerde::encode(std::int32_t value, Bytes& out) const {
  appendBigEndian(static_cast<std::uint64_t>(value), 4, out);
}
std::int32_t IntegerSerde::decode(BytesView bytes) const {
  return static_cast<std::int32_t>(readBigEndian(bytes, 4, "IntegerSerde"));
}

void LongSerde::encode(std::int64_t value, Bytes& out) const {
  appendBigEndian(static_cast<std::uint64_t>(value), 8, out);
}
std::int64_t LongSerde::decode(BytesView bytes) const {
  return static_cast<std::int64_t>(readBigEndian(bytes, 8, "LongSerde"));
}

void FloatSerde::encode(float value, Bytes& out) const {
  appendBigEndian(std::bit_cast<std::uint32_t>(value), 4, out);
}
float FloatSerde::decode(BytesView bytes) const {
  return std::bit_cast<float>(static_cast<std::uint32_t>(readBigEndian(bytes, 4, "FloatSerde")));
}

void DoubleSerde::encode(double value, Bytes& out) const {
  appendBigEndian(std::bit_cast<std::uint64_t>(value), 8, out);
}
double DoubleSerde::decode(BytesView bytes) const {
  return std::bit_cast<double>(readBigEndian(bytes, 8, "DoubleSerde"));
}

bool BooleanSerde::decode(BytesView bytes) const {
  const std::uint64_t byte = readBigEndian(bytes, 1, "BooleanSerde");
  if (byte > 1) throw Error(ErrorKind::bad_record, "BooleanSerde: expected 00 or 01, got byte " + std::to_string(byte));
  return byte == 1;
}

Uuid UUIDSerde::decode(BytesView bytes) const {
  Uuid uuid;
  if (!Uuid::tryParse(bytes, uuid)) {
    throw Error(ErrorKind::bad_record,
                "UUIDSerde: expected 36 characters such as 00112233-4455-6677-8899-aabbccddeeff, got " +
                    std::to_string(bytes.size()) + " bytes that are no UUID");
  }
  return uuid;
}

void ByteBufferSerde::encode(const ByteBuffer& value, Bytes& out) const {
  if (!value.empty()) out.append(reinterpret_cast<const char*>(value.data()), value.size());
}
ByteBuffer ByteBufferSerde::decode(BytesView bytes) const {
  ByteBuffer value;
  decodeInto(bytes, value);
  return value;
}
void ByteBufferSerde::decodeInto(BytesView bytes, ByteBuffer& into) const {
  into.resize(bytes.size());
  if (!bytes.empty()) std::memcpy(into.data(), bytes.data(), bytes.size());
}

void VoidSerde::encode(std::monostate, Bytes&) const {
  throw Error(ErrorKind::bad_record, "VoidSerde: only null can be sent, got a value: send a null key or value");
}
std::monostate VoidSerde::decode(BytesView bytes) const {
  throw Error(ErrorKind::bad_record, "VoidSerde: expected null, got " + std::to_string(bytes.size()) + " bytes");
}

}  // namespace widgetstream
