// JSON behind a schema id: the wire format, which subject and schema, and what is not taken.
#include "widgetstream/registry/registry_json_serde.hpp"

#include <gmock/gmock.h>

#include "tests/registry/model.hpp"
#include "tests/registry/registry_test.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using OrderSerde = RegistryJsonSerde<WidgetOrder>;
const WidgetOrder order{"Fred", 3};
constexpr const char* order_json = R"({"customerId":"Fred","quantity":3})";

class RegistryJson : public ::testing::Test {
 protected:
  [[nodiscard]] std::string latestTextOf(const std::string& subject) {
    return registry->getLatestSchema(subject).schema.text;
  }

  std::shared_ptr<SchemaRegistryClient> registry = mockSchemaRegistryClient();
};

TEST_F(RegistryJson, StandsBehindAZeroByteAndTheIdInFourBytes) {
  EXPECT_EQ(encoded(OrderSerde{registry}, order), framed(1, order_json));
  EXPECT_EQ(decoded<WidgetOrder>(OrderSerde{registry}, framed(1, order_json)), order);
}

TEST_F(RegistryJson, WritesAllFourBytesOfAnId) {
  const OrderSerde serde{registry, {.use_schema_id = 0x01020304, .check_writer_schema = false}};
  class AnyId final : public SchemaRegistryClient {
    Schema getSchemaById(std::int32_t) override { return text_schema; }
    std::int32_t registerSchema(const std::string&, const Schema&, bool) override { return 0x7f020304; }
    RegisteredSchema lookUpSchema(const std::string&, const Schema&, bool) override { return {}; }
    RegisteredSchema getLatestSchema(const std::string&) override { return {}; }
  };
  const OrderSerde large{std::make_shared<AnyId>()};
  EXPECT_EQ(encoded(large, order).substr(0, 5), std::string("\0\x7f\x02\x03\x04", 5));
  EXPECT_EQ(decoded<WidgetOrder>(large, encoded(large, order)), order);
}

TEST_F(RegistryJson, RegistersTheSchemaOfTheTypeUnderTheTopic) {
  (void)encoded(OrderSerde{registry}, order);
  (void)encoded(OrderSerde{registry}, order, orders_key);
  EXPECT_EQ(latestTextOf("orders-value"), jsonSchema<WidgetOrder>());
  EXPECT_EQ(latestTextOf("orders-key"), jsonSchema<WidgetOrder>());
}

TEST_F(RegistryJson, RegistersUnderTheRecordsNameWhereAskedTo) {
  (void)encoded(OrderSerde{registry, {.subject_name_strategy = recordNameStrategy}}, order);
  (void)encoded(OrderSerde{registry, {.subject_name_strategy = topicRecordNameStrategy}}, order);
  (void)encoded(OrderSerde{registry, {.subject_name_strategy = recordNameStrategy, .record_name = "com.example.Order"}},
                order);
  (void)encoded(OrderSerde{registry,
                           {.subject_name_strategy =
                                [](const SerdeContext& at, std::string_view name) {
                                  return "mine." + std::string{at.topic} + "." + std::string{name};
                                }}},
                order);
  EXPECT_EQ(latestTextOf("WidgetOrder"), jsonSchema<WidgetOrder>());
  EXPECT_EQ(latestTextOf("orders-WidgetOrder"), jsonSchema<WidgetOrder>());
  EXPECT_EQ(latestTextOf("com.example.Order"), jsonSchema<WidgetOrder>("com.example.Order"));
  EXPECT_EQ(latestTextOf("mine.orders.WidgetOrder"), jsonSchema<WidgetOrder>());
}

TEST_F(RegistryJson, RegistersTheSchemaThatIsGiven) {
  (void)encoded(OrderSerde{registry, {.schema = R"({"type":"object"})"}}, order);
  EXPECT_EQ(latestTextOf("orders-value"), R"({"type":"object"})");
}

TEST_F(RegistryJson, WritesWithASchemaThatOthersRegistered) {
  registry->registerSchema("orders-value", Schema{SchemaType::json, "{}"});
  registry->registerSchema("orders-value", Schema{SchemaType::json, jsonSchema<WidgetOrder>()});
  registry->registerSchema("orders-value", text_schema);
  EXPECT_EQ(encoded(OrderSerde{registry, {.auto_register_schemas = false}}, order), framed(2, order_json));
  EXPECT_EQ(encoded(OrderSerde{registry, {.auto_register_schemas = false, .use_latest_version = true}}, order),
            framed(3, order_json));
  EXPECT_EQ(encoded(OrderSerde{registry, {.use_schema_id = 1}}, order), framed(1, order_json));
}

TEST_F(RegistryJson, DoesNotWriteWhereNobodyRegisteredASchema) {
  const OrderSerde serde{registry, {.auto_register_schemas = false}};
  const auto error = registryErrorOf([&] { (void)encoded(serde, order); });
  EXPECT_EQ(error.kind(), ErrorKind::fatal);
  EXPECT_EQ(error.code(), 40401);
}

