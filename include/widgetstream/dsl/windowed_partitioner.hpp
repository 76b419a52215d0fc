#pragma once

#include <utility>

#include "widgetstream/core/murmur2.hpp"
#include "widgetstream/core/window.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/topology/erased.hpp"

namespace widgetstream::detail {

template <class K>
inline constexpr bool is_windowed = false;
template <class K>
inline constexpr bool is_windowed<Windowed<K>> = true;

/// Sends all windows of a key to one partition: that of the inner key alone, as Java's WindowedStreamPartitioner does.
/// Serdes that do not tell the inner key apart are partitioned by all their bytes.
template <class K>
[[nodiscard]] AnyPartitioner windowedPartitioner(Serde<K> key_serde) {
  return [serde = std::move(key_serde)](std::string_view topic, const AnyRecord& record, std::int32_t partitions) {
    if (!record.key) return PartitionChoice::byKey();
    Bytes base;  // not kept: all tasks share the partitioner
    const bool has_base = serde.encodeBaseKey(*static_cast<const K*>(record.key), {topic, true}, base);
    return has_base ? PartitionChoice::one(partitionForKey(base, partitions)) : PartitionChoice::byKey();
  };
}

}  // namespace widgetstream::detail
