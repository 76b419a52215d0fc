#pragma once

#include <optional>
#include <string>
#include <utility>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/serde_choice.hpp"

namespace widgetstream {

/// How a stream is joined with a table: name, serdes and grace. The name is that of the node and of the repartition
/// topic, should one be needed.
template <class KS = NoSerde, class VS = NoSerde, class OS = NoSerde>
class BasicJoined {
 public:
  BasicJoined() = default;
  BasicJoined(KS keys, VS values, OS other_values)
      : key_serde(std::move(keys)), value_serde(std::move(values)), other_value_serde(std::move(other_values)) {}

  [[nodiscard]] static BasicJoined as(std::string name) { return BasicJoined{}.withName(std::move(name)); }
  /// Serdes of the key, the stream's values and the table's.
  template <class KS2, class VS2, class OS2>
  [[nodiscard]] static BasicJoined<KS2, VS2, OS2> with(KS2 key_serde, VS2 value_serde, OS2 other_value_serde) {
    return {std::move(key_serde), std::move(value_serde), std::move(other_value_serde)};
  }
  template <class KS2, class VS2, class OS2>
  [[nodiscard]] static BasicJoined<KS2, VS2, OS2> with(KS2 key_serde, VS2 value_serde, OS2 other_value_serde,
                                                       std::string name) {
    return BasicJoined<KS2, VS2, OS2>{std::move(key_serde), std::move(value_serde), std::move(other_value_serde)}
        .withName(std::move(name));
  }
  template <class KS2, class VS2, class OS2>
  [[nodiscard]] static BasicJoined<KS2, VS2, OS2> with(KS2 key_serde, VS2 value_serde, OS2 other_value_serde,
                                                       std::string name, Milliseconds grace) {
    return with(std::move(key_serde), std::move(value_serde), std::move(other_value_serde), std::move(name))
        .withGracePeriod(grace);
  }
  template <class KS2>
  [[nodiscard]] static BasicJoined<KS2, NoSerde, NoSerde> keySerde(KS2 key_serde) {
    return {std::move(key_serde), {}, {}};
  }
  template <class VS2>
  [[nodiscard]] static BasicJoined<NoSerde, VS2, NoSerde> valueSerde(VS2 value_serde) {
    return {{}, std::move(value_serde), {}};
  }
  template <class OS2>
  [[nodiscard]] static BasicJoined<NoSerde, NoSerde, OS2> otherValueSerde(OS2 other_value_serde) {
    return {{}, {}, std::move(other_value_serde)};
  }

  [[nodiscard]] BasicJoined withName(std::string to) const {
    BasicJoined copy = *this;
    copy.name = Named::as(std::move(to)).name();
    return copy;
  }
  /// Records of the stream wait until stream time is this far past their own, and are then joined with the table as it
  /// was at their time. The table must be versioned, and its history at least as long.
  /// Errors  Error{invalid_topology} for a negative one
  [[nodiscard]] BasicJoined withGracePeriod(Milliseconds to) const {
    if (to < Milliseconds{0}) {
      throw Error{ErrorKind::invalid_topology,
                  "a grace period of " + std::to_string(to.count()) + " ms for a join is negative; 0 is the least"};
    }
    BasicJoined copy = *this;
    copy.grace = to;
    return copy;
  }
  template <class KS2>
  [[nodiscard]] BasicJoined<KS2, VS, OS> withKeySerde(KS2 to) const {
    return BasicJoined<KS2, VS, OS>{std::move(to), value_serde, other_value_serde}.like(name, grace);
  }
  template <class VS2>
  [[nodiscard]] BasicJoined<KS, VS2, OS> withValueSerde(VS2 to) const {
    return BasicJoined<KS, VS2, OS>{key_serde, std::move(to), other_value_serde}.like(name, grace);
  }
  template <class OS2>
  [[nodiscard]] BasicJoined<KS, VS, OS2> withOtherValueSerde(OS2 to) const {
    return BasicJoined<KS, VS, OS2>{key_serde, value_serde, std::move(to)}.like(name, grace);
  }

  [[nodiscard]] BasicJoined like(std::string with_name, std::optional<Milliseconds> with_grace) && {
    name = std::move(with_name);
    grace = with_grace;
    return std::move(*this);
  }

  KS key_serde;
  VS value_serde;
  OS other_value_serde;
  std::string name;
  std::optional<Milliseconds> grace;
};

using Joined = BasicJoined<>;

/// A Joined whose serdes fit K, V and VO.
template <class K, class V, class VO>
struct JoinedFor {
  JoinedFor() = default;
  template <class KS, class VS, class OS>
  JoinedFor(BasicJoined<KS, VS, OS> from)  // NOLINT(google-explicit-constructor): the user writes Joined
      : key_serde(detail::chosen<K>(std::move(from.key_serde))),
        value_serde(detail::chosen<V>(std::move(from.value_serde))),
        other_value_serde(detail::chosen<VO>(std::move(from.other_value_serde))),
        name(std::move(from.name)),
        grace(from.grace) {}

  Serde<K> key_serde;
  Serde<V> value_serde;
  /// Accepted as in Java, and not needed: the table's rows are read from its own store.
  Serde<VO> other_value_serde;
  std::string name;
  std::optional<Milliseconds> grace;
};

}  // namespace widgetstream
