#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/change.hpp"
#include "widgetstream/topology/erased.hpp"
#include "widgetstream/topology/typed_nodes.hpp"

namespace widgetstream::detail {

/// The values of an update as they stand in a repartition topic of grouped tables.
///
/// Source  contract 5.6: the last byte says which values there are
///
///   old              00          old             latest  03
///   new              01          new             latest  04
///   varint new old   02          varint new old  latest  05      varint: zig-zag length of new; latest: 0 or 1
///
/// Written are 00 to 02.
struct ChangeBytes {
  NullableBytesView new_value;
  NullableBytesView old_value;
  bool is_latest = true;
};

/// Errors  Error{bad_record} for bytes that are none of these
[[nodiscard]] ChangeBytes splitChange(BytesView bytes);
/// What stands before a new value of so many bytes, when an old one follows it.
void appendLengthOfNew(std::size_t length, Bytes& into);
void appendChangeFlag(bool has_new, bool has_old, Bytes& into);

template <class K, class V>
class ChangeEncoder final : public AnyEncoder {
 public:
  ChangeEncoder(Serde<K> keys, Serde<V> values) : keys_(std::move(keys)), values_(std::move(values)) {}

  void key(std::string_view topic, const void* key, Bytes& into) override {
    keys_.encode(*static_cast<const K*>(key), {topic, true}, into);
  }
  void value(std::string_view topic, const void* value, Bytes& into) override {
    const auto& change = *static_cast<const Change<V>*>(value);
    const SerdeContext at{topic, false};
    if (change.new_value && change.old_value) {
      new_bytes_.clear();
      values_.encode(*change.new_value, at, new_bytes_);
      appendLengthOfNew(new_bytes_.size(), into);
      into += new_bytes_;
    } else if (change.new_value) {
      values_.encode(*change.new_value, at, into);
    }
    if (change.old_value) values_.encode(*change.old_value, at, into);
    appendChangeFlag(change.new_value.has_value(), change.old_value.has_value(), into);
  }

 private:
  Serde<K> keys_;
  Serde<V> values_;
  Bytes new_bytes_;
};

template <class K, class V>
class ChangeDecoder final : public AnyDecoder {
 public:
  ChangeDecoder(Serde<K> keys, Serde<V> values) : keys_(std::move(keys)), values_(std::move(values)) {}

  const void* key(std::string_view topic, NullableBytesView bytes) override {
    if (!bytes) return nullptr;
    keys_.decode(*bytes, {topic, true}, key_);
    return key_ ? &*key_ : nullptr;
  }
  const void* value(std::string_view topic, NullableBytesView bytes) override {
    if (!bytes) return nullptr;
    const ChangeBytes parts = splitChange(*bytes);
    change_ = {decoded(topic, parts.new_value, new_value_), decoded(topic, parts.old_value, old_value_),
               parts.is_latest};
    return &change_;
  }

 private:
  Nullable<V> decoded(std::string_view topic, NullableBytesView bytes, std::optional<V>& slot) {
    if (!bytes) return {};
    values_.decode(*bytes, {topic, false}, slot);
    return slot ? Nullable<V>{*slot} : Nullable<V>{};
  }

  Serde<K> keys_;
  Serde<V> values_;
  std::optional<K> key_;
  std::optional<V> new_value_;
  std::optional<V> old_value_;
  Change<V> change_;
};

template <class K, class V>
[[nodiscard]] MakeEncoder makeChangeEncoder(Serde<K> keys, Serde<V> values) {
  return [keys = std::move(keys), values = std::move(values)] {
    return makeOwned<AnyEncoder, ChangeEncoder<K, V>>(keys, values);
  };
}

template <class K, class V>
[[nodiscard]] MakeDecoder makeChangeDecoder(Serde<K> keys, Serde<V> values) {
  return [keys = std::move(keys), values = std::move(values)] {
    return makeOwned<AnyDecoder, ChangeDecoder<K, V>>(keys, values);
  };
}

}  // namespace widgetstream::detail
