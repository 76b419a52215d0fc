// The protobuf serde: protobuf's own bytes, and errors in place of its aborts.
#include "widgetstream/serde/protobuf.hpp"

#include <gmock/gmock.h>

#include "strict.pb.h"
#include "tests/serde/model.hpp"
#include "widget.pb.h"

namespace widgetstream::tests {
namespace {

using ::testing::HasSubstr;

Widget bolt() {
  Widget widget;
  widget.set_id("bolt");
  Part& part = *widget.add_parts();
  part.set_name("thread");
  part.set_quantity(-3);
  return widget;
}

TEST(Protobuf, WritesTheWireFormatAndNothingElse) {
  Bytes out = "x";
  ProtobufSerde<Widget>{}.encode(bolt(), out);
  EXPECT_EQ(out, "x" + bolt().SerializeAsString());
}

TEST(Protobuf, ReadsAMessageOfNoBytes) {
  Bytes out;
  ProtobufSerde<Widget>{}.encode(Widget{}, out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(ProtobufSerde<Widget>{}.decode(out).id(), "");
}

TEST(Protobuf, OverwritesTheMessageThatIsThere) {
  Widget into = bolt();
  Widget other;
  other.set_id("nut");
  ProtobufSerde<Widget>{}.decodeInto(other.SerializeAsString(), into);
  EXPECT_EQ(into.id(), "nut");
  EXPECT_EQ(into.parts_size(), 0);
}

TEST(Protobuf, NamesTheMessageThatCannotBeDecoded) {
  EXPECT_EQ(badRecordOf([] { (void)ProtobufSerde<Widget>{}.decode("\x0a\x7f"); }),
            "protobuf message widgetstream.tests.Widget cannot be decoded from 2 bytes");
}

TEST(Protobuf, RefusesEveryCutThatIsNoMessage) {
  const std::string whole = bolt().SerializeAsString();
  // The message has two fields; a cut between them is a message of one.
  const std::size_t first_field = 2 + std::string{"bolt"}.size();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    if (size == first_field) continue;
    EXPECT_THAT(badRecordOf([&] { (void)ProtobufSerde<Widget>{}.decode(whole.substr(0, size)); }),
                HasSubstr("cannot be"));
  }
}

TEST(Protobuf, RefusesMessagesWithoutTheirRequiredFields) {
  EXPECT_THAT(badRecordOf([] {
                Bytes out;
                ProtobufSerde<Strict>{}.encode(Strict{}, out);
              }),
              HasSubstr("widgetstream.tests.Strict cannot be encoded, required fields are not set"));
  EXPECT_THAT(badRecordOf([] { (void)ProtobufSerde<Strict>{}.decode("\x10\x01"); }), HasSubstr("cannot be decoded"));
}

TEST(Protobuf, AsksForAMessageByItsShape) {
  static_assert(ProtobufMessage<Widget>);
  static_assert(!ProtobufMessage<Item>);
  static_assert(!ProtobufMessage<std::string>);
}

}  // namespace
}  // namespace widgetstream::tests
