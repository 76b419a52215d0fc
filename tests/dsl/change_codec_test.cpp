// The bytes of updates in the repartition topics of grouped tables (contract 5.6).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/core/error.hpp"
#include "widgetstream/dsl/operators/change_codec.hpp"

namespace widgetstream {
namespace {

using namespace ::testing;
using detail::ChangeBytes;
using detail::splitChange;

Bytes encoded(Nullable<std::string> now, Nullable<std::string> before) {
  detail::ChangeEncoder<std::string, std::string> encoder{StringSerde{}, StringSerde{}};
  const Change<std::string> change{now, before};
  Bytes bytes;
  encoder.value("topic", &change, bytes);
  return bytes;
}

std::string parts(BytesView bytes) {
  const ChangeBytes change = splitChange(bytes);
  const auto shown = [](NullableBytesView part) { return part ? "'" + std::string{*part} + "'" : "null"; };
  return shown(change.new_value) + " " + shown(change.old_value) + (change.is_latest ? "" : " late");
}

const std::string a1 = "a1";
const std::string a2 = "a2";

TEST(ChangeCodec, WritesJavasBytes) {
  EXPECT_EQ(encoded(a2, a1), "\x04" "a2a1\x02");
  EXPECT_EQ(encoded(a2, {}), "a2\x01");
  EXPECT_EQ(encoded({}, a1), Bytes("a1\0", 3));
  const std::string long_text(100, 'x');
  EXPECT_EQ(encoded(long_text, a1), "\xc8\x01" + long_text + "a1\x02") << "the length is a zig-zag varint";
}

TEST(ChangeCodec, ReadsThemBack) {
  EXPECT_EQ(parts("\x04" "a2a1\x02"), "'a2' 'a1'");
  EXPECT_EQ(parts("a2\x01"), "'a2' null");
  EXPECT_EQ(parts(BytesView("a1\0", 3)), "null 'a1'");
  EXPECT_EQ(parts("\x01"), "'' null");
  const std::string long_text(100, 'x');
  EXPECT_EQ(parts("\xc8\x01" + long_text + "a1\x02"), "'" + long_text + "' 'a1'");
}

TEST(ChangeCodec, ReadsWhetherAnUpdateIsTheLatest) {
  EXPECT_EQ(parts(BytesView("a1\x01\x03")), "null 'a1'");
  EXPECT_EQ(parts(BytesView("a2\0\x04", 4)), "'a2' null late");
  EXPECT_EQ(parts(BytesView("\x04" "a2a1\0\x05", 7)), "'a2' 'a1' late");
}

TEST(ChangeCodec, RefusesWhatIsNoUpdate) {
  for (const Bytes& bytes : {Bytes{}, Bytes{"a\x06"}, Bytes{"\x04"}, Bytes{"a\x02\x04"}, Bytes{"\x10" "abc\x02"},
                             Bytes{"\x03" "abc\x02"}, Bytes{"\x02"}, Bytes{"\xff\xff\xff\xff\xff\xff\x02"}}) {
    try {
      static_cast<void>(splitChange(bytes));
      ADD_FAILURE() << PrintToString(bytes) << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::bad_record);
    }
  }
}

TEST(ChangeCodec, AnUpdateOfNothingIsRefused) {
  EXPECT_THROW(static_cast<void>(encoded({}, {})), std::invalid_argument);
}

}  // namespace
}  // namespace widgetstream
