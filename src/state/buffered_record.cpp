#include "state/buffered_record.hpp"

#include <string>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::int32_t null_length = -1;
constexpr std::int32_t same_as_prior = -2;

template <class Int>
void append(Int number, Bytes& out) {
  for (int shift = static_cast<int>(sizeof(Int)) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> shift));
  }
}

void appendSized(BytesView bytes, Bytes& out) {
  append(static_cast<std::int32_t>(bytes.size()), out);
  out += bytes;
}

/// Takes parts off the front of bytes.
class Reader {
 public:
  explicit Reader(BytesView bytes) : left_(bytes) {}

  template <class Int>
  [[nodiscard]] Int number() {
    std::uint64_t read = 0;
    for (const char byte : take(sizeof(Int))) read = read << 8 | static_cast<unsigned char>(byte);
    return static_cast<Int>(read);
  }
  [[nodiscard]] BytesView sized() {
    const auto length = number<std::int32_t>();
    if (length < 0) throwMalformed();
    return take(static_cast<std::size_t>(length));
  }
  [[nodiscard]] NullableBytesView nullable(std::int32_t length) {
    if (length == null_length) return std::nullopt;
    if (length < 0) throwMalformed();
    return take(static_cast<std::size_t>(length));
  }
  [[nodiscard]] NullableBytesView nullable() { return nullable(number<std::int32_t>()); }
  [[nodiscard]] BytesView left() const noexcept { return left_; }

 private:
  BytesView take(std::size_t count) {
    if (count > left_.size()) throwMalformed();
    const BytesView taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  [[noreturn]] static void throwMalformed() {
    throw Error{ErrorKind::bad_record, "these bytes are no buffered record: a length in them points past their end"};
  }

  BytesView left_;
};

/// The length of Java's char[] of a text.
std::size_t utf16Units(BytesView text) {
  std::size_t units = 0;
  for (const char byte : text) {
    const auto bits = static_cast<unsigned char>(byte);
    if ((bits & 0xC0) != 0x80) units += bits >= 0xF0 ? 2 : 1;
  }
  return units;
}

}  // namespace

BufferedRecord readBufferedRecord(BytesView bytes) {
  Reader reader{bytes};
  BufferedRecord record;
  record.timestamp = fromMillis(reader.number<std::int64_t>());
  record.offset = reader.number<std::int64_t>();
  record.topic = reader.sized();
  record.partition = reader.number<std::int32_t>();
  record.header_count = reader.number<std::int32_t>();
  record.headers = reader.left();
  for (std::int32_t i = 0; i < record.header_count; ++i) {
    static_cast<void>(reader.sized());
    static_cast<void>(reader.nullable());
  }
  record.headers.remove_suffix(reader.left().size());
  record.prior_value = reader.nullable();
  const auto old_length = reader.number<std::int32_t>();
  record.old_value = old_length == same_as_prior ? record.prior_value : reader.nullable(old_length);
  record.new_value = reader.nullable();
  record.rest = reader.left();
  return record;
}

void readHeaders(const BufferedRecord& record, Headers& into) {
  into.clear();
  Reader reader{record.headers};
  for (std::int32_t i = 0; i < record.header_count; ++i) {
    Header& header = into.emplace_back();
    header.key = reader.sized();
    if (const NullableBytesView value = reader.nullable()) header.value.emplace(*value);
  }
}

void appendContext(const RecordStamp& stamp, Bytes& out) {
  append(toMillis(stamp.timestamp), out);
  append(stamp.offset, out);
  appendSized(stamp.topic, out);
  append(stamp.partition, out);
  append(static_cast<std::int32_t>(stamp.headers->size()), out);
  for (const Header& header : *stamp.headers) {
    appendSized(header.key, out);
    appendNullable(header.value ? NullableBytesView{*header.value} : std::nullopt, out);
  }
}

void appendNullable(NullableBytesView value, Bytes& out) {
  if (value) {
    appendSized(*value, out);
  } else {
    append(null_length, out);
  }
}

void appendOldValue(NullableBytesView prior_value, NullableBytesView old_value, Bytes& out) {
  if (old_value && old_value == prior_value) {
    append(same_as_prior, out);
  } else {
    appendNullable(old_value, out);
  }
}

void appendBufferTime(Timestamp time, Bytes& out) {
  append(toMillis(time), out);
}

std::size_t countedBytes(std::size_t key_bytes, const RecordStamp& stamp, NullableBytesView prior_value,
                         NullableBytesView old_value, NullableBytesView new_value) {
  constexpr std::size_t buffer_time = 8;
  constexpr std::size_t timestamp_offset_partition = 8 + 8 + 4;
  std::size_t bytes = buffer_time + key_bytes + timestamp_offset_partition + utf16Units(stamp.topic);
  for (const Header& header : *stamp.headers) {
    bytes += utf16Units(header.key) + (header.value ? header.value->size() : 0);
  }
  if (prior_value) bytes += prior_value->size();
  if (old_value && old_value != prior_value) bytes += old_value->size();
  if (new_value) bytes += new_value->size();
  return bytes;
}

}  // namespace widgetstream::detail