TEST_F(RegistryJson, DoesNotWriteWithTheNewestSchemaOfAnotherFormat) {
  registry->registerSchema("orders-value", Schema{SchemaType::avro, R"("string")"});
  const OrderSerde serde{registry, {.auto_register_schemas = false, .use_latest_version = true}};
  try {
    (void)encoded(serde, order);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::fatal);
    EXPECT_THAT(error.what(), HasSubstr("the newest schema of orders-value is of type AVRO"));
  }
}

TEST_F(RegistryJson, DoesNotReadWhatNoRegistrySerdeWrote) {
  const OrderSerde serde{registry};
  EXPECT_EQ(badRecordOf([&] { (void)decoded<WidgetOrder>(serde, order_json); }),
            "a value of topic orders has no schema id before it (a first byte of 123 instead of 0): it was not written "
            "by a serde of a schema registry");
  EXPECT_THAT(badRecordOf([&] { (void)decoded<WidgetOrder>(serde, std::string(4, '\0'), orders_key); }),
              HasSubstr("a key of topic orders has no schema id before it (4 bytes)"));
}

TEST_F(RegistryJson, DoesNotReadWithAnUnknownIdOrOneOfAnotherFormat) {
  const OrderSerde serde{registry};
  EXPECT_THAT(badRecordOf([&] { (void)decoded<WidgetOrder>(serde, framed(9, order_json)); }), HasSubstr("schema 9"));
  registry->registerSchema("old", Schema{SchemaType::avro, R"("string")"});
  EXPECT_EQ(badRecordOf([&] { (void)decoded<WidgetOrder>(serde, framed(1, order_json)); }),
            "a value of topic orders was written with schema 1, which is of type AVRO; its serde here reads JSON");

  const OrderSerde blind{registry, {.check_writer_schema = false}};
  EXPECT_EQ(decoded<WidgetOrder>(blind, framed(9, order_json)), order);
}

TEST_F(RegistryJson, DoesNotReadWhatDoesNotFitTheType) {
  registry->registerSchema("orders-value", text_schema);
  EXPECT_THAT(badRecordOf([&] { (void)decoded<WidgetOrder>(OrderSerde{registry}, framed(1, R"({"quantity":3})")); }),
              HasSubstr("customerId: missing"));
}

TEST_F(RegistryJson, NeedsToKnowTheTopic) {
  EXPECT_THAT(badRecordOf([&] { (void)encoded(OrderSerde{registry}, order, SerdeContext{}); }),
              HasSubstr("was not told the topic"));
}

TEST_F(RegistryJson, RefusesOptionsThatExcludeEachOther) {
  const auto refusal = [&](RegistrySerdeOptions options, std::shared_ptr<SchemaRegistryClient> with) {
    try {
      OrderSerde serde{std::move(with), std::move(options)};
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
      return std::string{error.what()};
    }
    return std::string{"not refused"};
  };
  EXPECT_THAT(refusal({.use_latest_version = true}, registry), HasSubstr("set auto_register_schemas to false"));
  EXPECT_THAT(refusal({.auto_register_schemas = false, .use_latest_version = true, .use_schema_id = 1}, registry),
              HasSubstr("exclude each other"));
  EXPECT_THAT(refusal({.use_schema_id = -1}, registry), HasSubstr("negative"));
  EXPECT_THAT(refusal({.references = {{"a", "a", 1}}}, registry), HasSubstr("set schema too"));
  EXPECT_THAT(refusal({.subject_name_strategy = {}}, registry), HasSubstr("subject_name_strategy is empty"));
  EXPECT_THAT(refusal({}, nullptr), HasSubstr("no SchemaRegistryClient"));
}

TEST(ARegistrySerde, AsksItsRegistryOnceForEachTopicAndId) {
  StubRegistry stub;
  const OrderSerde serde{cachedSchemaRegistryClient(impatient({stub.url()}))};
  Bytes bytes;
  for (int i = 0; i < 100; ++i) bytes = encoded(serde, order);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(decoded<WidgetOrder>(serde, bytes), order);
  EXPECT_THAT(stub.requests(), ElementsAre("POST /subjects/orders-value/versions?normalize=false",
                                           "GET /schemas/ids/1?fetchMaxId=false"));
  (void)encoded(serde, order, SerdeContext{.topic = "other"});
  EXPECT_THAT(stub.requests(), SizeIs(3));
}

TEST(ARegistrySerde, PassesOnThatItsRegistryRefusesOrIsAway) {
  StubRegistry stub;
  const OrderSerde serde{cachedSchemaRegistryClient(impatient({stub.url()}))};
  stub.makeIncompatible("orders-value");
  EXPECT_EQ(registryErrorOf([&] { (void)encoded(serde, order); }).kind(), ErrorKind::fatal);
  stub.failNext(1, 503);
  EXPECT_EQ(registryErrorOf([&] { (void)decoded<WidgetOrder>(serde, framed(1, order_json)); }).kind(),
            ErrorKind::retriable);
}

}  // namespace
}  // namespace widgetstream::tests
