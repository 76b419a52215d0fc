#include "state/stored_bytes.hpp"

#include <string>

#include "state/big_endian.hpp"
#include "state/varint.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::size_t timestamp_bytes = 8;

[[nodiscard]] bool hasHeaders(ValueFormat format) noexcept {
  return format == ValueFormat::headers || format == ValueFormat::timestamped_headers;
}
[[nodiscard]] bool hasTimestamp(ValueFormat format) noexcept {
  return format == ValueFormat::timestamped || format == ValueFormat::timestamped_headers;
}

void appendHeaders(const Headers& headers, Bytes& out) {
  if (headers.empty()) return appendVarint(0, out);
  Bytes list;
  appendVarint(static_cast<std::int32_t>(headers.size()), list);
  for (const Header& header : headers) {
    appendVarint(static_cast<std::int32_t>(header.key.size()), list);
    list += header.key;
    appendVarint(header.value ? static_cast<std::int32_t>(header.value->size()) : -1, list);
    if (header.value) list += *header.value;
  }
  appendVarint(static_cast<std::int32_t>(list.size()), out);
  out += list;
}

[[noreturn]] void refuse(BytesView stored, const char* what) {
  throw Error(ErrorKind::store_corrupted,
              "a stored value of " + std::to_string(stored.size()) + " bytes has no " + what);
}

/// Takes a length and as many bytes off the front; nullopt for a length of -1.
[[nodiscard]] NullableBytesView take(BytesView& from, BytesView stored) {
  const auto size = takeVarint(from);
  if (size && *size == -1) return std::nullopt;
  if (!size || *size < 0 || static_cast<std::size_t>(*size) > from.size()) refuse(stored, "whole headers");
  const BytesView taken = from.substr(0, static_cast<std::size_t>(*size));
  from.remove_prefix(taken.size());
  return taken;
}

[[nodiscard]] Headers takeHeaders(BytesView& from, BytesView stored) {
  Headers headers;
  auto list = take(from, stored);
  if (!list) refuse(stored, "headers");
  if (list->empty()) return headers;
  const auto count = takeVarint(*list);
  if (!count || *count < 0) refuse(stored, "whole headers");
  for (std::int32_t i = 0; i < *count; ++i) {
    const auto key = take(*list, stored);
    if (!key) refuse(stored, "whole headers");
    const auto value = take(*list, stored);
    headers.push_back({std::string{*key}, value ? NullableBytes{*value} : std::nullopt});
  }
  return headers;
}

}  // namespace

void appendPrefix(ValueFormat format, Timestamp timestamp, const Headers& headers, Bytes& out) {
  if (hasHeaders(format)) appendHeaders(headers, out);
  if (hasTimestamp(format)) appendBigEndian(toMillis(timestamp), out);
}

void appendStored(const ValueType& type, ValueFormat format, Timestamp timestamp, const void* slot, Bytes& out) {
  appendPrefix(format, timestamp, hasHeaders(format) ? type.headers(slot) : noHeaders(), out);
  type.encode(slot, out);
}

StoredBytes splitStored(ValueFormat format, BytesView stored) {
  StoredBytes split;
  split.value = stored;
  if (hasHeaders(format)) split.headers = takeHeaders(split.value, stored);
  if (hasTimestamp(format)) {
    const auto millis = fromBigEndian(split.value.substr(0, timestamp_bytes));
    if (!millis) refuse(stored, "timestamp");
    split.timestamp = fromMillis(*millis);
    split.value.remove_prefix(timestamp_bytes);
  }
  return split;
}

void decodeStored(const ValueType& type, ValueFormat format, BytesView bytes, void* slot) {
  const StoredBytes stored = splitStored(format, bytes);
  type.decode(stored.value, stored.timestamp, stored.headers, slot);
}

}  // namespace widgetstream::detail
