#include "widgetstream/dsl/operators/change_codec.hpp"

#include <cstdint>
#include <stdexcept>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

enum Flag : unsigned char {
  old_only = 0,
  new_only = 1,
  both = 2,
  with_latest = 3,  ///< added to the others when a byte that says whether it is the latest stands before the flag
};

[[noreturn]] void refuse(const std::string& what) {
  throw Error{ErrorKind::bad_record, "not an update of a grouped table: " + what};
}

/// Takes a zig-zag varint of 32 bits off the front.
std::uint32_t takeLength(BytesView& bytes) {
  std::uint32_t raw = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (bytes.empty()) refuse("the length of the new value is cut off");
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    raw |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      if ((raw & 1) != 0) refuse("the length of the new value is negative");
      return raw >> 1;
    }
  }
  refuse("the length of the new value takes more than five bytes");
}

}  // namespace

ChangeBytes splitChange(BytesView bytes) {
  if (bytes.empty()) refuse("no byte says which values there are");
  auto flag = static_cast<unsigned char>(bytes.back());
  bytes.remove_suffix(1);
  if (flag > both + with_latest) refuse("it ends in byte " + std::to_string(flag) + ", which must be 0 to 5");
  ChangeBytes change;
  if (flag >= with_latest) {
    flag -= with_latest;
    if (bytes.empty()) refuse("no byte says whether it is the latest");
    const auto latest = static_cast<unsigned char>(bytes.back());
    if (latest > 1) refuse("byte " + std::to_string(latest) + " says whether it is the latest, which must be 0 or 1");
    change.is_latest = latest == 1;
    bytes.remove_suffix(1);
  }
  if (flag == old_only) {
    change.old_value = bytes;
  } else if (flag == new_only) {
    change.new_value = bytes;
  } else {
    const std::uint32_t length = takeLength(bytes);
    if (length > bytes.size()) {
      refuse("the new value should have " + std::to_string(length) + " bytes, of which " +
             std::to_string(bytes.size()) + " are there");
    }
    change.new_value = bytes.substr(0, length);
    change.old_value = bytes.substr(length);
  }
  return change;
}

void appendLengthOfNew(std::size_t length, Bytes& into) {
  std::uint64_t raw = static_cast<std::uint64_t>(length) << 1;
  for (; raw >= 0x80; raw >>= 7) into.push_back(static_cast<char>((raw & 0x7f) | 0x80));
  into.push_back(static_cast<char>(raw));
}

void appendChangeFlag(bool has_new, bool has_old, Bytes& into) {
  if (!has_new && !has_old) throw std::invalid_argument{"an update of a grouped table has neither old nor new value"};
  into.push_back(static_cast<char>(has_new && has_old ? both : has_new ? new_only : old_only));
}

}  // namespace widgetstream::detail
