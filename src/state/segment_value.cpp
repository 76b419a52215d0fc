#include "state/segment_value.hpp"

#include <string>

#include "state/big_endian.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::size_t time_bytes = 8;
constexpr std::size_t size_bytes = 4;
constexpr std::size_t head_bytes = 2 * time_bytes;
constexpr std::size_t version_bytes = time_bytes + size_bytes;

[[noreturn]] void refuse(BytesView bytes) {
  throw Error(ErrorKind::store_corrupted,
              "a row of " + std::to_string(bytes.size()) + " bytes does not have the versions it tells of");
}

[[nodiscard]] std::int32_t sizeAt(BytesView bytes, std::size_t at) noexcept {
  std::uint32_t size = 0;
  for (std::size_t i = 0; i < size_bytes; ++i) size = size << 8 | static_cast<unsigned char>(bytes[at + i]);
  return static_cast<std::int32_t>(size);
}

void appendSize(std::int32_t size, Bytes& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift));
}

}  // namespace

std::int64_t SegmentValue::endIn(BytesView bytes) {
  if (bytes.size() < head_bytes + version_bytes) refuse(bytes);
  return readBigEndian(bytes.data());
}

std::int64_t SegmentValue::beginIn(BytesView bytes) {
  if (bytes.size() < head_bytes + version_bytes) refuse(bytes);
  return readBigEndian(bytes.data() + time_bytes);
}

SegmentValue::SegmentValue(BytesView bytes) : end_(endIn(bytes)) {
  const std::int64_t oldest = beginIn(bytes);
  std::size_t values_end = bytes.size();
  std::int64_t before = end_;
  for (std::size_t at = head_bytes;; at += version_bytes) {
    if (at + version_bytes > values_end) refuse(bytes);
    const std::int64_t begin = readBigEndian(bytes.data() + at);
    const std::int32_t size = sizeAt(bytes, at + time_bytes);
    const bool in_order = begin < before || (versions_.empty() && begin == before && begin == oldest);
    if (!in_order || begin < oldest || size < -1) refuse(bytes);
    NullableBytesView value;
    if (size >= 0) {
      if (values_end - at - version_bytes < static_cast<std::size_t>(size)) refuse(bytes);
      values_end -= static_cast<std::size_t>(size);
      value = bytes.substr(values_end, static_cast<std::size_t>(size));
    }
    versions_.push_back({begin, value});
    if (begin == oldest) {
      if (at + version_bytes != values_end) refuse(bytes);
      return;
    }
    before = begin;
  }
}

SegmentValue::SegmentValue(NullableBytesView value, std::int64_t begin, std::int64_t end)
    : end_(end), versions_{{begin, value}} {}

SegmentValue::Found SegmentValue::find(std::int64_t time) const {
  std::size_t index = 0;
  while (versions_[index].begin > time) ++index;
  return {index, versions_[index].begin, endOf(index), versions_[index].value};
}

void SegmentValue::insertAsLatest(std::int64_t begin, std::int64_t end, NullableBytesView value) {
  if (begin < end_) truncate(begin);
  const bool was_degenerate = degenerate();
  if (end_ != begin) {
    // Nothing is valid between the newest version and this one.
    if (was_degenerate) {
      versions_.front() = {end_, std::nullopt};
    } else {
      versions_.insert(versions_.begin(), {end_, std::nullopt});
    }
    versions_.insert(versions_.begin(), {begin, value});
  } else if (was_degenerate) {
    versions_.front() = {begin, value};
  } else {
    versions_.insert(versions_.begin(), {begin, value});
  }
  end_ = end;
}

void SegmentValue::insertAsEarliest(std::int64_t begin, NullableBytesView value) {
  if (degenerate()) {
    versions_.front() = {begin, value};
  } else {
    versions_.push_back({begin, value});
  }
}

void SegmentValue::insert(std::size_t index, std::int64_t begin, NullableBytesView value) {
  versions_.insert(versions_.begin() + static_cast<std::ptrdiff_t>(index), {begin, value});
}

void SegmentValue::update(std::size_t index, std::int64_t begin, NullableBytesView value) {
  versions_[index] = {begin, value};
}

void SegmentValue::truncate(std::int64_t to) {
  if (to <= begin()) {
    versions_ = {{to, std::nullopt}};
  } else {
    std::erase_if(versions_, [to](const Version& version) { return version.begin >= to; });
  }
  end_ = to;
}

Bytes SegmentValue::encode() const {
  Bytes bytes;
  appendBigEndian(end_, bytes);
  appendBigEndian(begin(), bytes);
  for (const Version& version : versions_) {
    appendBigEndian(version.begin, bytes);
    appendSize(version.value ? static_cast<std::int32_t>(version.value->size()) : -1, bytes);
  }
  for (auto version = versions_.rbegin(); version != versions_.rend(); ++version) {
    if (version->value) bytes += *version->value;
  }
  return bytes;
}

}  // namespace widgetstream::detail
