#pragma once

#include <cstddef>
#include <cstdint>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/record_stamp.hpp"

// A record that waits in a buffer, as Java's BufferValue has it in changelogs and on disk (contract 5.7). All integers
// are big-endian:
//
//   i64 timestamp, i64 offset, i32 length, topic, i32 partition,
//   i32 header count, each: i32 length, key, i32 length or -1 for null, value
//   i32 length or -1, prior value; i32 length, -1, or -2 for "equal to the prior", old value; i32 length or -1, new value
//   i64 buffer time in changelogs

namespace widgetstream::detail {

/// The parts of such bytes; views into them.
struct BufferedRecord {
  Timestamp timestamp = no_timestamp;
  std::int64_t offset = -1;
  BytesView topic;
  std::int32_t partition = -1;
  std::int32_t header_count = 0;
  /// The headers' bytes, without their count; see readHeaders().
  BytesView headers;
  NullableBytesView prior_value;
  NullableBytesView old_value;
  NullableBytesView new_value;
  /// What follows the new value: the buffer time, or nothing.
  BytesView rest;
};

/// Errors  Error{bad_record} for bytes that are no buffered record.
[[nodiscard]] BufferedRecord readBufferedRecord(BytesView bytes);
/// Replaces what `into` holds.
void readHeaders(const BufferedRecord& record, Headers& into);

/// Appends everything but the values and the buffer time.
void appendContext(const RecordStamp& stamp, Bytes& out);
/// Appends a value with its length.
void appendNullable(NullableBytesView value, Bytes& out);
/// Appends an old value, which is not repeated when the prior one is the same.
void appendOldValue(NullableBytesView prior_value, NullableBytesView old_value, Bytes& out);
void appendBufferTime(Timestamp time, Bytes& out);

/// What a buffered record counts for against maxBytes(), as Java counts it: the same bounds are reached by the same
/// records.
[[nodiscard]] std::size_t countedBytes(std::size_t key_bytes, const RecordStamp& stamp, NullableBytesView prior_value,
                                       NullableBytesView old_value, NullableBytesView new_value);

}  // namespace widgetstream::detail
