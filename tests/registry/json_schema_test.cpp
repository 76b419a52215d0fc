// JSON schemas made of descriptions.
#include "widgetstream/registry/json_schema.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace widgetstream {
namespace {

struct Item {
  std::string widget_id;
  std::int32_t quantity = 0;
};

struct Order {
  std::string customer_id;
  std::vector<Item> items;
  std::optional<std::string> note;
  std::optional<Item> gift;
  Timestamp ordered_at{};
  std::map<std::string, double> prices;
  bool paid = false;
};

struct Sensor {
  std::string sensor_id;
  JsonObject other;
};

struct Tree {
  std::vector<Tree> children;
  JsonValue anything;
  JsonObject some_object;
};

struct Nothing {};

namespace elsewhere {
struct Item {
  float weight = 0;
};
}  // namespace elsewhere

struct TwoItems {
  Item one;
  elsewhere::Item other;
  Item again;
};

}  // namespace
}  // namespace widgetstream

namespace widgetstream {

template <>
struct Describe<Item> {
  static constexpr auto fields = describe(field("widgetId", &Item::widget_id), field("qty", &Item::quantity));
};
template <>
struct Describe<Order> {
  static constexpr auto fields =
      describe(field("customerId", &Order::customer_id), field("items", &Order::items), field("note", &Order::note),
               field("gift", &Order::gift), field("orderedAt", &Order::ordered_at), field("prices", &Order::prices),
               field("paid", &Order::paid));
};
template <>
struct Describe<Sensor> {
  static constexpr auto fields = describe(field("sensorId", &Sensor::sensor_id), rest(&Sensor::other));
};
template <>
struct Describe<Tree> {
  static constexpr auto fields() {
    return describe(field("children", &Tree::children), field("anything", &Tree::anything),
                    field("some \"object\"", &Tree::some_object));
  }
};
template <>
struct Describe<Nothing> {
  static constexpr auto fields = describe();
};
template <>
struct Describe<elsewhere::Item> {
  static constexpr auto fields = describe(field("weight", &elsewhere::Item::weight));
};
template <>
struct Describe<TwoItems> {
  static constexpr auto fields =
      describe(field("one", &TwoItems::one), field("other", &TwoItems::other), field("again", &TwoItems::again));
};

namespace {

constexpr const char* draft = R"({"$schema":"http://json-schema.org/draft-07/schema#",)";

TEST(AJsonSchema, OfAStructNamesItsFieldsAndThoseThatMustBeThere) {
  EXPECT_EQ(
      jsonSchema<Item>(),
      std::string{draft} +
          R"("title":"Item","type":"object","additionalProperties":false,)"
          R"("properties":{"widgetId":{"type":"string"},"qty":{"type":"integer"}},"required":["widgetId","qty"]})");
}

TEST(AJsonSchema, DefinesTheStructsWithinOnce) {
  EXPECT_EQ(
      jsonSchema<Order>(),
      std::string{draft} +
          R"("title":"Order","type":"object","additionalProperties":false,"properties":{)"
          R"("customerId":{"type":"string"},"items":{"type":"array","items":{"$ref":"#/definitions/Item"}},)"
          R"("note":{"oneOf":[{"type":"null"},{"type":"string"}]},)"
          R"("gift":{"oneOf":[{"type":"null"},{"$ref":"#/definitions/Item"}]},)"
          R"("orderedAt":{"type":"string","format":"date-time"},)"
          R"("prices":{"type":"object","additionalProperties":{"type":"number"}},"paid":{"type":"boolean"}},)"
          R"("required":["customerId","items","orderedAt","prices","paid"],)"
          R"("definitions":{"Item":{"type":"object","additionalProperties":false,)"
          R"("properties":{"widgetId":{"type":"string"},"qty":{"type":"integer"}},"required":["widgetId","qty"]}}})");
}

TEST(AJsonSchema, TakesOtherMembersWhereTheDescriptionKeepsThem) {
  EXPECT_EQ(jsonSchema<Sensor>(), std::string{draft} +
                                      R"("title":"Sensor","type":"object","additionalProperties":true,)"
                                      R"("properties":{"sensorId":{"type":"string"}},"required":["sensorId"]})");
}

TEST(AJsonSchema, RefersToItselfAndTakesAnything) {
  EXPECT_EQ(jsonSchema<Tree>(),
            std::string{draft} +
                R"("title":"Tree","type":"object","additionalProperties":false,)"
                R"("properties":{"children":{"type":"array","items":{"$ref":"#"}},"anything":{},)"
                R"("some \"object\"":{"type":"object"}},"required":["children","anything","some \"object\""]})");
}

TEST(AJsonSchema, TellsTwoStructsOfOneNameApart) {
  const std::string schema = jsonSchema<TwoItems>();
  EXPECT_NE(schema.find(R"("one":{"$ref":"#/definitions/Item"})"), schema.npos) << schema;
  EXPECT_NE(schema.find(R"("other":{"$ref":"#/definitions/Item2"})"), schema.npos) << schema;
  EXPECT_NE(schema.find(R"("again":{"$ref":"#/definitions/Item"})"), schema.npos) << schema;
  EXPECT_NE(schema.find(R"("Item2":{"type":"object","additionalProperties":false,"properties":{"weight")"), schema.npos)
      << schema;
}

TEST(AJsonSchema, OfNoStructIsOneOfATypeToo) {
  EXPECT_EQ(jsonSchema<std::string>("text"), std::string{draft} + R"("title":"text","type":"string"})");
  EXPECT_EQ(jsonSchema<std::int64_t>("n"), std::string{draft} + R"("title":"n","type":"integer"})");
  EXPECT_EQ(jsonSchema<std::vector<double>>("l"),
            std::string{draft} + R"("title":"l","type":"array","items":{"type":"number"}})");
  EXPECT_EQ(jsonSchema<JsonValue>("any"), std::string{draft} + R"("title":"any"})");
}

TEST(AJsonSchema, OfNoFieldsTakesNone) {
  EXPECT_EQ(jsonSchema<Nothing>(),
            std::string{draft} + R"("title":"Nothing","type":"object","additionalProperties":false,"properties":{}})");
}

TEST(AJsonSchema, BearsTheNameItIsGiven) {
  EXPECT_NE(jsonSchema<Item>("com.example.Item").find(R"("title":"com.example.Item")"), std::string::npos);
}

}  // namespace
}  // namespace widgetstream
