#pragma once

#include <string>
#include <utility>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/partitioned_by.hpp"
#include "widgetstream/dsl/serde_choice.hpp"

namespace widgetstream {

/// How a sink writes: `Produced::with(StringSerde{}, LongSerde{})`.
template <class KS = NoSerde, class VS = NoSerde, class P = ByKey>
class BasicProduced {
 public:
  BasicProduced() = default;
  BasicProduced(KS keys, VS values, P by = {})
      : key_serde(std::move(keys)), value_serde(std::move(values)), partitioner(std::move(by)) {}

  [[nodiscard]] static BasicProduced as(std::string name) { return BasicProduced{}.withName(std::move(name)); }
  template <class KS2, class VS2>
  [[nodiscard]] static BasicProduced<KS2, VS2, P> with(KS2 key_serde, VS2 value_serde) {
    return {std::move(key_serde), std::move(value_serde)};
  }
  template <class KS2>
  [[nodiscard]] static BasicProduced<KS2, NoSerde, P> keySerde(KS2 key_serde) {
    return {std::move(key_serde), {}};
  }
  template <class VS2>
  [[nodiscard]] static BasicProduced<NoSerde, VS2, P> valueSerde(VS2 value_serde) {
    return {{}, std::move(value_serde)};
  }

  [[nodiscard]] BasicProduced withName(std::string to) const {
    BasicProduced copy = *this;
    copy.name = Named::as(std::move(to)).name();
    return copy;
  }
  /// Chooses the partition: see partitioned_by.hpp.
  template <class P2>
  [[nodiscard]] BasicProduced<KS, VS, P2> withStreamPartitioner(P2 by) const {
    BasicProduced<KS, VS, P2> copy{key_serde, value_serde, std::move(by)};
    copy.name = name;
    return copy;
  }

  KS key_serde;
  VS value_serde;
  P partitioner;
  std::string name;
};

using Produced = BasicProduced<>;

/// A Produced whose serdes and partitioner fit K and V.
template <class K, class V>
struct ProducedFor {
  ProducedFor() = default;
  template <class KS, class VS, class P>
  ProducedFor(BasicProduced<KS, VS, P> from)  // NOLINT(google-explicit-constructor): the user writes Produced
      : key_serde(detail::chosen<K>(std::move(from.key_serde))),
        value_serde(detail::chosen<V>(std::move(from.value_serde))),
        partitioner(detail::anyPartitioner<K, V>(std::move(from.partitioner))),
        name(std::move(from.name)) {}

  Serde<K> key_serde;
  Serde<V> value_serde;
  AnyPartitioner partitioner;
  std::string name;
};

}  // namespace widgetstream
