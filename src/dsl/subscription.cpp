#include "widgetstream/dsl/operators/foreign_key/subscription.hpp"

#include <string>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr unsigned char current_version = 1;
constexpr unsigned char no_hash = 0x80;
constexpr std::size_t length_bytes = 4;

template <class Number>
void appendBigEndian(Number number, Bytes& into) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8)
    into.push_back(static_cast<char>(number >> shift));
}

template <class Number>
Number bigEndianAt(BytesView bytes) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    number = static_cast<Number>(number << 8 | static_cast<unsigned char>(bytes[i]));
  return number;
}

[[noreturn]] void refuse(const std::string& what) {
  throw Error{ErrorKind::bad_record, "not a subscription of a foreign-key join: " + what};
}

}  // namespace

void appendHash(const Hash128& hash, Bytes& into) {
  appendBigEndian(hash.first, into);
  appendBigEndian(hash.second, into);
}

Hash128 takeHash(BytesView& bytes, const char* of) {
  if (bytes.size() < 2 * sizeof(std::uint64_t))
    throw Error{ErrorKind::bad_record, std::string{"the hash in the "} + of + " of a foreign-key join is cut off"};
  const Hash128 hash{bigEndianAt<std::uint64_t>(bytes), bigEndianAt<std::uint64_t>(bytes.substr(8))};
  bytes.remove_prefix(16);
  return hash;
}

void SubscriptionSerde::encode(const Subscription& subscription, Bytes& out) const {
  const unsigned char version = subscription.primary_partition ? current_version : 0;
  out.push_back(static_cast<char>(subscription.hash ? version : version | no_hash));
  out.push_back(static_cast<char>(subscription.instruction));
  if (subscription.hash) appendHash(*subscription.hash, out);
  out += subscription.primary_key;
  if (subscription.primary_partition) {
    appendBigEndian(static_cast<std::uint32_t>(*subscription.primary_partition), out);
  }
}

Subscription SubscriptionSerde::decode(BytesView bytes) const {
  if (bytes.size() < 2) refuse("it has " + std::to_string(bytes.size()) + " bytes");
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto instruction = static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  const unsigned char version = first & 0x7f;
  if (version > current_version) refuse("it has version " + std::to_string(version) + ", and 1 is the newest known");
  if (instruction > 3) refuse("its instruction is " + std::to_string(instruction) + ", which must be 0 to 3");

  Subscription subscription;
  subscription.instruction = static_cast<SubscriptionInstruction>(instruction);
  if ((first & no_hash) == 0) subscription.hash = takeHash(bytes, "subscription");
  if (version > 0) {
    if (bytes.size() < sizeof(std::uint32_t)) refuse("its primary partition is cut off");
    const std::size_t key_length = bytes.size() - sizeof(std::uint32_t);
    subscription.primary_partition = static_cast<std::int32_t>(bigEndianAt<std::uint32_t>(bytes.substr(key_length)));
    bytes = bytes.substr(0, key_length);
  }
  subscription.primary_key = bytes;
  return subscription;
}

void appendSubscriptionPrefix(BytesView foreign_key, Bytes& into) {
  appendBigEndian(static_cast<std::uint32_t>(foreign_key.size()), into);
  into += foreign_key;
}

BytesView primaryKeyOf(BytesView stored_key) {
  if (stored_key.size() >= length_bytes) {
    const std::size_t foreign_key = bigEndianAt<std::uint32_t>(stored_key);
    if (stored_key.size() - length_bytes >= foreign_key) return stored_key.substr(length_bytes + foreign_key);
  }
  throw Error{ErrorKind::store_corrupted, "a key in the store of a foreign-key join's subscriptions is cut off"};
}

}  // namespace widgetstream::detail
