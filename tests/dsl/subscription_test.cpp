// The bytes of foreign-key joins (contract 5.9). Vectors: Java Kafka Streams 4.3.0.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/core/error.hpp"
#include "widgetstream/dsl/operators/foreign_key/response.hpp"
#include "widgetstream/dsl/operators/foreign_key/subscription.hpp"
#include "widgetstream/serde/builtin_serdes.hpp"

namespace widgetstream::detail {
namespace {

using namespace ::testing;

Bytes fromHex(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16)));
  }
  return bytes;
}

Bytes encoded(const Subscription& subscription) {
  Bytes bytes;
  SubscriptionSerde{}.encode(subscription, bytes);
  return bytes;
}

const Hash128 hash_of_a1 = murmur3("a1");
const Bytes subscribed = fromHex("0103353e0e4f3af5ce6b8fb80c06f3fdc5846b00000000");
const Bytes unsubscribed = fromHex("81016b00000000");

TEST(Subscription, WritesJavasBytes) {
  EXPECT_EQ(encoded({hash_of_a1, SubscriptionInstruction::answer_if_present, "k", 0}), subscribed);
  EXPECT_EQ(encoded({std::nullopt, SubscriptionInstruction::unsubscribe_and_answer, "k", 0}), unsubscribed);
}

TEST(Subscription, ReadsThemBack) {
  const Subscription read = SubscriptionSerde{}.decode(subscribed);
  EXPECT_EQ(read.hash, hash_of_a1);
  EXPECT_EQ(read.instruction, SubscriptionInstruction::answer_if_present);
  EXPECT_EQ(read.primary_key, "k");
  EXPECT_EQ(read.primary_partition, 0);
  EXPECT_EQ(SubscriptionSerde{}.decode(unsubscribed).hash, std::nullopt);
}

TEST(Subscription, ReadsAndKeepsTheOldVersionWithoutPartition) {
  const Bytes old = fromHex("0003353e0e4f3af5ce6b8fb80c06f3fdc5846b");
  const Subscription read = SubscriptionSerde{}.decode(old);
  EXPECT_EQ(read.primary_partition, std::nullopt);
  EXPECT_EQ(encoded(read), old);
}

TEST(Subscription, RefusesWhatIsNone) {
  for (const char* hex : {"", "01", "0203", "0104", "0103353e", "81010000"}) {
    try {
      static_cast<void>(SubscriptionSerde{}.decode(fromHex(hex)));
      ADD_FAILURE() << hex << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::bad_record) << hex;
    }
  }
}

TEST(Subscription, IsStoredUnderForeignAndPrimaryKey) {
  Bytes key;
  appendSubscriptionPrefix("x", key);
  key += "l1";
  EXPECT_EQ(key, fromHex("00000001786c31"));
  EXPECT_EQ(primaryKeyOf(key), "l1");
  EXPECT_THROW(static_cast<void>(primaryKeyOf(fromHex("0000000978"))), Error);
  EXPECT_THROW(static_cast<void>(primaryKeyOf("")), Error);
}

TEST(ForeignResponse, WritesAndReadsJavasBytes) {
  ResponseEncoder<std::string, std::string> encoder{StringSerde{}, StringSerde{}};
  ResponseDecoder<std::string, std::string> decoder{StringSerde{}, StringSerde{}};
  const auto encode = [&](const ForeignResponse<std::string>& response) {
    Bytes bytes;
    encoder.value("topic", &response, bytes);
    return bytes;
  };
  const std::string value = "RA";
  const Bytes response = fromHex("00353e0e4f3af5ce6b8fb80c06f3fdc5845241");
  EXPECT_EQ(encode({hash_of_a1, Nullable<std::string>{value}, 3}), response);
  EXPECT_EQ(encode({}), fromHex("80")) << "a tombstone";

  const auto& read = *static_cast<const ForeignResponse<std::string>*>(decoder.value("topic", response));
  EXPECT_EQ(read.hash, hash_of_a1);
  EXPECT_EQ(read.value, Nullable<std::string>{value});
  const auto& none = *static_cast<const ForeignResponse<std::string>*>(decoder.value("topic", fromHex("80")));
  EXPECT_FALSE(none.hash);
  EXPECT_FALSE(none.value);
}

TEST(ForeignResponse, RefusesWhatIsNone) {
  for (const char* hex : {"", "01", "00353e"}) {
    Bytes bytes = fromHex(hex);
    BytesView left = bytes;
    EXPECT_THROW(static_cast<void>(takeResponseHead(left)), Error) << hex;
  }
}

}  // namespace
}  // namespace widgetstream::detail
