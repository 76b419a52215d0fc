#pragma once

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/table_store.hpp"

namespace widgetstream::detail {

/// Values of timestamped stores on disk: i64 milliseconds, big-endian, then the value's own bytes (contract 5.4).
void appendTimestamp(Timestamp timestamp, Bytes& out);

struct StoredBytes {
  Timestamp timestamp = no_timestamp;
  BytesView value;
};
/// Errors  Error{store_corrupted} if there is no room for the timestamp.
[[nodiscard]] StoredBytes splitTimestamp(BytesView stored);

/// Reads an engine's value into a slot.
inline void decodeStored(const ValueType& type, bool timestamped, BytesView bytes, void* slot) {
  const StoredBytes stored = timestamped ? splitTimestamp(bytes) : StoredBytes{no_timestamp, bytes};
  type.decode(stored.value, stored.timestamp, slot);
}

}  // namespace widgetstream::detail
