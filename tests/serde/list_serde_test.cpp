// Lists: the two forms of Java's ListSerde, nulls in both, and what is no list.
#include "widgetstream/serde/list_serde.hpp"

#include <gmock/gmock.h>

#include "tests/serde/model.hpp"
#include "widgetstream/serde/serdes.hpp"

namespace widgetstream::tests {
namespace {

using std::nullopt;
using std::optional;
using std::vector;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Text = std::string;

Bytes fromHex(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(Text{hex.substr(i, 2)}, nullptr, 16));
  }
  return bytes;
}

/// Bytes that Java's ListSerde wrote, there and back.
template <class T>
void expectJavas(const vector<T>& list, std::string_view hex) {
  const auto serde = defaultSerde<vector<T>>();
  EXPECT_EQ(serde.encode(list), fromHex(hex)) << hex;
  EXPECT_EQ(serde.decode(fromHex(hex)), list) << hex;
}

template <class T = std::int32_t>
std::string problemOf(std::string_view hex) {
  return badRecordOf([&] { (void)defaultSerde<vector<T>>().decode(fromHex(hex)); });
}

TEST(AListOfItemsOfFixedSize, IsWrittenWithoutTheirLengths) {
  expectJavas<std::int32_t>({1, 2}, "0000000000000000020000000100000002");
  expectJavas<std::int64_t>({1}, "0000000000000000010000000000000001");
  expectJavas<float>({1.5F}, "0000000000000000013fc00000");
  expectJavas<double>({1.5}, "0000000000000000013ff8000000000000");
  expectJavas<std::int32_t>({}, "000000000000000000");
}

TEST(AListOfItemsOfFixedSize, NamesThePositionsOfItsNulls) {
  expectJavas<optional<std::int32_t>>({1, nullopt}, "0000000001000000010000000200000001");
  expectJavas<optional<std::int32_t>>({nullopt, 7, nullopt}, "000000000200000000000000020000000300000007");
  expectJavas<optional<std::int16_t>>({std::int16_t{-2}, nullopt}, "00000000010000000100000002fffe");
  expectJavas<optional<Uuid>>(
      {Uuid{0x0011223344556677, 0x8899aabbccddeeff}, nullopt},
      "0000000001000000010000000230303131323233332d343435352d363637372d383839392d616162626363646465656666");
}

TEST(AListOfOtherItems, WritesTheLengthOfEach) {
  expectJavas<Text>({}, "0100000000");
  expectJavas<ByteBuffer>({{std::byte{1}, std::byte{0}, std::byte{255}}}, "0100000001000000030100ff");
}

TEST(AListOfOtherItems, WritesMinusOneForNull) {
  expectJavas<optional<Text>>({"a", nullopt, "bc"}, "01000000030000000161ffffffff000000026263");
  expectJavas<optional<bool>>({true, nullopt, false}, "01000000030000000101ffffffff0000000100");
}

TEST(AListOfOtherItems, MayHoldListsItself) {
  expectJavas<optional<vector<std::int16_t>>>(
      {vector<std::int16_t>{1}, vector<std::int16_t>{}, nullopt},
      "01000000030000000b000000000000000001000100000009000000000000000000ffffffff");
}

// Java 4.3.0 writes these bytes and cannot read them: it takes no bytes at the end for the end of the list.
TEST(AListOfOtherItems, MayEndWithAnEmptyItem) {
  expectJavas<Text>({"a", ""}, "0100000002000000016100000000");
}

TEST(AList, OfFixedSizeMayComeInTheOtherForm) {
  EXPECT_THAT(defaultSerde<vector<std::int32_t>>().decode(fromHex("01000000010000000400000005")), ElementsAre(5));
}

TEST(AList, HasItsFormFromTheSerdeOfItsItemsHoweverThatIsHeld) {
  const Serde<std::int32_t> held = IntegerSerde{};
  EXPECT_EQ(held.listItemSize(), 4U);
  EXPECT_EQ(Serdes::ListSerde(held).encode({1, 2}), fromHex("0000000000000000020000000100000002"));
  EXPECT_EQ(Serde<Text>{StringSerde{}}.listItemSize(), 0U);
  EXPECT_EQ(Serde<bool>{BooleanSerde{}}.listItemSize(), 0U) << "as in Java";
}

TEST(AList, TellsItsItemsSerdeWhereTheBytesBelong) {
  struct TopicSerde {
    void encode(const Text& value, const SerdeContext& at, Bytes& out) const { out += Text{at.topic} + value; }
    Text decode(BytesView bytes, const SerdeContext& at) const { return Text{bytes.substr(at.topic.size())}; }
  };
  const Serde<vector<Text>> serde = ListSerde<Text>{TopicSerde{}};
  Bytes out;
  serde.encode({"x"}, SerdeContext{.topic = "orders"}, out);
  EXPECT_EQ(out.substr(9), "ordersx");
  optional<vector<Text>> into;
  serde.decode(out, SerdeContext{.topic = "orders"}, into);
  EXPECT_THAT(*into, ElementsAre("x"));
}

TEST(AList, SaysWhichItemCannotBeDecoded) {
  EXPECT_EQ(problemOf<bool>("010000000200000001010000000102"),
            "item 1 of the list: BooleanSerde: expected 00 or 01, got byte 2");
}

TEST(AList, WithANullNeedsItemsThatMayBeNull) {
  EXPECT_THAT(problemOf("0000000001000000010000000200000001"),
              HasSubstr("ListSerde: item 1 is null: read a list with nulls as std::vector<std::optional<T>>"));
  EXPECT_THAT(problemOf<Text>("0100000001ffffffff"), HasSubstr("item 0 is null"));
}

TEST(AList, IsRefusedWhenItIsCutOrGoesOn) {
  EXPECT_EQ(problemOf(""), "ListSerde: expected a list, got no bytes");
  EXPECT_EQ(problemOf("02"), "ListSerde: expected 00 or 01 as the first byte, got 2");
  EXPECT_EQ(problemOf("0000"), "ListSerde: the bytes end within the number of nulls");
  EXPECT_EQ(problemOf("00ffffffff"), "ListSerde: the number of nulls is negative");
  EXPECT_EQ(problemOf("007fffffff"), "ListSerde: the positions of 2147483647 nulls are cut");
  EXPECT_EQ(problemOf("00000000000000000200000001"), "ListSerde: a list of 2 items is cut: 4 bytes follow");
  EXPECT_EQ(problemOf("00000000007fffffff"), "ListSerde: a list of 2147483647 items is cut: 0 bytes follow");
  EXPECT_EQ(problemOf("0000000001000000050000000100000001"), "ListSerde: null at position 5 of a list of 1 items");
  EXPECT_EQ(problemOf("00000000000000000100000001aa"), "ListSerde: 1 bytes follow the last item");
  EXPECT_EQ(problemOf<Text>("01000000010000000561"), "ListSerde: item 0 is cut: expected 5 bytes, got 1");
  EXPECT_EQ(problemOf<Text>("0100000001fffffffe61"), "ListSerde: the length of item 0 is negative");
  EXPECT_THAT(problemOf<Text>("00000000000000000100000001"), HasSubstr("items of fixed size"));
}

}  // namespace
}  // namespace widgetstream::tests
