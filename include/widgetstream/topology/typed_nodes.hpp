#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>

#include "widgetstream/core/owned.hpp"
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
  return makerFunction<AnyDecoder>(
      [key_serde = orDefault(std::move(key_serde), user), value_serde = orDefault(std::move(value_serde), user)] {
        return makeOwned<AnyDecoder, TypedDecoder<K, V>>(key_serde, value_serde);
      });
}

template <class K, class V>
[[nodiscard]] MakeEncoder makeEncoder(Serde<K> key_serde, Serde<V> value_serde, const std::string& user) {
  return makerFunction<AnyEncoder>(
      [key_serde = orDefault(std::move(key_serde), user), value_serde = orDefault(std::move(value_serde), user)] {
        return makeOwned<AnyEncoder, TypedEncoder<K, V>>(key_serde, value_serde);
      });
}

// The commonest topics are compiled once.
extern template MakeDecoder makeDecoder<std::string, std::string>(Serde<std::string> key_serde,
                                                                  Serde<std::string> value_serde,
                                                                  const std::string& user);
extern template MakeEncoder makeEncoder<std::string, std::string>(Serde<std::string> key_serde,
                                                                  Serde<std::string> value_serde,
                                                                  const std::string& user);
extern template MakeEncoder makeEncoder<std::string, std::int64_t>(Serde<std::string> key_serde,
                                                                   Serde<std::int64_t> value_serde,
                                                                   const std::string& user);

// The nodes themselves need no types.
[[nodiscard]] GraphNode makeSourceNode(const std::string& name, std::vector<std::string> topics, RecordTypes emits,
                                       MakeDecoder decoder, AutoOffsetReset reset, TimestampExtractor extractor);
[[nodiscard]] GraphNode makeProcessorNode(const std::string& name, AnyProcessorSupplier supplier,
                                          std::vector<std::string> parents, RecordTypes takes, RecordTypes emits);
[[nodiscard]] GraphNode makeSinkNode(const std::string& name, std::string topic, RecordTypes takes, MakeEncoder encoder,
                                     AnyPartitioner partitioner, std::vector<std::string> parents);

template <class K, class V>
[[nodiscard]] GraphNode sourceNode(const std::string& name, std::vector<std::string> topics, Serde<K> key_serde,
                                   Serde<V> value_serde, AutoOffsetReset reset, TimestampExtractor extractor) {
  return makeSourceNode(name, std::move(topics), recordTypes<K, V>(),
                        makeDecoder<K, V>(std::move(key_serde), std::move(value_serde), name), reset,
                        std::move(extractor));
}

/// A source whose values are no serde's, for internal topics: it reads from the beginning.
template <class K, class V>
[[nodiscard]] GraphNode sourceNode(const std::string& name, std::string topic, MakeDecoder decoder) {
  return makeSourceNode(name, {std::move(topic)}, recordTypes<K, V>(), std::move(decoder), AutoOffsetReset::earliest,
                        {});
}

template <class KIn, class VIn, class KOut, class VOut>
[[nodiscard]] GraphNode processorNode(const std::string& name, AnyProcessorSupplier supplier,
                                      std::vector<std::string> parents) {
  return makeProcessorNode(name, std::move(supplier), std::move(parents), recordTypes<KIn, VIn>(),
                           recordTypes<KOut, VOut>());
}

template <class K, class V>
[[nodiscard]] GraphNode sinkNode(const std::string& name, std::string topic, Serde<K> key_serde, Serde<V> value_serde,
                                 AnyPartitioner partitioner, std::vector<std::string> parents) {
  return makeSinkNode(name, std::move(topic), recordTypes<K, V>(),
                      makeEncoder<K, V>(std::move(key_serde), std::move(value_serde), name), std::move(partitioner),
                      std::move(parents));
}

/// A sink whose values are no serde's.
template <class K, class V>
[[nodiscard]] GraphNode sinkNode(const std::string& name, std::string topic, MakeEncoder encoder,
                                 AnyPartitioner partitioner) {
  return makeSinkNode(name, std::move(topic), recordTypes<K, V>(), std::move(encoder), std::move(partitioner), {});
}

}  // namespace widgetstream::detail
