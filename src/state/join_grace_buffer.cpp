#include "widgetstream/state/join_grace_buffer.hpp"

#include "state/big_endian.hpp"
#include "state/buffered_record.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr char time_first = 0;
constexpr std::size_t time_at = 1;
constexpr std::size_t key_at = 9;
constexpr std::size_t number_bytes = 4;

}  // namespace

void appendWaitingKeyHead(Timestamp timestamp, Bytes& out) {
  out.push_back(time_first);
  out += bigEndian(toMillis(timestamp));
}

void appendWaitingKeyNumber(std::int32_t number, Bytes& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

WaitingKey readWaitingKey(BytesView bytes) {
  if (bytes.size() < key_at + number_bytes) {
    throw Error{ErrorKind::store_corrupted,
                "a key of " + std::to_string(bytes.size()) + " bytes is none of a record that waits for a join"};
  }
  std::int32_t number = 0;
  for (const char byte : bytes.substr(bytes.size() - number_bytes)) number = number << 8 | static_cast<unsigned char>(byte);
  return {fromMillis(*fromBigEndian(bytes.substr(time_at, key_at - time_at))),
          bytes.substr(key_at, bytes.size() - key_at - number_bytes), number};
}

void beginWaitingRecord(const RecordStamp& stamp, Bytes& out) {
  appendContext(stamp, out);
  appendNullable(std::nullopt, out);
  appendNullable(std::nullopt, out);
  out.append(number_bytes, '\0');  // the value's length
}

void endWaitingRecord(std::size_t value_begun, Bytes& out) {
  const std::size_t length = out.size() - value_begun;
  for (std::size_t i = 0; i < number_bytes; ++i) {
    out[value_begun - number_bytes + i] = static_cast<char>(length >> (8 * (number_bytes - 1 - i)));
  }
  appendBufferTime(fromMillis(0), out);
}

WaitingRecordParts readWaitingRecord(BytesView bytes, Headers& headers) {
  const BufferedRecord record = readBufferedRecord(bytes);
  if (!record.new_value) throw Error{ErrorKind::store_corrupted, "a record that waits for a join has no value"};
  readHeaders(record, headers);
  return {{record.topic, record.partition, record.offset, record.timestamp, &noHeaders()}, *record.new_value};
}

}  // namespace widgetstream::detail
