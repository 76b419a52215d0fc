// Protobuf behind a schema id and message indexes.
#include "widgetstream/registry/registry_protobuf_serde.hpp"

#include <gmock/gmock.h>

#include "registry_widget.pb.h"
#include "tests/registry/model.hpp"
#include "tests/registry/registry_test.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Widget bolt() {
  Widget widget;
  widget.set_id("bolt");
  return widget;
}

class RegistryProtobuf : public ::testing::Test {
 protected:
  template <class M>
  [[nodiscard]] Bytes bytesOf(const M& message) {
    return encoded(RegistryProtobufSerde<M>{registry}, message);
  }

  std::shared_ptr<SchemaRegistryClient> registry = mockSchemaRegistryClient();
};

TEST_F(RegistryProtobuf, OfTheFirstMessageOfAFileHasAZeroForItsIndexes) {
  // The file it imports has the first id.
  EXPECT_EQ(bytesOf(bolt()), framed(2, std::string(1, '\0') + bolt().SerializeAsString()));
  EXPECT_EQ(decoded<Widget>(RegistryProtobufSerde<Widget>{registry}, bytesOf(bolt())).id(), "bolt");
}

TEST_F(RegistryProtobuf, OfAnotherMessageHasTheWayToItAsVarints) {
  Shelf shelf;
  shelf.set_kind(Shelf::WOOD);
  EXPECT_EQ(bytesOf(shelf).substr(5), "\x02\x02" + shelf.SerializeAsString()) << "one index, 1";
  Shelf::Label label;
  label.set_text("top");
  EXPECT_EQ(bytesOf(label).substr(5), "\x04\x02\x02" + label.SerializeAsString()) << "two indexes, 1 and 1";
  Shelf::Board::Place place;
  place.set_from(7);
  EXPECT_EQ(bytesOf(place).substr(5), std::string("\x06\x02\x00\x00", 4) + place.SerializeAsString());
  EXPECT_EQ(decoded<Shelf::Board::Place>(RegistryProtobufSerde<Shelf::Board::Place>{registry}, bytesOf(place)).from(),
            7);
}

TEST_F(RegistryProtobuf, RegistersTheFileAndWhatItImports) {
  (void)bytesOf(bolt());
  const RegisteredSchema file = registry->getLatestSchema("orders-value");
  EXPECT_EQ(file.schema.type, SchemaType::protobuf);
  EXPECT_THAT(file.schema.text,
              AllOf(HasSubstr("syntax = \"proto3\";"), HasSubstr("import \"registry/registry_parts.proto\";"),
                    HasSubstr("package widgetstream.tests;"), HasSubstr("message Shelf {")));
  EXPECT_THAT(file.schema.references,
              ElementsAre(SchemaReference{"registry/registry_parts.proto", "registry/registry_parts.proto", 1}));

  const RegisteredSchema import = registry->getLatestSchema("registry/registry_parts.proto");
  EXPECT_THAT(import.schema.text, HasSubstr("message Maker {"));
  EXPECT_THAT(import.schema.references, IsEmpty()) << "protobuf's own files every registry has";
}

TEST_F(RegistryProtobuf, FindsRegisteredFilesWhereItMayNotRegister) {
  (void)bytesOf(bolt());
  const RegistryProtobufSerde<Widget> serde{registry, {.auto_register_schemas = false}};
  EXPECT_EQ(encoded(serde, bolt()), bytesOf(bolt()));
}

TEST_F(RegistryProtobuf, IsRegisteredUnderItsFullName) {
  (void)encoded(RegistryProtobufSerde<Shelf::Label>{registry, {.subject_name_strategy = recordNameStrategy}},
                Shelf::Label{});
  EXPECT_EQ(registry->getLatestSchema("widgetstream.tests.Shelf.Label").version, 1);
}

TEST_F(RegistryProtobuf, IsRegisteredWithTheSchemaThatIsGiven) {
  const std::string text = "syntax = \"proto3\"; message Widget { string id = 1; }";
  const RegistryProtobufSerde<Widget> serde{registry, {.schema = text}};
  (void)encoded(serde, bolt());
  EXPECT_EQ(registry->getLatestSchema("orders-value").schema, (Schema{SchemaType::protobuf, text}));
}

TEST_F(RegistryProtobuf, IsReadFromAFileOfAnotherPackage) {
  registry->registerSchema(
      "theirs", Schema{SchemaType::protobuf, "package theirs; message Other {} message Widget { string id = 1; }"});
  const Bytes bytes = framed(1, "\x02\x02" + bolt().SerializeAsString());
  EXPECT_EQ(decoded<Widget>(RegistryProtobufSerde<Widget>{registry}, bytes).id(), "bolt");
}

TEST_F(RegistryProtobuf, IsNotReadFromAnotherMessage) {
  (void)bytesOf(bolt());
  const Bytes bytes = framed(2, "\x02\x02" + bolt().SerializeAsString());
  EXPECT_EQ(badRecordOf([&] { (void)decoded<Widget>(RegistryProtobufSerde<Widget>{registry}, bytes); }),
            "the payload is a message 'Shelf' (index 1 in its schema), expected 'Widget'; check_writer_schema = false "
            "takes it nevertheless");
  const RegistryProtobufSerde<Widget> blind{registry, {.check_writer_schema = false}};
  EXPECT_EQ(decoded<Widget>(blind, bytes).id(), "bolt");
}

TEST_F(RegistryProtobuf, IsNotReadFromWhatIsNone) {
  (void)bytesOf(bolt());
  const RegistryProtobufSerde<Widget> serde{registry};
  const auto problem = [&](BytesView payload) {
    return badRecordOf([&] { (void)decoded<Widget>(serde, framed(2, payload)); });
  };
  EXPECT_THAT(problem(""), HasSubstr("message indexes behind the schema id are cut"));
  EXPECT_THAT(problem("\x04\x02"), HasSubstr("are cut"));
  EXPECT_THAT(problem("\x01"), HasSubstr("number -1"));
  EXPECT_THAT(problem("\x02\x01"), HasSubstr("are negative"));
  EXPECT_THAT(problem("\xff\xff\xff\xff\xff\xff"), HasSubstr("are no varints"));
  EXPECT_THAT(problem("\xff\xff\xff\xff\x0f"), HasSubstr("number"));
  EXPECT_THAT(problem(std::string("\0\x0a\x7f", 3)), HasSubstr("cannot be decoded"));
  registry->registerSchema("json", text_schema);
  EXPECT_THAT(badRecordOf([&] { (void)decoded<Widget>(serde, framed(3, "")); }), HasSubstr("is of type JSON"));
}

TEST_F(RegistryProtobuf, AsksItsRegistryOnceForEachFile) {
  StubRegistry stub;
  const RegistryProtobufSerde<Widget> serde{cachedSchemaRegistryClient(impatient({stub.url()}))};
  Bytes bytes;
  for (int i = 0; i < 10; ++i) bytes = encoded(serde, bolt());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(decoded<Widget>(serde, bytes).id(), "bolt");
  EXPECT_THAT(stub.requests(), ElementsAre("POST /subjects/registry%2Fregistry_parts.proto/versions?normalize=false",
                                           "POST /subjects/registry%2Fregistry_parts.proto?normalize=false",
                                           "POST /subjects/orders-value/versions?normalize=false",
                                           "GET /schemas/ids/2?fetchMaxId=false"));
}

}  // namespace
}  // namespace widgetstream::tests
