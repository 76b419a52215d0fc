#include "widgetstream/serde/list_serde.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "widgetstream/serde/builtin_serdes.hpp"

namespace widgetstream::detail {
namespace {

constexpr char fixed_size = 0;
constexpr char variable_size = 1;
constexpr std::uint32_t null_length = 0xffffffff;
constexpr std::size_t most_items = std::numeric_limits<std::int32_t>::max();

[[noreturn]] void fail(const std::string& problem) {
  throw Error(ErrorKind::bad_record, "ListSerde: " + problem);
}

void appendCount(std::size_t count, Bytes& out) {
  appendBigEndian(count, 4, out);
}

}  // namespace

ListWriter::ListWriter(std::size_t size, std::size_t item_size, const std::vector<std::size_t>& nulls, Bytes& out)
    : out_(out), item_size_(item_size) {
  if (size > most_items) fail("a list of " + std::to_string(size) + " items is larger than its format can say");
  out_ += item_size != 0 ? fixed_size : variable_size;
  if (item_size != 0) {
    appendCount(nulls.size(), out_);
    for (const std::size_t position : nulls) appendCount(position, out_);
  }
  appendCount(size, out_);
}

void ListWriter::null() {
  if (item_size_ == 0) appendBigEndian(null_length, 4, out_);
}

void ListWriter::beginItem() {
  if (item_size_ == 0) appendCount(0, out_);
  begin_ = out_.size();
}

void ListWriter::endItem() {
  if (item_size_ != 0) return;
  const std::size_t length = out_.size() - begin_;
  if (length > most_items) fail("an item of " + std::to_string(length) + " bytes is larger than its format can say");
  Bytes bytes;
  appendCount(length, bytes);
  std::copy(bytes.begin(), bytes.end(), out_.begin() + static_cast<std::ptrdiff_t>(begin_ - bytes.size()));
}

ListReader::ListReader(BytesView bytes, std::size_t item_size) : rest_(bytes) {
  if (bytes.empty()) fail("expected a list, got no bytes");
  const char form = rest_.front();
  rest_.remove_prefix(1);
  if (form == fixed_size) {
    if (item_size == 0) fail("the bytes are a list of items of fixed size, which those of this serde have not");
    item_size_ = item_size;
    readNulls();
  } else if (form != variable_size) {
    fail("expected 00 or 01 as the first byte, got " + std::to_string(static_cast<unsigned char>(form)));
  }
  size_ = readCount("the size");
  // What the bytes cannot hold is not reserved for.
  const std::size_t most = item_size_ != 0 ? rest_.size() / item_size_ + nulls_.size() : rest_.size() / 4;
  if (size_ > most) {
    fail("a list of " + std::to_string(size_) + " items is cut: " + std::to_string(rest_.size()) + " bytes follow");
  }
  if (!nulls_.empty() && nulls_.back() >= size_) {
    fail("null at position " + std::to_string(nulls_.back()) + " of a list of " + std::to_string(size_) + " items");
  }
}

void ListReader::readNulls() {
  const std::size_t count = readCount("the number of nulls");
  if (count > rest_.size() / 4) fail("the positions of " + std::to_string(count) + " nulls are cut");
  nulls_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) nulls_.push_back(readCount("the position of a null"));
  std::sort(nulls_.begin(), nulls_.end());
  nulls_.erase(std::unique(nulls_.begin(), nulls_.end()), nulls_.end());
}

std::size_t ListReader::readCount(const char* what) {
  if (rest_.size() < 4) fail(std::string{"the bytes end within "} + what);
  const auto count = static_cast<std::size_t>(readBigEndian(rest_.substr(0, 4), 4, "ListSerde"));
  rest_.remove_prefix(4);
  if (count > most_items) fail(std::string{what} + " is negative");
  return count;
}

NullableBytesView ListReader::next() {
  const std::size_t position = position_++;
  std::size_t length = item_size_;
  if (item_size_ != 0) {
    if (next_null_ < nulls_.size() && nulls_[next_null_] == position) {
      ++next_null_;
      return std::nullopt;
    }
  } else {
    if (rest_.size() < 4) fail("the bytes end within the length of item " + std::to_string(position));
    length = static_cast<std::size_t>(readBigEndian(rest_.substr(0, 4), 4, "ListSerde"));
    rest_.remove_prefix(4);
    if (length == null_length) return std::nullopt;
    if (length > most_items) fail("the length of item " + std::to_string(position) + " is negative");
  }
  if (rest_.size() < length) {
    fail("item " + std::to_string(position) + " is cut: expected " + std::to_string(length) + " bytes, got " +
         std::to_string(rest_.size()));
  }
  const BytesView item = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return item;
}

void ListReader::finish() const {
  if (!rest_.empty()) fail(std::to_string(rest_.size()) + " bytes follow the last item");
}

void failListItem(std::size_t position, const Error& error) {
  throw Error(error.kind(), "item " + std::to_string(position) + " of the list: " + error.what());
}

void failNullListItem(std::size_t position) {
  fail("item " + std::to_string(position) +
       " is null: read a list with nulls as std::vector<std::optional<T>>, by ListSerde<std::optional<T>>");
}

}  // namespace widgetstream::detail
