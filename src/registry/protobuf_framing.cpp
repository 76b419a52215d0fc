#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "registry/proto_names.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/registry/registry_protobuf_serde.hpp"

namespace widgetstream::detail {
namespace {

/// Messages within messages within messages: more is no schema of anybody's.
constexpr std::size_t most_depth = 100;

void appendVarint(std::int32_t value, Bytes& out) {
  auto bits = static_cast<std::uint32_t>(value) << 1 ^ static_cast<std::uint32_t>(value >> 31);
  for (; bits >= 0x80; bits >>= 7) out += static_cast<char>(bits | 0x80);
  out += static_cast<char>(bits);
}

[[noreturn]] void fail(const std::string& problem) {
  throw Error(ErrorKind::bad_record, "the message indexes behind the schema id " + problem);
}

std::int32_t takeVarint(BytesView& bytes) {
  std::uint32_t bits = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (bytes.empty()) fail("are cut");
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    bits |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return static_cast<std::int32_t>(bits >> 1 ^ (0U - (bits & 1)));
  }
  fail("are no varints");
}

std::string shown(const MessagePath& path) {
  std::string text;
  for (const int index : path) text += (text.empty() ? "" : ".") + std::to_string(index);
  return text;
}

}  // namespace

void appendMessagePath(const MessagePath& path, Bytes& out) {
  if (path == MessagePath{0}) {
    out += '\0';
    return;
  }
  appendVarint(static_cast<std::int32_t>(path.size()), out);
  for (const int index : path) appendVarint(index, out);
}

MessagePath takeMessagePath(BytesView& bytes) {
  const std::int32_t count = takeVarint(bytes);
  if (count < 0 || static_cast<std::size_t>(count) > most_depth) fail("number " + std::to_string(count));
  if (count == 0) return {0};
  MessagePath path;
  for (std::int32_t i = 0; i < count; ++i) {
    path.push_back(takeVarint(bytes));
    if (path.back() < 0) fail("are negative");
  }
  return path;
}

void checkMessageName(std::string_view proto, const MessagePath& path, std::string_view name) {
  const std::optional<std::string> found = protoMessageName(proto, path);
  if (!found || *found == name) return;
  throw Error(ErrorKind::bad_record, "the payload is a message '" + *found + "' (index " + shown(path) +
                                         " in its schema), expected '" + std::string{name} +
                                         "'; check_writer_schema = false takes it nevertheless");
}

bool isKnownImport(std::string_view file) {
  for (const std::string_view known : {"google/protobuf/", "google/type/", "confluent/"}) {
    if (file.starts_with(known)) return true;
  }
  return false;
}

}  // namespace widgetstream::detail
