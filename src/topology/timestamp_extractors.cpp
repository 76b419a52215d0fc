#include "widgetstream/topology/timestamp_extractors.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

/// The runtime adds which record it was.
[[noreturn]] void refuse(Timestamp time, const std::string& why) {
  throw Error{ErrorKind::fatal, "the timestamp " + std::to_string(toMillis(time)) + " is invalid" + why +
                                    ": let the producer set one, or give the source another TimestampExtractor, such "
                                    "as logAndSkipOnInvalidTimestamp()"};
}

}  // namespace

TimestampExtractor failOnInvalidTimestamp() {
  return [](const AnyRecord& record, const RecordContext&, Timestamp) {
    if (record.timestamp < Timestamp{}) refuse(record.timestamp, "");
    return record.timestamp;
  };
}

TimestampExtractor logAndSkipOnInvalidTimestamp() {
  return [](const AnyRecord& record, const RecordContext&, Timestamp) { return record.timestamp; };
}

TimestampExtractor usePartitionTimeOnInvalidTimestamp() {
  return [](const AnyRecord& record, const RecordContext&, Timestamp partition_time) {
    if (record.timestamp >= Timestamp{}) return record.timestamp;
    if (partition_time < Timestamp{}) refuse(record.timestamp, " and its partition has no time yet");
    return partition_time;
  };
}

TimestampExtractor wallclockTimestampExtractor(const Clock& clock) {
  return [&clock](const AnyRecord&, const RecordContext&, Timestamp) { return clock.now(); };
}

}  // namespace widgetstream
