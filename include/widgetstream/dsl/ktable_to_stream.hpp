#pragma once

// The way from tables back to streams, apart because KTable and KStream name each other.

#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/kstream.hpp"
#include "widgetstream/dsl/ktable.hpp"
#include "widgetstream/dsl/operators/to_stream.hpp"

namespace widgetstream {

template <class K, class V>
KStream<K, V> KTable<K, V>::toStream(Named name) const {
  const std::string node_name = part_.graph->nameOr(name.name(), detail::prefix::table_to_stream);
  detail::DslNode& node = part_.graph->add({part_.node}, detail::processorPart<K, Change<V>, K, V>(node_name, [] {
                                             return detail::makeProcessor<detail::ToStreamProcessor<K, V>>();
                                           }));
  return KStream<K, V>{{part_.graph, &node, part_.sources, false, part_.key_serde, value_serde_}};
}

template <class K, class V>
template <RecordMapper<K, V> F>
auto KTable<K, V>::toStream(F selector, Named name) const {
  return toStream(std::move(name)).selectKey(std::move(selector));
}

}  // namespace widgetstream
