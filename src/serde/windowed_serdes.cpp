#include "widgetstream/serde/windowed_serdes.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::size_t time_bytes = 8;
constexpr std::size_t sequence_bytes = 4;

void appendTime(Timestamp at, Bytes& out) { appendBigEndian(static_cast<std::uint64_t>(toMillis(at)), time_bytes, out); }

/// The time that ends `before_end` bytes before the end.
Timestamp timeIn(BytesView bytes, std::size_t before_end) {
  const BytesView time = bytes.substr(bytes.size() - before_end - time_bytes, time_bytes);
  return fromMillis(static_cast<std::int64_t>(readBigEndian(time, time_bytes, "windowed key")));
}

void requireBytes(BytesView bytes, std::size_t least, std::string_view serde) {
  if (bytes.size() < least) {
    throw Error{ErrorKind::bad_record, std::string{serde} + ": expected at least " + std::to_string(least) +
                                           " bytes, got " + std::to_string(bytes.size())};
  }
}

void requireWindow(const Window& window, std::string_view serde) {
  if (window.start < Timestamp{} || window.end < window.start) {
    throw Error{ErrorKind::bad_record, std::string{serde} + ": window " + toString(window) +
                                           " starts before 1970 or ends before its start"};
  }
}

}  // namespace

void appendWindowStart(const Window& window, Bytes& out) { appendTime(window.start, out); }

SplitWindowedKey splitTimeWindowedKey(BytesView bytes, Milliseconds window_size, bool sequenced) {
  const std::size_t after = sequenced ? sequence_bytes : 0;
  requireBytes(bytes, time_bytes + after, "TimeWindowedSerde");
  const Timestamp start = timeIn(bytes, after);
  const Timestamp end = window_size > Timestamp::max() - std::max(start, Timestamp{}) ? Timestamp::max() : start + window_size;
  const Window window{start, end};
  requireWindow(window, "TimeWindowedSerde");
  return {bytes.substr(0, bytes.size() - time_bytes - after), window};
}

void appendSessionBounds(const Window& window, Bytes& out) {
  appendTime(window.end, out);
  appendTime(window.start, out);
}

SplitWindowedKey splitSessionKey(BytesView bytes) {
  requireBytes(bytes, 2 * time_bytes, "SessionWindowedSerde");
  const Window window{timeIn(bytes, 0), timeIn(bytes, time_bytes)};
  requireWindow(window, "SessionWindowedSerde");
  return {bytes.substr(0, bytes.size() - 2 * time_bytes), window};
}

void requireWindowSize(Milliseconds size) {
  if (size <= Milliseconds{0}) {
    throw Error{ErrorKind::invalid_argument, "TimeWindowedSerde: a window size of " + std::to_string(size.count()) +
                                                 " ms; give the size of the windows, which is at least 1 ms"};
  }
}

}  // namespace widgetstream::detail
