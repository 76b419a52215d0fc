#pragma once

#include "runtime/memory/memory_plan.hpp"
#include "widgetstream/runtime/streams_config.hpp"

namespace widgetstream {

/// What a configuration says about memory, its settings of Kafka clients included. `global_stores`: the topology has
/// some, which are fetched by a consumer of their own.
/// Errors  Error{invalid_config} when a size among them is no number.
[[nodiscard]] MemoryWishes memoryWishes(const StreamsConfig& config, bool global_stores);

}  // namespace widgetstream
