#pragma once

#include <string>
#include <utility>

#include "widgetstream/core/error.hpp"
#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/partitioned_by.hpp"

namespace widgetstream {

/// Stands for the value where a partitioner sees the key alone; always null.
struct KeyOnly {};

/// How a foreign-key join names its topics, and which partition a key of each table is in: to be given when the tables'
/// topics are not partitioned by the bytes of their keys.
///
/// `partitioner` is that of the left table, `otherPartitioner` that of the right: each ByKey, partitionedBy(), or a
/// function of (topic, Record<K, KeyOnly>, partitions) that chooses one partition.
template <class P = ByKey, class PO = ByKey>
class BasicTableJoined {
 public:
  BasicTableJoined() = default;
  BasicTableJoined(P by, PO other_by) : partitioner(std::move(by)), other_partitioner(std::move(other_by)) {}

  [[nodiscard]] static BasicTableJoined as(std::string name) { return BasicTableJoined{}.withName(std::move(name)); }
  template <class P2, class PO2>
  [[nodiscard]] static BasicTableJoined<P2, PO2> with(P2 partitioner, PO2 other_partitioner) {
    return {std::move(partitioner), std::move(other_partitioner)};
  }

  [[nodiscard]] BasicTableJoined withName(std::string to) const {
    BasicTableJoined copy = *this;
    copy.name = Named::as(std::move(to)).name();
    return copy;
  }
  template <class P2>
  [[nodiscard]] BasicTableJoined<P2, PO> withPartitioner(P2 to) const {
    BasicTableJoined<P2, PO> copy{std::move(to), other_partitioner};
    copy.name = name;
    return copy;
  }
  template <class PO2>
  [[nodiscard]] BasicTableJoined<P, PO2> withOtherPartitioner(PO2 to) const {
    BasicTableJoined<P, PO2> copy{partitioner, std::move(to)};
    copy.name = name;
    return copy;
  }

  P partitioner;
  PO other_partitioner;
  std::string name;
};

using TableJoined = BasicTableJoined<>;

/// A TableJoined whose partitioners fit the keys of the left table, K, and of the right one, KO.
template <class K, class KO>
struct TableJoinedFor {
  TableJoinedFor() = default;
  template <class P, class PO>
  TableJoinedFor(BasicTableJoined<P, PO> from)  // NOLINT(google-explicit-constructor): the user writes TableJoined
      : partitioner(detail::anyPartitioner<K, KeyOnly>(std::move(from.partitioner))),
        other_partitioner(detail::anyPartitioner<KO, KeyOnly>(std::move(from.other_partitioner))),
        name(std::move(from.name)) {}

  AnyPartitioner partitioner;
  AnyPartitioner other_partitioner;
  std::string name;
};

namespace detail {

/// The partitioner of a message whose value is the library's own: it is shown the key alone, and must choose one
/// partition. Errors  Error{bad_record} when it chooses several or none
[[nodiscard]] AnyPartitioner byKeyAlone(AnyPartitioner partitioner);

}  // namespace detail
}  // namespace widgetstream
