#pragma once

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/store_engine.hpp"
#include "widgetstream/state/table_store.hpp"

namespace widgetstream::detail {

/// What stands before a value's own bytes in an engine (contract 5.4, 5.11):
///   timestamp  i64 milliseconds, big-endian
///   headers    varint size; unless that is 0: varint count, and for each varint length and key, varint length and
///              value, whose length is -1 for null. Varints are zig-zag.
void appendPrefix(ValueFormat format, Timestamp timestamp, const Headers& headers, Bytes& out);

/// Appends the value in a slot as an engine keeps it.
void appendStored(const ValueType& type, ValueFormat format, Timestamp timestamp, const void* slot, Bytes& out);

struct StoredBytes {
  Timestamp timestamp = no_timestamp;
  Headers headers;
  BytesView value;
};
/// Errors  Error{store_corrupted} if the bytes do not have the format.
[[nodiscard]] StoredBytes splitStored(ValueFormat format, BytesView stored);

/// Reads an engine's value into a slot.
void decodeStored(const ValueType& type, ValueFormat format, BytesView bytes, void* slot);

}  // namespace widgetstream::detail
