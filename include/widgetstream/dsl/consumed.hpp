#pragma once

#include <string>
#include <utility>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/serde_choice.hpp"
#include "widgetstream/topology/erased.hpp"

namespace widgetstream {

/// How a source reads: `Consumed::with(StringSerde{}, LongSerde{}).withName("clicks")`.
template <class KS = NoSerde, class VS = NoSerde>
class BasicConsumed {
 public:
  BasicConsumed() = default;
  BasicConsumed(KS keys, VS values) : key_serde(std::move(keys)), value_serde(std::move(values)) {}

  [[nodiscard]] static BasicConsumed as(std::string name) { return BasicConsumed{}.withName(std::move(name)); }
  template <class KS2, class VS2>
  [[nodiscard]] static BasicConsumed<KS2, VS2> with(KS2 key_serde, VS2 value_serde) {
    return {std::move(key_serde), std::move(value_serde)};
  }

  [[nodiscard]] BasicConsumed withName(std::string to) const {
    return changed([&](BasicConsumed& copy) { copy.name = Named::as(std::move(to)).name(); });
  }
  /// Where to begin when the group has no offset of a partition.
  [[nodiscard]] BasicConsumed withOffsetResetPolicy(AutoOffsetReset to) const {
    return changed([&](BasicConsumed& copy) { copy.offset_reset = to; });
  }
  /// The time of a record; default: the record's own.
  [[nodiscard]] BasicConsumed withTimestampExtractor(TimestampExtractor to) const {
    return changed([&](BasicConsumed& copy) { copy.timestamp_extractor = std::move(to); });
  }

  KS key_serde;
  VS value_serde;
  std::string name;
  AutoOffsetReset offset_reset = AutoOffsetReset::by_config;
  TimestampExtractor timestamp_extractor;

 private:
  template <class F>
  BasicConsumed changed(F change) const {
    BasicConsumed copy = *this;
    change(copy);
    return copy;
  }
};

using Consumed = BasicConsumed<>;

/// A Consumed whose serdes fit K and V.
template <class K, class V>
struct ConsumedFor {
  ConsumedFor() = default;
  template <class KS, class VS>
  ConsumedFor(BasicConsumed<KS, VS> from)  // NOLINT(google-explicit-constructor): the user writes Consumed
      : key_serde(detail::chosen<K>(std::move(from.key_serde))),
        value_serde(detail::chosen<V>(std::move(from.value_serde))),
        name(std::move(from.name)),
        offset_reset(from.offset_reset),
        timestamp_extractor(std::move(from.timestamp_extractor)) {}

  Serde<K> key_serde;
  Serde<V> value_serde;
  std::string name;
  AutoOffsetReset offset_reset = AutoOffsetReset::by_config;
  TimestampExtractor timestamp_extractor;
};

}  // namespace widgetstream
