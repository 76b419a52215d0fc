#pragma once

#include <string>
#include <utility>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/serde_choice.hpp"

namespace widgetstream {

/// How a stream is grouped. The name becomes that of the repartition topic, should one be needed, and of groupBy's
/// node; groupings of one name and stream share the topic.
template <class KS = NoSerde, class VS = NoSerde>
class BasicGrouped {
 public:
  BasicGrouped() = default;
  BasicGrouped(KS keys, VS values) : key_serde(std::move(keys)), value_serde(std::move(values)) {}

  [[nodiscard]] static BasicGrouped as(std::string name) { return BasicGrouped{}.withName(std::move(name)); }
  template <class KS2, class VS2>
  [[nodiscard]] static BasicGrouped<KS2, VS2> with(KS2 key_serde, VS2 value_serde) {
    return {std::move(key_serde), std::move(value_serde)};
  }
  template <class KS2, class VS2>
  [[nodiscard]] static BasicGrouped<KS2, VS2> with(std::string name, KS2 key_serde, VS2 value_serde) {
    return BasicGrouped<KS2, VS2>{std::move(key_serde), std::move(value_serde)}.withName(std::move(name));
  }
  template <class KS2>
  [[nodiscard]] static BasicGrouped<KS2, NoSerde> keySerde(KS2 key_serde) {
    return {std::move(key_serde), {}};
  }
  template <class VS2>
  [[nodiscard]] static BasicGrouped<NoSerde, VS2> valueSerde(VS2 value_serde) {
    return {{}, std::move(value_serde)};
  }

  [[nodiscard]] BasicGrouped withName(std::string to) const {
    BasicGrouped copy = *this;
    copy.name = Named::as(std::move(to)).name();
    return copy;
  }

  KS key_serde;
  VS value_serde;
  std::string name;
};

using Grouped = BasicGrouped<>;

/// A Grouped whose serdes fit K and V.
template <class K, class V>
struct GroupedFor {
  GroupedFor() = default;
  template <class KS, class VS>
  GroupedFor(BasicGrouped<KS, VS> from)  // NOLINT(google-explicit-constructor): the user writes Grouped
      : key_serde(detail::chosen<K>(std::move(from.key_serde))),
        value_serde(detail::chosen<V>(std::move(from.value_serde))),
        name(std::move(from.name)) {}

  Serde<K> key_serde;
  Serde<V> value_serde;
  std::string name;
};

}  // namespace widgetstream
