#include "runtime/coordination/shutdown_notice.hpp"

#include <algorithm>
#include <string>

#include "runtime/task/offset_metadata.hpp"

namespace widgetstream::shutdown_notice {
namespace {

std::string key() {
  return std::string{reserved_metadata_prefix} + "shutdown.application";
}

}  // namespace

CommittedOffset in(const CommittedOffset& offset, std::int32_t generation) {
  OffsetMetadata metadata = decodeOffsetMetadata(offset.metadata);
  metadata.processor[key()] = generation;
  return {offset.offset, encodeOffsetMetadata(metadata)};
}

std::optional<std::int32_t> find(const CommittedOffsets& offsets) {
  std::optional<std::int32_t> newest;
  for (const auto& [partition, offset] : offsets) {
    const OffsetMetadata metadata = decodeOffsetMetadata(offset.metadata);
    const auto entry = metadata.processor.find(key());
    if (entry == metadata.processor.end()) continue;
    const auto generation = static_cast<std::int32_t>(entry->second);
    newest = newest ? std::max(*newest, generation) : generation;
  }
  return newest;
}

}  // namespace widgetstream::shutdown_notice
