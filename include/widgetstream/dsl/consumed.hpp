#pragma once

#include <string>
#include <utility>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/serde_choice.hpp"
#include "widgetstream/topology/timestamp_extractors.hpp"

namespace widgetstream {

/// How a source reads: `Consumed::with(StringSerde{}, LongSerde{}).withName("clicks")`.
template <class KS = NoSerde, class VS = NoSerde, class E = TimestampExtractor>
class BasicConsumed {
 public:
  BasicConsumed() = default;
  BasicConsumed(KS keys, VS values, E extractor = {})
      : key_serde(std::move(keys)), value_serde(std::move(values)), timestamp_extractor(std::move(extractor)) {}

  [[nodiscard]] static BasicConsumed as(std::string name) { return BasicConsumed{}.withName(std::move(name)); }
  template <class KS2, class VS2>
  [[nodiscard]] static BasicConsumed<KS2, VS2> with(KS2 key_serde, VS2 value_serde) {
    return {std::move(key_serde), std::move(value_serde)};
  }
  [[nodiscard]] static BasicConsumed with(AutoOffsetReset reset) {
    return BasicConsumed{}.withOffsetResetPolicy(reset);
  }

  [[nodiscard]] BasicConsumed withName(std::string to) const {
    BasicConsumed copy = *this;
    copy.name = Named::as(std::move(to)).name();
    return copy;
  }
  template <class KS2>
  [[nodiscard]] BasicConsumed<KS2, VS, E> withKeySerde(KS2 to) const {
    return BasicConsumed<KS2, VS, E>{std::move(to), value_serde, timestamp_extractor}.like(name, offset_reset);
  }
  template <class VS2>
  [[nodiscard]] BasicConsumed<KS, VS2, E> withValueSerde(VS2 to) const {
    return BasicConsumed<KS, VS2, E>{key_serde, std::move(to), timestamp_extractor}.like(name, offset_reset);
  }
  /// Where to begin when the group has no offset of a partition.
  [[nodiscard]] BasicConsumed withOffsetResetPolicy(AutoOffsetReset to) const {
    BasicConsumed copy = *this;
    copy.offset_reset = to;
    return copy;
  }
  /// The time of a record, as one of timestamp_extractors.hpp or a function of `const Record<K, V>&` tells it; default:
  /// the record's own.
  template <class E2>
  [[nodiscard]] BasicConsumed<KS, VS, E2> withTimestampExtractor(E2 to) const {
    return BasicConsumed<KS, VS, E2>{key_serde, value_serde, std::move(to)}.like(name, offset_reset);
  }

  KS key_serde;
  VS value_serde;
  E timestamp_extractor;
  std::string name;
  AutoOffsetReset offset_reset = AutoOffsetReset::by_config;

 private:
  template <class KS2, class VS2, class E2>
  friend class BasicConsumed;

  [[nodiscard]] BasicConsumed like(const std::string& its_name, AutoOffsetReset its_reset) && {
    name = its_name;
    offset_reset = its_reset;
    return std::move(*this);
  }
};

using Consumed = BasicConsumed<>;

/// A Consumed whose serdes and extractor fit K and V.
template <class K, class V>
struct ConsumedFor {
  ConsumedFor() = default;
  template <class KS, class VS, class E>
  ConsumedFor(BasicConsumed<KS, VS, E> from)  // NOLINT(google-explicit-constructor): the user writes Consumed
      : key_serde(detail::chosen<K>(std::move(from.key_serde))),
        value_serde(detail::chosen<V>(std::move(from.value_serde))),
        name(std::move(from.name)),
        offset_reset(from.offset_reset),
        timestamp_extractor(timestampExtractor<K, V>(std::move(from.timestamp_extractor))) {}

  Serde<K> key_serde;
  Serde<V> value_serde;
  std::string name;
  AutoOffsetReset offset_reset = AutoOffsetReset::by_config;
  TimestampExtractor timestamp_extractor;
};

}  // namespace widgetstream
