#include "widgetstream/state/position.hpp"

#include <algorithm>
#include <utility>

#include "state/big_endian.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr char version = '\0';

void appendInt32(std::size_t number, Bytes& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
}

class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  [[nodiscard]] BytesView take(std::size_t size) {
    if (rest_.size() < size) throw Error{ErrorKind::bad_record, "the bytes of a position end too early"};
    const BytesView taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  [[nodiscard]] std::uint32_t number() {
    std::uint32_t number = 0;
    for (const char byte : take(4)) number = number << 8 | static_cast<unsigned char>(byte);
    return number;
  }
  [[nodiscard]] std::int64_t offset() { return detail::readBigEndian(take(8).data()); }
  /// True if nothing follows, or nothing but zeros: Java keeps more bytes than it fills.
  [[nodiscard]] bool atEnd() const noexcept { return rest_.find_first_not_of('\0') == BytesView::npos; }

 private:
  BytesView rest_;
};

}  // namespace

std::int64_t& Position::offsetOf(std::string_view topic, std::int32_t partition) {
  auto found = topics_.find(topic);
  if (found == topics_.end()) found = topics_.emplace(topic, Offsets{}).first;
  return found->second.try_emplace(partition, -1).first->second;
}

Position& Position::withComponent(std::string_view topic, std::int32_t partition, std::int64_t offset) {
  std::int64_t& kept = offsetOf(topic, partition);
  kept = std::max(kept, offset);
  return *this;
}

Position& Position::merge(const Position& other) {
  for (const auto& [topic, offsets] : other.topics_) {
    for (const auto& [partition, offset] : offsets) withComponent(topic, partition, offset);
  }
  return *this;
}

const Position::Offsets& Position::partitionPositions(std::string_view topic) const {
  static const Offsets none;
  const auto found = topics_.find(topic);
  return found == topics_.end() ? none : found->second;
}

bool Position::reaches(const Position& bound, std::int32_t partition) const {
  return std::all_of(bound.topics_.begin(), bound.topics_.end(), [&](const auto& topic) {
    const auto wanted = topic.second.find(partition);
    if (wanted == topic.second.end()) return true;
    const Offsets& offsets = partitionPositions(topic.first);
    const auto seen = offsets.find(partition);
    return seen != offsets.end() && seen->second >= wanted->second;
  });
}

Bytes Position::encode() const {
  Bytes bytes(1, version);
  appendInt32(topics_.size(), bytes);
  for (const auto& [topic, offsets] : topics_) {
    appendInt32(topic.size(), bytes);
    bytes += topic;
    appendInt32(offsets.size(), bytes);
    for (const auto& [partition, offset] : offsets) {
      appendInt32(static_cast<std::uint32_t>(partition), bytes);
      detail::appendBigEndian(offset, bytes);
    }
  }
  return bytes;
}

Position Position::decode(BytesView bytes) {
  Reader reader{bytes};
  if (const char found = reader.take(1).front(); found != version)
    throw Error{ErrorKind::bad_record,
                "a position of version " + std::to_string(static_cast<int>(found)) + " cannot be read, only of version 0"};
  Position position;
  const std::uint32_t topics = reader.number();
  for (std::uint32_t i = 0; i < topics; ++i) {
    const std::string topic{reader.take(reader.number())};
    const std::uint32_t partitions = reader.number();
    for (std::uint32_t j = 0; j < partitions; ++j) {
      const auto partition = static_cast<std::int32_t>(reader.number());
      position.withComponent(topic, partition, reader.offset());
    }
  }
  if (!reader.atEnd()) throw Error{ErrorKind::bad_record, "the bytes of a position go on behind its end"};
  return position;
}

}  // namespace widgetstream
