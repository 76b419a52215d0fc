#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "widgetstream/core/murmur2.hpp"
#include "widgetstream/processor/record.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/topology/erased.hpp"

namespace widgetstream {

/// Java's default: murmur2 of the key's bytes, any partition for a null key.
struct ByKey {};

/// Made by partitionedBy().
template <class F>
struct ByPartOfKey {
  F part;
};

/// A partitioner that looks at part of the key only: `partitionedBy(&OrderKey::customer_id)`. The part is hashed as a
/// key of its type would be, so that who knows a customer knows the partition (KafkaStreams::queryMetadataForKey).
template <class F>
[[nodiscard]] ByPartOfKey<F> partitionedBy(F part) {
  return {std::move(part)};
}

/// A partitioner of one's own: a function of (topic, Record<K, V>, number of partitions) that returns a
/// PartitionChoice. Others: ByKey, partitionedBy().
template <class P, class K, class V>
concept CustomPartitioner = std::copy_constructible<P> && requires(const P& choose, std::string_view topic,
                                                                   const Record<K, V>& record) {
  { std::invoke(choose, topic, record, 1) } -> std::convertible_to<PartitionChoice>;
};

namespace detail {

template <class P, class K>
struct IsByPartOfKey : std::false_type {};
template <class F, class K>
struct IsByPartOfKey<ByPartOfKey<F>, K> : std::bool_constant<std::is_invocable_v<const F&, const K&>> {};

}  // namespace detail

template <class P, class K, class V>
concept PartitionerFor =
    std::same_as<P, ByKey> || detail::IsByPartOfKey<P, K>::value || CustomPartitioner<P, K, V>;

namespace detail {

template <class K, class V, class P>
[[nodiscard]] AnyPartitioner anyPartitioner(P partitioner) {
  static_assert(PartitionerFor<P, K, V>,
                "this partitioner (P) does not fit the key and value types (K, V): it is ByKey, partitionedBy() of a "
                "member or function of K, or a function of (topic, Record<K, V>, partitions)");
  if constexpr (std::same_as<P, ByKey>) {
    return {};
  } else if constexpr (IsByPartOfKey<P, K>::value) {
    using Part = std::remove_cvref_t<decltype(std::invoke(partitioner.part, std::declval<const K&>()))>;
    // Each sink holds a copy, and its thread alone calls it: the buffer needs no lock.
    return [part = std::move(partitioner.part), serde = defaultSerde<Part>(), bytes = Bytes{}](
               std::string_view topic, const AnyRecord& record, std::int32_t partitions) mutable {
      if (!record.key) return PartitionChoice::byKey();
      bytes.clear();
      serde.encode(std::invoke(part, *static_cast<const K*>(record.key)), {topic, true}, bytes);
      return PartitionChoice::one(partitionForKey(bytes, partitions));
    };
  } else if constexpr (CustomPartitioner<P, K, V>) {
    return [choose = std::move(partitioner)](std::string_view topic, const AnyRecord& record, std::int32_t partitions) {
      return static_cast<PartitionChoice>(std::invoke(choose, topic, Record<K, V>{record}, partitions));
    };
  } else {
    return {};
  }
}

}  // namespace detail
}  // namespace widgetstream
