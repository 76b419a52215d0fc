// Java's class Serdes: the same names, the same bytes.
#include "widgetstream/serde/serdes.hpp"

#include <gmock/gmock.h>

#include "tests/serde/model.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::HasSubstr;

TEST(JavasNamesForSerdes, GiveTheBuiltInOnes) {
  EXPECT_EQ(Serdes::String().encode("é"), "é");
  EXPECT_EQ(Serdes::Bytes().encode("\xff"), "\xff");
  EXPECT_EQ(Serdes::ByteArray().encode("\xff"), "\xff");
  EXPECT_EQ(Serdes::ByteBuffer().encode({std::byte{65}}), "A");
  EXPECT_EQ(Serdes::Short().encode(0x4142), "AB");
  EXPECT_EQ(Serdes::Integer().encode(0x41424344), "ABCD");
  EXPECT_EQ(Serdes::Long().encode(0x4142434445464748), "ABCDEFGH");
  EXPECT_EQ(Serdes::Float().decode(Serdes::Float().encode(1.5F)), 1.5F);
  EXPECT_EQ(Serdes::Double().decode(Serdes::Double().encode(1.5)), 1.5);
  EXPECT_EQ(Serdes::Boolean().encode(true), "\x01");
  EXPECT_EQ(Serdes::UUID().encode(Uuid{}), "00000000-0000-0000-0000-000000000000");
  EXPECT_THROW((void)Serdes::Void().encode({}), Error);
  EXPECT_EQ(Serdes::ListSerde(Serdes::String())
                .decode("\x01" + std::string(3, '\0') + "\x01" + std::string(3, '\0') + "\x01" + "a"),
            std::vector<std::string>{"a"});
  EXPECT_EQ(Serdes::serdeFrom<std::int16_t>().encode(0x4142), "AB");
}

TEST(TwoFunctions, MakeASerde) {
  const auto serde = Serdes::serdeFrom([](int number) { return std::to_string(number); },
                                       [](BytesView bytes) {
                                         if (bytes.empty()) throw Error(ErrorKind::bad_record, "no digits");
                                         return std::stoi(std::string{bytes});
                                       });
  static_assert(std::same_as<decltype(serde), const Serde<int>>);
  EXPECT_EQ(serde.encode(-12), "-12");
  EXPECT_EQ(serde.decode("34"), 34);
  EXPECT_THAT(badRecordOf([&] { (void)serde.decode(""); }), HasSubstr("no digits"));
}

TEST(EveryTypeWithANaturalSerde, NeedsToNameNone) {
  static_assert(HasDefaultSerde<Uuid>);
  static_assert(HasDefaultSerde<ByteBuffer>);
  static_assert(HasDefaultSerde<std::vector<std::string>>);
  static_assert(HasDefaultSerde<std::vector<std::optional<std::int64_t>>>);
  static_assert(HasDefaultSerde<std::vector<Item>>);
  static_assert(HasDefaultSerde<std::vector<std::vector<bool>>>);
  static_assert(!HasDefaultSerde<std::vector<unsigned>>);
  static_assert(!HasDefaultSerde<std::optional<std::string>>, "null is not a value");
}

}  // namespace
}  // namespace widgetstream::tests
