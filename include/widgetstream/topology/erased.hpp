#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/owned.hpp"
#include "widgetstream/processor/record.hpp"
#include "widgetstream/processor/record_context.hpp"
#include "widgetstream/processor/sink.hpp"
#include "widgetstream/topology/auto_offset_reset.hpp"

namespace widgetstream {

/// Turns the bytes of a source into the node's types. One a node and task.
///
/// Order    what a call returned dies at the next call of the same name: a source decodes one record at a time.
/// Errors   Error{bad_record}, or whatever a user's serde throws: both go to the deserialization handler. Error{retriable}
///          and Error{fatal} are about the instance, not the record, and pass it by.
class AnyDecoder {
 public:
  virtual ~AnyDecoder() = default;
  [[nodiscard]] virtual const void* key(std::string_view topic, NullableBytesView bytes) = 0;
  [[nodiscard]] virtual const void* value(std::string_view topic, NullableBytesView bytes) = 0;
};

/// Turns a sink's records into bytes. One a node and task.
class AnyEncoder {
 public:
  virtual ~AnyEncoder() = default;
  /// Appends to `into`; not called for null.
  virtual void key(std::string_view topic, const void* key, Bytes& into) = 0;
  virtual void value(std::string_view topic, const void* value, Bytes& into) = 0;
};

/// Which partitions of a topic a record goes to.
struct PartitionChoice {
  enum class Kind { by_key, one, several, none };
  Kind kind = Kind::by_key;
  std::int32_t partition = 0;           ///< of `one`
  std::vector<std::int32_t> partitions;  ///< of `several`

  /// By Java's murmur2 of the key's bytes.
  [[nodiscard]] static PartitionChoice byKey() { return {}; }
  [[nodiscard]] static PartitionChoice one(std::int32_t partition) { return {Kind::one, partition, {}}; }
  [[nodiscard]] static PartitionChoice several(std::vector<std::int32_t> all) {
    return {Kind::several, 0, std::move(all)};
  }
  /// Drops the record; counted.
  [[nodiscard]] static PartitionChoice none() { return {Kind::none, 0, {}}; }
};

using AnyPartitioner =
    std::function<PartitionChoice(std::string_view topic, const AnyRecord& record, std::int32_t partitions)>;
using AnyTopicNameExtractor = std::function<std::string(const AnyRecord& record, const RecordContext& at)>;

/// The time of a record as the topology shall see it; timestamp_extractors.hpp has Java's and makes one of a function.
/// Default: the record's own; a negative one fails.
/// Returning no_timestamp (or any negative time) drops the record, which is counted.
///
/// `partition_time` is the largest time taken from this partition so far, no_timestamp at first.
using TimestampExtractor = std::function<Timestamp(const AnyRecord& record, const RecordContext& at, Timestamp partition_time)>;

using MakeDecoder = std::function<std::unique_ptr<AnyDecoder>()>;
using MakeEncoder = std::function<std::unique_ptr<AnyEncoder>()>;

extern template MakeDecoder detail::functionOf<AnyDecoder>(std::unique_ptr<const detail::Maker<AnyDecoder>>);
extern template MakeEncoder detail::functionOf<AnyEncoder>(std::unique_ptr<const detail::Maker<AnyEncoder>>);

using MakeSink = std::function<std::unique_ptr<Sink>(const SinkContext&)>;

}  // namespace widgetstream
