#include "kafka/librdkafka/fetched_message.hpp"

#include <algorithm>
#include <array>

namespace widgetstream::rdkafka {
namespace {

constexpr FetchedRecord::Owner message_owner{
    [](void* memory) noexcept { rd_kafka_message_destroy(static_cast<rd_kafka_message_t*>(memory)); },
    [](void* memory, Headers& into) { readHeaders(*static_cast<const rd_kafka_message_t*>(memory), into); },
};

NullableBytesView bytesOrNull(const void* bytes, std::size_t size) noexcept {
  if (!bytes) return std::nullopt;
  return BytesView{static_cast<const char*>(bytes), size};
}

/// A record that bears no headers, as far as its bytes show it.
///
/// librdkafka 2.0.2 makes a buffer of half a kilobyte to find out, for each record. But a message's value is a part of the
/// response that it came in, and what lies around it there is known (record format 2): before it its length as a zigzag
/// varint, behind it the number of headers as another. In the older formats the length is four bytes, big-endian, and
/// headers do not exist; the two are never equal but for a length of 0. So the length tells which format it is, and with
/// format 2 the byte behind the value belongs to the record.
bool showsNoHeaders(const rd_kafka_message_t& message) noexcept {
  if (!message.payload || message.len == 0) return false;
  std::array<unsigned char, 10> varint{};
  std::size_t size = 0;
  std::uint64_t rest = std::uint64_t{message.len} * 2;
  for (; rest >= 0x80; rest >>= 7) varint[size++] = static_cast<unsigned char>(rest | 0x80);
  varint[size++] = static_cast<unsigned char>(rest);
  const auto* const value = static_cast<const unsigned char*>(message.payload);
  return std::equal(value - size, value, varint.begin()) && value[message.len] == 0;
}

}  // namespace

FetchedRecord toRecord(MessageHandle message, std::uint64_t tag) noexcept {
  rd_kafka_message_t* const memory = message.release();
  FetchedRecord record{message_owner, memory};
  // Otherwise it is known only after decoding them, which is left to the reader.
  record.has_headers = !showsNoHeaders(*memory);
  record.tag = tag;
  record.offset = memory->offset;
  rd_kafka_timestamp_type_t type{};
  record.timestamp = fromMillis(rd_kafka_message_timestamp(memory, &type));
  record.key = bytesOrNull(memory->key, memory->key_len);
  record.value = bytesOrNull(memory->payload, memory->len);
  return record;
}

void readHeaders(const rd_kafka_message_t& message, Headers& into) {
  into.clear();
  rd_kafka_headers_t* headers = nullptr;  // belongs to the message
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const char* key = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &key, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    NullableBytes copy;
    if (const auto bytes = bytesOrNull(value, size)) copy.emplace(*bytes);
    into.push_back(Header{key, std::move(copy)});
  }
}

}  // namespace widgetstream::rdkafka
