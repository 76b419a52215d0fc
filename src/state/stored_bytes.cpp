#include "state/stored_bytes.hpp"

#include <string>

#include "state/big_endian.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::size_t timestamp_bytes = 8;

}  // namespace

void appendTimestamp(Timestamp timestamp, Bytes& out) {
  out += bigEndian(toMillis(timestamp));
}

StoredBytes splitTimestamp(BytesView stored) {
  const auto millis = fromBigEndian(stored.substr(0, timestamp_bytes));
  if (!millis)
    throw Error(ErrorKind::store_corrupted,
                "a timestamped value of " + std::to_string(stored.size()) + " bytes has no timestamp");
  return {fromMillis(*millis), stored.substr(timestamp_bytes)};
}

}  // namespace widgetstream::detail
