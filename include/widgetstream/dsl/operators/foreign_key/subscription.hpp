#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/murmur3.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/topology/erased.hpp"

namespace widgetstream::detail {

/// What a left row asks of the right side of a foreign-key join.
enum class SubscriptionInstruction : std::uint8_t {
  unsubscribe = 0,             ///< and say nothing
  unsubscribe_and_answer = 1,  ///< the answer is null
  answer_always = 2,           ///< null where there is no right row
  answer_if_present = 3,
};

/// A left row's subscription to a right row, as it travels and is stored.
///
/// Source  contract 5.9. One byte: version 0 or 1, and 0x80 when there is no hash; one byte: the instruction; the hash,
///         two big-endian i64; the primary key's bytes; in version 1 the primary partition, an i32. Written is
///         version 1.
struct Subscription {
  std::optional<Hash128> hash;  ///< of the left value's bytes; none when the row was deleted
  SubscriptionInstruction instruction = SubscriptionInstruction::answer_if_present;
  Bytes primary_key;
  std::optional<std::int32_t> primary_partition;  ///< none in version 0
};

struct SubscriptionSerde {
  void encode(const Subscription& subscription, Bytes& out) const;
  /// Errors  Error{bad_record}
  [[nodiscard]] Subscription decode(BytesView bytes) const;
};

/// The key of a subscription's store: the length of the foreign key's bytes, an i32; these; the primary key's bytes. So
/// all subscriptions of a foreign key stand together.
void appendSubscriptionPrefix(BytesView foreign_key, Bytes& into);
/// The primary key's bytes in such a key. Errors  Error{store_corrupted}
[[nodiscard]] BytesView primaryKeyOf(BytesView stored_key);

/// The hash of a value's bytes in messages: two big-endian i64.
void appendHash(const Hash128& hash, Bytes& into);
/// Takes the hash off the front. Errors  Error{bad_record}
[[nodiscard]] Hash128 takeHash(BytesView& bytes, const char* of);

/// Bytes as they are: keys of the subscription store.
struct RawSerde {
  void encode(const Bytes& bytes, Bytes& out) const { out += bytes; }
  [[nodiscard]] Bytes decode(BytesView bytes) const { return Bytes{bytes}; }
};

/// The topics that serdes are told when they encode parts of messages, which no topic has by themselves (contract 1.7).
struct ForeignKeyTopics {
  std::string registration;

  [[nodiscard]] std::string primaryKey(const std::string& application_id) const { return of(application_id, "-pk"); }
  [[nodiscard]] std::string foreignKey(const std::string& application_id) const { return of(application_id, "-fk"); }
  [[nodiscard]] std::string valueHash(const std::string& application_id) const { return of(application_id, "-vh"); }

 private:
  [[nodiscard]] std::string of(const std::string& application_id, std::string_view part) const {
    return application_id + "-" + registration + std::string{part};
  }
};

/// A serde with the one topic it is told.
template <class T>
class SerdeOfTopic {
 public:
  SerdeOfTopic() = default;
  SerdeOfTopic(Serde<T> serde, std::string topic, bool is_key)
      : serde_(std::move(serde)), topic_(std::move(topic)), is_key_(is_key) {}

  void append(const T& value, Bytes& into) const { serde_.encode(value, {topic_, is_key_}, into); }
  /// Valid until the next call.
  [[nodiscard]] const T& decoded(BytesView bytes) {
    serde_.decode(bytes, {topic_, is_key_}, value_);
    return *value_;
  }

 private:
  Serde<T> serde_;
  std::string topic_;
  bool is_key_ = true;
  std::optional<T> value_;
};

}  // namespace widgetstream::detail
