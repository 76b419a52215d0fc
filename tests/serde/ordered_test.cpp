// Ordered keys: bytes sort as the fields do, and the first fields are a prefix of the whole.
#include "widgetstream/serde/ordered.hpp"

#include <gmock/gmock.h>

#include <set>

#include "tests/serde/model.hpp"
#include "tests/serde/random_values.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

template <class T>
Bytes encoded(const T& key) {
  Bytes bytes;
  OrderedSerde<T>{}.encode(key, bytes);
  return bytes;
}

/// Compared as a store compares: unsigned bytes, the shorter first where one begins with the other.
std::strong_ordering byBytes(const Bytes& left, const Bytes& right) {
  return left.compare(right) <=> 0;
}

OrderKey randomKey(RandomValues& values) {
  return OrderKey{values.bytes(), fromMillis(values.integer<std::int64_t>()),
                  Origin{values.bytes(), values.integer<std::int32_t>(), values.integer<std::int64_t>()}};
}

using EveryInteger = std::tuple<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t,
                                std::int64_t, std::uint64_t>;

TEST(OrderedBytes, SortAsTheirFieldsDo) {
  RandomValues values{1};
  for (int i = 0; i < 20'000; ++i) {
    const OrderKey left = randomKey(values);
    OrderKey right = randomKey(values);
    // Equal beginnings are where an encoding goes wrong.
    if (values.oneIn(2)) right.customer_id = left.customer_id;
    if (values.oneIn(3)) right.ordered_at = left.ordered_at;
    if (values.oneIn(4)) right.origin.topic = left.origin.topic;
    ASSERT_EQ(byBytes(encoded(left), encoded(right)), left <=> right);
  }
}

TEST(OrderedBytes, SortIntegersOfEveryWidthByValue) {
  RandomValues values{2};
  const auto random = [&] {
    EveryInteger key;
    std::apply([&](auto&... part) { ((part = values.integer<std::remove_cvref_t<decltype(part)>>()), ...); }, key);
    return key;
  };
  for (int i = 0; i < 5'000; ++i) {
    const EveryInteger left = random();
    const EveryInteger right = random();
    ASSERT_EQ(byBytes(encoded(left), encoded(right)), left <=> right);
    ASSERT_EQ(OrderedSerde<EveryInteger>{}.decode(encoded(left)), left);
  }
}

TEST(OrderedBytes, SortTextBySingleBytesZeroAmongThem) {
  using namespace std::string_literals;
  const std::set<std::string> texts = {""s,    "\0"s,   "\0\0"s, "\0\1"s, "\0\xff"s, "\1"s,   "a"s,    "a\0"s,
                                       "a\1"s, "a\0b"s, "ab"s,   "b"s,    "\x7f"s,   "\x80"s, "\xff"s, "\xff\xff"s};
  for (const auto& left : texts) {
    for (const auto& right : texts) {
      // A second field must not leak into the comparison of the first.
      using Pair = std::pair<std::string, std::string>;
      EXPECT_EQ(byBytes(encoded(Pair{left, "\xff"}), encoded(Pair{right, ""})),
                (Pair{left, "\xff"} <=> Pair{right, ""}));
    }
  }
}

TEST(OrderedBytes, AreThese) {
  using Key = std::tuple<std::string, std::int32_t, bool>;
  EXPECT_EQ(encoded(Key{std::string{"a\0b", 3}, -1, true}), (Bytes{"a\0\xff"
                                                                   "b\0\1\x7f\xff\xff\xff\1",
                                                                   11}));
  // The picture in src/serde/README.md.
  const OrderKey fred{"Fred", fromMillis(1'769'860'800'000), Origin{"event", 0, 7}};
  EXPECT_EQ(encoded(fred), (Bytes{"Fred\0\1"
                                  "\x80\0\1\x9c\x13\xec\x9e\0"
                                  "event\0\1"
                                  "\x80\0\0\0"
                                  "\x80\0\0\0\0\0\0\7",
                                  33}));
  EXPECT_EQ(encoded(std::tuple{Timestamp{}}), (Bytes{"\x80\0\0\0\0\0\0\0", 8}));
}

TEST(OrderedPrefix, IsTheBeginningOfExactlyTheKeysWithTheseFields) {
  RandomValues values{3};
  for (int i = 0; i < 20'000; ++i) {
    const OrderKey key = randomKey(values);
    OrderKey other = randomKey(values);
    if (values.oneIn(2)) other.customer_id = key.customer_id + values.bytes();
    if (values.oneIn(2)) other.ordered_at = key.ordered_at;
    const Bytes bytes = encoded(other);
    ASSERT_EQ(bytes.starts_with(orderedPrefix<OrderKey>(key.customer_id)), other.customer_id == key.customer_id);
    ASSERT_EQ(bytes.starts_with(orderedPrefix<OrderKey>(key.customer_id, key.ordered_at)),
              other.customer_id == key.customer_id && other.ordered_at == key.ordered_at);
    ASSERT_EQ(orderedPrefix<OrderKey>(key.customer_id, key.ordered_at, key.origin), encoded(key));
  }
  EXPECT_EQ(orderedPrefix<OrderKey>(), "");
  EXPECT_EQ(orderedPrefix<OrderKey>("Fred"), (Bytes{"Fred\0\1", 6}));
}

TEST(OrderedSerde, RefusesBytesThatAreNoKey) {
  const Bytes bytes = encoded(OrderKey{"Fred", fromMillis(5), Origin{"t", 1, 2}});
  const auto problemOf = [](BytesView cut) { return badRecordOf([&] { (void)OrderedSerde<OrderKey>{}.decode(cut); }); };
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(problemOf(BytesView{bytes}.substr(0, size)), StartsWith("OrderedSerde: "));
  }
  EXPECT_EQ(problemOf(bytes + "xy"), "OrderedSerde: 2 bytes too many");
  EXPECT_THAT(problemOf(Bytes{"a\0\2", 3}), HasSubstr("neither FF nor 01"));
  EXPECT_THAT(badRecordOf([] { (void)OrderedSerde<std::tuple<bool>>{}.decode("\x02"); }),
              HasSubstr("neither 00 nor 01"));
}

TEST(OrderedSerde, TakesOnlyWhatTheFirstFieldsAre) {
  static_assert(FirstFieldsOf<OrderKey, const char*>);
  static_assert(FirstFieldsOf<OrderKey, std::string, Timestamp, Origin>);
  static_assert(!FirstFieldsOf<OrderKey, int>);
  static_assert(!FirstFieldsOf<OrderKey, std::string, Timestamp, Origin, int>);
  static_assert(SerdeFor<OrderedSerde<OrderKey>, OrderKey>);
}

}  // namespace
}  // namespace widgetstream::tests
