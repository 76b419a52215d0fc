#include "widgetstream/dsl/operators/foreign_key/response.hpp"

#include <string>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr unsigned char no_hash = 0x80;

}  // namespace

void appendResponseHead(const std::optional<Hash128>& hash, Bytes& into) {
  into.push_back(static_cast<char>(hash ? 0 : no_hash));
  if (hash) appendHash(*hash, into);
}

std::optional<Hash128> takeResponseHead(BytesView& bytes) {
  if (bytes.empty()) throw Error{ErrorKind::bad_record, "the response of a foreign-key join has no bytes"};
  const auto first = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  if ((first & 0x7f) != 0) {
    throw Error{ErrorKind::bad_record, "the response of a foreign-key join has version " +
                                           std::to_string(first & 0x7f) + ", and 0 is the newest known"};
  }
  if ((first & no_hash) != 0) return std::nullopt;
  return takeHash(bytes, "response");
}

}  // namespace widgetstream::detail
