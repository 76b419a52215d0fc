#include "connectors/mongo/bson_writer.hpp"

#include <bson/bson.h>

#include <bit>
#include <cstring>
#include <utility>

namespace widgetstream {
namespace {

// Element types of the specification.
constexpr char type_double = 0x01;
constexpr char type_text = 0x02;
constexpr char type_document = 0x03;
constexpr char type_array = 0x04;
constexpr char type_boolean = 0x08;
constexpr char type_date = 0x09;
constexpr char type_null = 0x0A;
constexpr char type_int64 = 0x12;
constexpr char type_decimal128 = 0x13;

// Exponent 0 of a decimal128, in its upper half: bias 6176, shifted past the 113 bits of the coefficient.
constexpr std::uint64_t decimal128_exponent_zero = std::uint64_t{6176} << 49;

static_assert(std::endian::native == std::endian::little, "BSON is little-endian; append() would have to swap");

}  // namespace

bool isUtf8(std::string_view text) noexcept {
  return bson_utf8_validate(text.data(), text.size(), true);
}

BsonWriter::BsonWriter(std::string root_name, bool merges_root)
    : root_name_(std::move(root_name)), merges_root_(merges_root) {
  openLevel(false);
}

BsonWriter BsonWriter::forDocument(std::string_view id) {
  BsonWriter writer{"value", true};
  // The element alone, without the length before it and the end after it.
  writer.out_ += id.substr(4, id.size() - 5);
  return writer;
}

void BsonWriter::beginObject() {
  if (merges_root_ && !root_is_open_ && levels_.size() == 1) {
    root_is_open_ = true;
    return;
  }
  begin(type_document, false);
}

void BsonWriter::endObject() {
  if (root_is_open_ && levels_.size() == 1 && skipped_levels_ == 0) return;
  end();
}

void BsonWriter::beginArray() {
  begin(type_array, true);
}
void BsonWriter::endArray() {
  end();
}

void BsonWriter::key(std::string_view name) {
  if (skipped_levels_ > 0) return;
  skips_value_ = !acceptKey(name);
  if (!skips_value_) key_ = name;
}

bool BsonWriter::acceptKey(std::string_view name) {
  if (name.find('\0') != std::string_view::npos) {
    complain("a field name contains NUL");
    return false;
  }
  if (!isUtf8(name)) {
    complain("a field name is not UTF-8");
    return false;
  }
  if (levels_.size() == 1 && name == "_id") {
    complain("the document has a field _id, which the sink sets itself: rename it, or make the id from it");
    return false;
  }
  // The server would take a leading $ for an update operator and refuse the replacement.
  if (levels_.size() == 1 && name.starts_with('$')) {
    complain("the field name " + std::string{name} + " begins with $");
    return false;
  }
  return true;
}

void BsonWriter::null() {
  beginElement(type_null);
}

void BsonWriter::boolean(bool value) {
  if (beginElement(type_boolean)) out_ += value ? '\x01' : '\x00';
}

void BsonWriter::integer(std::int64_t value) {
  if (beginElement(type_int64)) append(value);
}

void BsonWriter::unsignedInteger(std::uint64_t value) {
  if (std::in_range<std::int64_t>(value)) return integer(static_cast<std::int64_t>(value));
  if (!beginElement(type_decimal128)) return;
  append(value);
  append(decimal128_exponent_zero);
}

void BsonWriter::number(double value) {
  if (beginElement(type_double)) append(value);
}

void BsonWriter::text(std::string_view value) {
  if (skipped_levels_ == 0 && !skips_value_) {
    if (value.size() > mongo_most_bytes) {
      complain("the document is larger than 16 MiB");
      skips_value_ = true;
    } else if (!isUtf8(value)) {
      complain(levels_.back().is_array || key_.empty() ? "a text is not UTF-8"
                                                       : "the text in " + key_ + " is not UTF-8");
      skips_value_ = true;
    }
  }
  if (!beginElement(type_text)) return;
  append(static_cast<std::int32_t>(value.size() + 1));
  out_ += value;
  out_ += '\0';
}

void BsonWriter::timestamp(Timestamp value) {
  if (beginElement(type_date)) append(toMillis(value));
}

std::string BsonWriter::finish() {
  while (!levels_.empty()) closeLevel();
  if (out_.size() > mongo_most_bytes) complain("the document is larger than 16 MiB");
  return std::move(out_);
}

bool BsonWriter::beginElement(char type) {
  if (skipped_levels_ > 0) return false;
  if (std::exchange(skips_value_, false)) return false;
  if (out_.size() > mongo_most_bytes) {
    complain("the document is larger than 16 MiB");
    return false;
  }
  Level& level = levels_.back();
  out_ += type;
  if (level.is_array) {
    out_ += std::to_string(level.index++);
  } else if (levels_.size() == 1 && !root_is_open_) {
    out_ += root_name_;
  } else {
    out_ += key_;
  }
  out_ += '\0';
  return true;
}

void BsonWriter::begin(char type, bool is_array) {
  if (skipped_levels_ == 0 && levels_.size() >= mongo_most_depth && !skips_value_) {
    complain("the document is nested deeper than 100 levels");
    skips_value_ = true;
  }
  if (beginElement(type)) {
    openLevel(is_array);
  } else {
    ++skipped_levels_;
  }
}

void BsonWriter::end() {
  if (skipped_levels_ > 0) {
    --skipped_levels_;
  } else if (levels_.size() > 1) {
    closeLevel();
  }
}

void BsonWriter::openLevel(bool is_array) {
  levels_.push_back({out_.size(), is_array});
  append(std::int32_t{0});
}

void BsonWriter::closeLevel() {
  out_ += '\0';
  const std::size_t start = levels_.back().start;
  const auto size = static_cast<std::int32_t>(out_.size() - start);
  std::memcpy(out_.data() + start, &size, sizeof size);
  levels_.pop_back();
}

void BsonWriter::complain(std::string what) {
  if (problem_.empty()) problem_ = std::move(what);
}

template <class Number>
void BsonWriter::append(Number value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out_.append(bytes, sizeof value);
}

}  // namespace widgetstream
