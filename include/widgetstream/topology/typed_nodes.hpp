#pragma once

#include <optional>
#include <string>
#include <typeinfo>
#include <utility>

#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/topology/graph.hpp"

// Where types are erased: each of these makes a graph node from typed parts.

namespace widgetstream::detail {

[[noreturn]] void throwNoSerde(const std::string& user, const std::type_info& type);

template <class K, class V>
class TypedDecoder final : public AnyDecoder {
 public:
  TypedDecoder(Serde<K> key_serde, Serde<V> value_serde)
      : key_serde_(std::move(key_serde)), value_serde_(std::move(value_serde)) {}

  const void* key(std::string_view topic, NullableBytesView bytes) override {
    return decode(key_serde_, key_, {topic, true}, bytes);
  }
  const void* value(std::string_view topic, NullableBytesView bytes) override {
    return decode(value_serde_, value_, {topic, false}, bytes);
  }

 private:
  template <class T>
  static const void* decode(const Serde<T>& serde, std::optional<T>& slot, const SerdeContext& at,
                            NullableBytesView bytes) {
    if (!bytes) return nullptr;
    serde.decode(*bytes, at, slot);
    return slot ? &*slot : nullptr;
  }

  Serde<K> key_serde_;
  Serde<V> value_serde_;
  std::optional<K> key_;
  std::optional<V> value_;
};

template <class K, class V>
class TypedEncoder final : public AnyEncoder {
 public:
  TypedEncoder(Serde<K> key_serde, Serde<V> value_serde)
      : key_serde_(std::move(key_serde)), value_serde_(std::move(value_serde)) {}

  void key(std::string_view topic, const void* key, Bytes& into) override {
    key_serde_.encode(*static_cast<const K*>(key), {topic, true}, into);
  }
  void value(std::string_view topic, const void* value, Bytes& into) override {
    value_serde_.encode(*static_cast<const V*>(value), {topic, false}, into);
  }

 private:
  Serde<K> key_serde_;
  Serde<V> value_serde_;
};

template <class K, class V>
[[nodiscard]] RecordTypes recordTypes() {
  return {typeid(K), typeid(V)};
}

/// `given`, or the default serde of T when nothing was given.
/// Errors  Error{invalid_topology} naming `user` and the type when there is neither.
template <class T>
[[nodiscard]] Serde<T> orDefault(Serde<T> given, const std::string& user) {
  if (given) return given;
  if constexpr (HasDefaultSerde<T>) {
    return defaultSerde<T>();
  } else {
    throwNoSerde(user, typeid(T));
  }
}

template <class K, class V>
[[nodiscard]] MakeDecoder makeDecoder(Serde<K> key_serde, Serde<V> value_serde, const std::string& user) {
  return [key_serde = orDefault(std::move(key_serde), user), value_serde = orDefault(std::move(value_serde), user)] {
    return std::make_unique<TypedDecoder<K, V>>(key_serde, value_serde);
  };
}

template <class K, class V>
[[nodiscard]] MakeEncoder makeEncoder(Serde<K> key_serde, Serde<V> value_serde, const std::string& user) {
  return [key_serde = orDefault(std::move(key_serde), user), value_serde = orDefault(std::move(value_serde), user)] {
    return std::make_unique<TypedEncoder<K, V>>(key_serde, value_serde);
  };
}

template <class K, class V>
[[nodiscard]] GraphNode sourceNode(const std::string& name, std::vector<std::string> topics, Serde<K> key_serde,
                                   Serde<V> value_serde, AutoOffsetReset reset, TimestampExtractor extractor) {
  GraphNode node;
  node.name = name;
  node.kind = GraphNode::Kind::source;
  node.emits = recordTypes<K, V>();
  node.topics = std::move(topics);
  node.offset_reset = reset;
  node.timestamp_extractor = std::move(extractor);
  node.decoder = makeDecoder<K, V>(std::move(key_serde), std::move(value_serde), name);
  return node;
}

/// A source whose values are no serde's, for internal topics: it reads from the beginning.
template <class K, class V>
[[nodiscard]] GraphNode sourceNode(const std::string& name, std::string topic, MakeDecoder decoder) {
  GraphNode node;
  node.name = name;
  node.kind = GraphNode::Kind::source;
  node.emits = recordTypes<K, V>();
  node.topics.push_back(std::move(topic));
  node.offset_reset = AutoOffsetReset::earliest;
  node.decoder = std::move(decoder);
  return node;
}

template <class KIn, class VIn, class KOut, class VOut>
[[nodiscard]] GraphNode processorNode(const std::string& name, AnyProcessorSupplier supplier,
                                      std::vector<std::string> parents) {
  GraphNode node;
  node.name = name;
  node.kind = GraphNode::Kind::processor;
  node.parents = std::move(parents);
  node.takes = recordTypes<KIn, VIn>();
  node.emits = recordTypes<KOut, VOut>();
  node.processor = std::move(supplier);
  return node;
}

template <class K, class V>
[[nodiscard]] GraphNode sinkNode(const std::string& name, std::string topic, Serde<K> key_serde, Serde<V> value_serde,
                                 AnyPartitioner partitioner, std::vector<std::string> parents) {
  GraphNode node;
  node.name = name;
  node.kind = GraphNode::Kind::sink;
  node.parents = std::move(parents);
  node.takes = recordTypes<K, V>();
  node.topic = std::move(topic);
  node.encoder = makeEncoder<K, V>(std::move(key_serde), std::move(value_serde), name);
  node.partitioner = std::move(partitioner);
  return node;
}

/// A sink whose values are no serde's.
template <class K, class V>
[[nodiscard]] GraphNode sinkNode(const std::string& name, std::string topic, MakeEncoder encoder,
                                 AnyPartitioner partitioner) {
  GraphNode node;
  node.name = name;
  node.kind = GraphNode::Kind::sink;
  node.takes = recordTypes<K, V>();
  node.topic = std::move(topic);
  node.encoder = std::move(encoder);
  node.partitioner = std::move(partitioner);
  return node;
}

}  // namespace widgetstream::detail
