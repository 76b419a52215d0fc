// Serde<T>: whatever kind of serde its user has, behind one face; and which one is the default.
#include "widgetstream/serde/serde.hpp"

#include <gmock/gmock.h>

#include "tests/serde/model.hpp"
#include "widget.pb.h"
#include "widgetstream/serde/default_serde.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::HasSubstr;

/// Writes the topic into the bytes, as a registry's schema id would be.
struct TopicSerde {
  void encode(const std::string& value, const SerdeContext& at, Bytes& out) const {
    out += std::string{at.topic} + (at.is_key ? "/key:" : "/value:") + value;
  }
  std::string decode(BytesView bytes, const SerdeContext& at) const {
    return std::string{at.topic} + " said " + std::string{bytes};
  }
  // Both forms: the one that knows more is preferred.
  void encode(const std::string&, Bytes& out) const { out += "plain"; }
  std::string decode(BytesView) const { return "plain"; }
};

struct CountingSerde {
  int* decoded_anew;
  int* decoded_into;

  void encode(const std::string& value, Bytes& out) const { out += value; }
  std::string decode(BytesView bytes) const {
    ++*decoded_anew;
    return std::string{bytes};
  }
  void decodeInto(BytesView bytes, std::string& into) const {
    ++*decoded_into;
    if (bytes == "bad") throw Error(ErrorKind::bad_record, "bad");
    into.assign(bytes);
  }
};

struct Undescribed {};

TEST(ASerde, IsEmptyUntilItIsGivenOne) {
  const Serde<std::string> none;
  EXPECT_FALSE(none);
  EXPECT_THROW((void)none.encode("x"), Error);
  EXPECT_TRUE(Serde<std::string>{StringSerde{}});
}

TEST(ASerde, TellsTopicAwareSerdesWhereTheBytesBelong) {
  const Serde<std::string> serde = TopicSerde{};
  Bytes out;
  serde.encode("v", SerdeContext{.topic = "orders", .is_key = true}, out);
  EXPECT_EQ(out, "orders/key:v");
  std::optional<std::string> into;
  serde.decode("b", SerdeContext{.topic = "orders"}, into);
  EXPECT_EQ(into, "orders said b");
}

TEST(ASerde, OverwritesTheValueThatIsThere) {
  int anew = 0;
  int reused = 0;
  const Serde<std::string> serde = CountingSerde{&anew, &reused};
  std::optional<std::string> into;
  serde.decode("first", {}, into);
  serde.decode("second", {}, into);
  EXPECT_EQ(into, "second");
  EXPECT_EQ(anew, 1);
  EXPECT_EQ(reused, 1);
}

TEST(ASerde, LeavesNoHalfOverwrittenValueBehind) {
  int calls = 0;
  const Serde<std::string> serde = CountingSerde{&calls, &calls};
  std::optional<std::string> into = "old";
  EXPECT_THROW(serde.decode("bad", {}, into), Error);
  EXPECT_EQ(into, std::nullopt);
}

TEST(ASerde, KeepsTheMemoryOfTextsItReuses) {
  std::optional<std::string> into;
  const Serde<std::string> serde = defaultSerde<std::string>();
  serde.decode(std::string(1000, 'x'), {}, into);
  const char* const memory = into->data();
  serde.decode(std::string(500, 'y'), {}, into);
  EXPECT_EQ(into->data(), memory);
}

TEST(ASerde, SharesOneSerdeAmongItsCopies) {
  int calls = 0;
  const Serde<std::string> original = CountingSerde{&calls, &calls};
  const Serde<std::string> copy = original;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(copy.decode("x") + original.decode("y"), "xy");
  EXPECT_EQ(calls, 2);
}

TEST(DefaultSerdes, AreChosenByType) {
  EXPECT_EQ(defaultSerde<std::string>().encode("a"), "a");
  EXPECT_EQ(defaultSerde<std::int16_t>().encode(1), (Bytes{"\0\1", 2}));
  EXPECT_EQ(defaultSerde<int>().encode(1).size(), 4U);
  EXPECT_EQ(defaultSerde<long>().encode(1).size(), 8U);
  EXPECT_EQ(defaultSerde<long long>().encode(1).size(), 8U);
  EXPECT_EQ(defaultSerde<bool>().encode(true), "\x01");
  EXPECT_EQ(defaultSerde<float>().encode(1).size(), 4U);
  EXPECT_EQ(defaultSerde<double>().encode(1).size(), 8U);
  EXPECT_EQ(defaultSerde<Item>().encode({"W1", 2}), R"({"widgetId":"W1","qty":2})");
  EXPECT_EQ(defaultSerde<JsonValue>().encode(JsonArray{1, "a"}), R"([1,"a"])");
  EXPECT_EQ(defaultSerde<JsonObject>().encode({{"a", true}}), R"({"a":true})");
  EXPECT_THAT(badRecordOf([] { (void)defaultSerde<std::monostate>().decode("x"); }), HasSubstr("VoidSerde"));

  Widget widget;
  widget.set_id("W1");
  EXPECT_EQ(defaultSerde<Widget>().encode(widget), widget.SerializeAsString());
}

TEST(DefaultSerdes, AreMissingWhereJavaHasNoFormatOrNobodyDescribedTheType) {
  static_assert(HasDefaultSerde<std::monostate>);
  static_assert(!HasDefaultSerde<Undescribed>);
  static_assert(!HasDefaultSerde<unsigned>);
  static_assert(!HasDefaultSerde<char>);
  static_assert(!HasDefaultSerde<std::int8_t>);
  static_assert(!HasDefaultSerde<const char*>);
  static_assert(!HasDefaultSerde<std::vector<std::uint32_t>>);
  static_assert(!std::convertible_to<IntegerSerde, Serde<std::string>>);
}

}  // namespace
}  // namespace widgetstream::tests
