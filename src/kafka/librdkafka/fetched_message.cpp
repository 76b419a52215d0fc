#include "kafka/librdkafka/fetched_message.hpp"

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

}  // namespace

FetchedRecord toRecord(MessageHandle message, std::uint64_t tag) noexcept {
  rd_kafka_message_t* const memory = message.release();
  FetchedRecord record{message_owner, memory};
  // Whether there are any is known only after decoding them, which is left to the reader.
  record.has_headers = true;
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
