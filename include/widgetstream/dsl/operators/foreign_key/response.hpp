#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/dsl/operators/foreign_key/subscription.hpp"

namespace widgetstream::detail {

/// What the right side of a foreign-key join answers to a subscription.
///
/// Source  contract 5.9. One byte: version 0, and 0x80 when there is no hash; the hash of the left value it is an
///         answer to; the right value's bytes. A right value of no bytes and null look alike, as in Java.
template <class V>
struct ForeignResponse {
  std::optional<Hash128> hash;
  Nullable<V> value;
  /// Where the answer goes: the left row's partition. Not part of the message.
  std::optional<std::int32_t> primary_partition;
};

void appendResponseHead(const std::optional<Hash128>& hash, Bytes& into);
/// Takes the head off the front. Errors  Error{bad_record}
[[nodiscard]] std::optional<Hash128> takeResponseHead(BytesView& bytes);

template <class K, class V>
class ResponseEncoder final : public AnyEncoder {
 public:
  ResponseEncoder(Serde<K> keys, Serde<V> values) : keys_(std::move(keys)), values_(std::move(values)) {}

  void key(std::string_view topic, const void* key, Bytes& into) override {
    keys_.encode(*static_cast<const K*>(key), {topic, true}, into);
  }
  void value(std::string_view topic, const void* value, Bytes& into) override {
    const auto& response = *static_cast<const ForeignResponse<V>*>(value);
    appendResponseHead(response.hash, into);
    if (response.value) values_.encode(*response.value, {topic, false}, into);
  }

 private:
  Serde<K> keys_;
  Serde<V> values_;
};

template <class K, class V>
class ResponseDecoder final : public AnyDecoder {
 public:
  ResponseDecoder(Serde<K> keys, Serde<V> values) : keys_(std::move(keys)), values_(std::move(values)) {}

  const void* key(std::string_view topic, NullableBytesView bytes) override {
    if (!bytes) return nullptr;
    keys_.decode(*bytes, {topic, true}, key_);
    return key_ ? &*key_ : nullptr;
  }
  const void* value(std::string_view topic, NullableBytesView bytes) override {
    if (!bytes) return nullptr;
    BytesView left = *bytes;
    response_.hash = takeResponseHead(left);
    response_.value = {};
    if (!left.empty()) {
      values_.decode(left, {topic, false}, value_);
      if (value_) response_.value = Nullable<V>{*value_};
    }
    return &response_;
  }

 private:
  Serde<K> keys_;
  Serde<V> values_;
  std::optional<K> key_;
  std::optional<V> value_;
  ForeignResponse<V> response_;
};

}  // namespace widgetstream::detail
