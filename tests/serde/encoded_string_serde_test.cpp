// Text in the encodings that Java's String serde knows by name. The bytes are those of Java's.
#include "widgetstream/serde/encoded_string_serde.hpp"

#include <gmock/gmock.h>

#include "tests/serde/model.hpp"
#include "widgetstream/serde/serdes.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::HasSubstr;
using namespace std::string_literals;

std::string encoded(TextEncoding encoding, const std::string& text) {
  Bytes out;
  EncodedStringSerde{encoding}.encode(text, out);
  EXPECT_EQ(EncodedStringSerde{encoding}.decode(out), text);
  return out;
}

std::string problemOf(TextEncoding encoding, BytesView bytes) {
  return badRecordOf([&] { (void)EncodedStringSerde{encoding}.decode(bytes); });
}

TEST(EncodedText, HasTheBytesOfJavas) {
  const std::string text = "aé€😀";
  EXPECT_EQ(encoded(TextEncoding::utf_8, text), text);
  EXPECT_EQ(encoded(TextEncoding::utf_16, text), "\xfe\xff\x00\x61\x00\xe9\x20\xac\xd8\x3d\xde\x00"s);
  EXPECT_EQ(encoded(TextEncoding::utf_16be, text), "\x00\x61\x00\xe9\x20\xac\xd8\x3d\xde\x00"s);
  EXPECT_EQ(encoded(TextEncoding::utf_16le, text), "\x61\x00\xe9\x00\xac\x20\x3d\xd8\x00\xde"s);
  EXPECT_EQ(encoded(TextEncoding::iso_8859_1, "aé"), "a\xe9");
  EXPECT_EQ(encoded(TextEncoding::us_ascii, "a~"), "a~");
}

TEST(EncodedText, HasNoMarkBeforeNoText) {
  EXPECT_EQ(encoded(TextEncoding::utf_16, ""), "");
  EXPECT_EQ(encoded(TextEncoding::iso_8859_1, ""), "");
}

TEST(EncodedText, IsReadInTheOrderItsMarkNames) {
  const EncodedStringSerde serde{TextEncoding::utf_16};
  EXPECT_EQ(serde.decode("\xfe\xff\x00\xe9"s), "é");
  EXPECT_EQ(serde.decode("\xff\xfe\xe9\x00"s), "é");
  EXPECT_EQ(serde.decode("\x00\xe9"s), "é");
  EXPECT_EQ(serde.decode("\xfe\xff"), "");
}

TEST(EncodedText, IsRefusedWhereItDoesNotFit) {
  EXPECT_EQ(badRecordOf([] {
              Bytes out;
              EncodedStringSerde{TextEncoding::iso_8859_1}.encode("1 €", out);
            }),
            "ISO-8859-1 text: it has no U+20AC, which stands at byte 2");
  EXPECT_EQ(badRecordOf([] {
              Bytes out;
              EncodedStringSerde{TextEncoding::us_ascii}.encode("é", out);
            }),
            "US-ASCII text: it has no U+00E9, which stands at byte 0");
  EXPECT_EQ(badRecordOf([] {
              Bytes out;
              EncodedStringSerde{TextEncoding::utf_16}.encode("a\xff", out);
            }),
            "UTF-16 text: byte 1 is not UTF-8");
}

TEST(EncodedText, LeavesNothingBehindWhenItIsRefused) {
  Bytes out = "before";
  EXPECT_THROW((EncodedStringSerde{TextEncoding::utf_16}.encode("a\xff", out)), Error);
  EXPECT_EQ(out, "before");
}

TEST(EncodedText, IsRefusedWhereTheBytesAreNone) {
  EXPECT_EQ(problemOf(TextEncoding::utf_16, "abc"), "UTF-16 text: an odd number of bytes (3)");
  EXPECT_THAT(problemOf(TextEncoding::utf_16be, "\xd8\x3d"), HasSubstr("half a character, U+D83D"));
  EXPECT_THAT(problemOf(TextEncoding::utf_16be, "\xd8\x3d\x00\x61"s), HasSubstr("half a character, U+D83D"));
  EXPECT_THAT(problemOf(TextEncoding::utf_16be, "\xde\x00\x00\x61"s), HasSubstr("half a character, U+DE00"));
  EXPECT_EQ(problemOf(TextEncoding::utf_8, "ab\xc3"), "UTF-8 text: byte 2 is not UTF-8");
  EXPECT_EQ(problemOf(TextEncoding::us_ascii, "a\x80"), "US-ASCII text: byte 1 is above 7F");
}

TEST(EncodedText, IsNamedAsJavaNamesIt) {
  for (const TextEncoding encoding : {TextEncoding::utf_8, TextEncoding::utf_16, TextEncoding::utf_16be,
                                      TextEncoding::utf_16le, TextEncoding::iso_8859_1, TextEncoding::us_ascii}) {
    EXPECT_EQ(textEncoding(toString(encoding)), encoding);
  }
  EXPECT_EQ(textEncoding("utf-16le"), TextEncoding::utf_16le);
  EXPECT_EQ(textEncoding("Latin1"), TextEncoding::iso_8859_1);
  EXPECT_EQ(Serdes::String("UTF-16").encode("a"), "\xfe\xff\x00\x61"s);
  try {
    (void)Serdes::String("EBCDIC");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    EXPECT_THAT(error.what(), HasSubstr("'EBCDIC' is no text encoding: expected UTF-8, UTF-16,"));
  }
}

}  // namespace
}  // namespace widgetstream::tests
