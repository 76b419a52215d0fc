#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/partitioned_by.hpp"
#include "widgetstream/dsl/serde_choice.hpp"

namespace widgetstream {

/// The repartition topic of repartition(): its name, partition count and partitioner.
template <class KS = NoSerde, class VS = NoSerde, class P = ByKey>
class BasicRepartitioned {
 public:
  BasicRepartitioned() = default;
  BasicRepartitioned(KS keys, VS values, P by = {})
      : key_serde(std::move(keys)), value_serde(std::move(values)), partitioner(std::move(by)) {}

  [[nodiscard]] static BasicRepartitioned as(std::string name) { return BasicRepartitioned{}.withName(std::move(name)); }
  template <class KS2, class VS2>
  [[nodiscard]] static BasicRepartitioned<KS2, VS2, P> with(KS2 key_serde, VS2 value_serde) {
    return {std::move(key_serde), std::move(value_serde)};
  }
  [[nodiscard]] static BasicRepartitioned numberOfPartitions(std::int32_t count) {
    return BasicRepartitioned{}.withNumberOfPartitions(count);
  }

  [[nodiscard]] BasicRepartitioned withName(std::string to) const {
    BasicRepartitioned copy = *this;
    copy.name = Named::as(std::move(to)).name();
    return copy;
  }
  /// Default: the largest count among the topics that feed it.
  [[nodiscard]] BasicRepartitioned withNumberOfPartitions(std::int32_t count) const {
    BasicRepartitioned copy = *this;
    copy.partitions = count;
    return copy;
  }
  template <class KS2>
  [[nodiscard]] BasicRepartitioned<KS2, VS, P> withKeySerde(KS2 to) const {
    return BasicRepartitioned<KS2, VS, P>{std::move(to), value_serde, partitioner}.like(name, partitions);
  }
  template <class VS2>
  [[nodiscard]] BasicRepartitioned<KS, VS2, P> withValueSerde(VS2 to) const {
    return BasicRepartitioned<KS, VS2, P>{key_serde, std::move(to), partitioner}.like(name, partitions);
  }
  /// Chooses the partition: see partitioned_by.hpp.
  template <class P2>
  [[nodiscard]] BasicRepartitioned<KS, VS, P2> withStreamPartitioner(P2 by) const {
    return BasicRepartitioned<KS, VS, P2>{key_serde, value_serde, std::move(by)}.like(name, partitions);
  }
  /// All records whose `part` of the key is equal go to one partition: a member of the key or a function of it.
  template <class F>
  [[nodiscard]] auto partitionedBy(F part) const {
    return withStreamPartitioner(widgetstream::partitionedBy(std::move(part)));
  }

  [[nodiscard]] BasicRepartitioned like(std::string with_name, std::optional<std::int32_t> with_partitions) && {
    name = std::move(with_name);
    partitions = with_partitions;
    return std::move(*this);
  }

  KS key_serde;
  VS value_serde;
  P partitioner;
  std::string name;
  std::optional<std::int32_t> partitions;
};

using Repartitioned = BasicRepartitioned<>;

/// A Repartitioned whose serdes and partitioner fit K and V.
template <class K, class V>
struct RepartitionedFor {
  RepartitionedFor() = default;
  template <class KS, class VS, class P>
  RepartitionedFor(BasicRepartitioned<KS, VS, P> from)  // NOLINT(google-explicit-constructor): the user writes Repartitioned
      : key_serde(detail::chosen<K>(std::move(from.key_serde))),
        value_serde(detail::chosen<V>(std::move(from.value_serde))),
        partitioner(detail::anyPartitioner<K, V>(std::move(from.partitioner))),
        name(std::move(from.name)),
        partitions(from.partitions) {}

  Serde<K> key_serde;
  Serde<V> value_serde;
  AnyPartitioner partitioner;
  std::string name;
  std::optional<std::int32_t> partitions;
};

}  // namespace widgetstream
