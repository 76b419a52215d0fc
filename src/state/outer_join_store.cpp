#include "widgetstream/state/outer_join_store.hpp"

#include "state/big_endian.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::size_t side_at = 8;
constexpr std::size_t key_at = 9;
constexpr char variable_size = 1;
constexpr std::size_t length_bytes = 4;

void appendLength(std::size_t length, Bytes& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(length >> shift));
}

[[noreturn]] void throwNoList() {
  throw Error{ErrorKind::store_corrupted, "the records that wait for a join partner are not stored as a list"};
}

std::uint32_t takeLength(BytesView& bytes) {
  if (bytes.size() < length_bytes) throwNoList();
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(length_bytes);
  return length;
}

}  // namespace

void appendUnmatchedKey(Timestamp timestamp, StreamSide side, Bytes& out) {
  out += bigEndian(toMillis(timestamp));
  out.push_back(static_cast<char>(side));
}

UnmatchedKey readUnmatchedKey(BytesView bytes) {
  if (bytes.size() < key_at) {
    throw Error{ErrorKind::store_corrupted,
                "a key of " + std::to_string(bytes.size()) + " bytes has no time and side of a join"};
  }
  const auto millis = *fromBigEndian(bytes.substr(0, side_at));
  return {fromMillis(millis), bytes[side_at] == 0 ? StreamSide::right : StreamSide::left, bytes.substr(key_at)};
}

void appendListHead(std::size_t count, Bytes& out) {
  out.push_back(variable_size);
  appendLength(count, out);
}

std::size_t beginListItem(Bytes& out) {
  out.append(length_bytes, '\0');
  return out.size();
}

void endListItem(std::size_t begun, Bytes& out) {
  const std::size_t length = out.size() - begun;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    out[begun - length_bytes + i] = static_cast<char>(length >> (8 * (length_bytes - 1 - i)));
  }
}

ListItems::ListItems(BytesView list) : bytes_(list) {
  if (bytes_.empty() || bytes_.front() != variable_size) throwNoList();
  bytes_.remove_prefix(1);
  left_ = takeLength(bytes_);
}

BytesView ListItems::next() {
  const std::uint32_t length = takeLength(bytes_);
  if (length == 0 || length > bytes_.size()) throwNoList();
  const BytesView item = bytes_.substr(0, length);
  bytes_.remove_prefix(length);
  --left_;
  return item;
}

}  // namespace widgetstream::detail
