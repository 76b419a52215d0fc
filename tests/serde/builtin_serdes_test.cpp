// The built-in serdes: the very bytes of Java's, and a clear word about bytes that are not theirs.
#include "widgetstream/serde/builtin_serdes.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "tests/serde/model.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::HasSubstr;

template <class S, class T>
std::string hexOf(const S& serde, const T& value) {
  Bytes bytes;
  serde.encode(value, bytes);
  std::string hex;
  for (const char byte : bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

// The first four are of the contract, section 5.1, as Java wrote them; the rest follows from the formats.
TEST(BuiltinSerdes, WriteTheBytesOfJava) {
  EXPECT_EQ(hexOf(DoubleSerde{}, 1.5), "3ff8000000000000");
  EXPECT_EQ(hexOf(FloatSerde{}, 1.5F), "3fc00000");
  EXPECT_EQ(hexOf(ShortSerde{}, std::int16_t{-2}), "fffe");
  EXPECT_EQ(hexOf(IntegerSerde{}, -2), "fffffffe");
  EXPECT_EQ(hexOf(LongSerde{}, std::int64_t{1}), "0000000000000001");
  EXPECT_EQ(hexOf(LongSerde{}, std::numeric_limits<std::int64_t>::min()), "8000000000000000");
  EXPECT_EQ(hexOf(IntegerSerde{}, 0x01020304), "01020304");
  EXPECT_EQ(hexOf(BooleanSerde{}, true), "01");
  EXPECT_EQ(hexOf(BooleanSerde{}, false), "00");
  EXPECT_EQ(hexOf(StringSerde{}, "Jürgen"), "4ac3bc7267656e");
  EXPECT_EQ(hexOf(StringSerde{}, ""), "");
  EXPECT_EQ(hexOf(ByteBufferSerde{}, ByteBuffer{std::byte{1}, std::byte{0}, std::byte{255}}), "0100ff");
  EXPECT_EQ(hexOf(UUIDSerde{}, Uuid{0x0011223344556677, 0x8899aabbccddeeff}),
            "30303131323233332d343435352d363637372d383839392d616162626363646465656666");
}

TEST(BuiltinSerdes, TakeAUuidInCapitalsAndNoOtherTextForOne) {
  EXPECT_EQ(UUIDSerde{}.decode("00112233-4455-6677-8899-AABBCCDDEEFF"), (Uuid{0x0011223344556677, 0x8899aabbccddeeff}));
  EXPECT_EQ(badRecordOf([] { (void)UUIDSerde{}.decode("1-2-3-4-5"); }),
            "UUIDSerde: expected 36 characters such as 00112233-4455-6677-8899-aabbccddeeff, got 9 bytes that are no "
            "UUID");
  EXPECT_THAT(badRecordOf([] { (void)UUIDSerde{}.decode("00112233-4455-6677-8899-aabbccddeefg"); }),
              HasSubstr("got 36 bytes that are no UUID"));
}

TEST(BuiltinSerdes, KeepTextThatIsNotUtf8AsItIs) {
  const Bytes odd = "a\xff\xc3(\x00z";
  EXPECT_EQ(StringSerde{}.decode(odd), odd);
  EXPECT_EQ(hexOf(StringSerde{}, "\xff"), "ff");
}

TEST(BuiltinSerdes, SayWhichLengthTheyExpectedAndGot) {
  EXPECT_EQ(badRecordOf([] { (void)ShortSerde{}.decode("abc"); }), "ShortSerde: expected 2 bytes, got 3");
  EXPECT_EQ(badRecordOf([] { (void)IntegerSerde{}.decode("abc"); }), "IntegerSerde: expected 4 bytes, got 3");
  EXPECT_EQ(badRecordOf([] { (void)LongSerde{}.decode(""); }), "LongSerde: expected 8 bytes, got 0");
  EXPECT_EQ(badRecordOf([] { (void)FloatSerde{}.decode("abcde"); }), "FloatSerde: expected 4 bytes, got 5");
  EXPECT_EQ(badRecordOf([] { (void)DoubleSerde{}.decode("a"); }), "DoubleSerde: expected 8 bytes, got 1");
  EXPECT_EQ(badRecordOf([] { (void)BooleanSerde{}.decode(""); }), "BooleanSerde: expected 1 byte, got 0");
}

TEST(BuiltinSerdes, TakeNoOtherByteForABoolean) {
  EXPECT_EQ(badRecordOf([] { (void)BooleanSerde{}.decode("\x02"); }), "BooleanSerde: expected 00 or 01, got byte 2");
}

TEST(BuiltinSerdes, HaveNoBytesForVoid) {
  EXPECT_THAT(badRecordOf([] { (void)VoidSerde{}.decode(""); }), HasSubstr("expected null, got 0 bytes"));
  EXPECT_THAT(badRecordOf([] {
                Bytes out;
                VoidSerde{}.encode({}, out);
              }),
              HasSubstr("only null"));
}

}  // namespace
}  // namespace widgetstream::tests
