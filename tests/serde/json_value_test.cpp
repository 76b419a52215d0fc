// JsonValue and JsonObject: JSON that no struct describes.
#include "widgetstream/serde/json_value.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "widgetstream/serde/json.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> keysOf(const JsonObject& object) {
  std::vector<std::string> keys;
  for (const auto& member : object) keys.push_back(member.key);
  return keys;
}

TEST(AJsonValue, HasOneFormForANumberWhateverItsCppType) {
  EXPECT_EQ(JsonValue{std::int8_t{5}}, JsonValue{std::uint64_t{5}});
  EXPECT_NE(JsonValue{5}, JsonValue{5.0});
  EXPECT_NE(JsonValue{1}, JsonValue{true});
  EXPECT_EQ(*JsonValue{std::numeric_limits<std::uint64_t>::max()}.unsignedInteger(),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(JsonValue{std::uint64_t{7}}.unsignedInteger(), nullptr);
}

TEST(AJsonValue, IsAskedForOneFormAtATime) {
  const JsonValue text = "abc";
  EXPECT_EQ(*text.text(), "abc");
  EXPECT_EQ(text.integer(), nullptr);
  EXPECT_FALSE(text.isNull());
  EXPECT_TRUE(JsonValue{}.isNull());
  EXPECT_TRUE(JsonValue{nullptr}.isNull());
}

TEST(AJsonObject, KeepsTheOrderOfItsMembers) {
  JsonObject object{{"z", 1}, {"a", 2}};
  object.set("m", 3);
  object.set("z", 4);
  EXPECT_THAT(keysOf(object), ElementsAre("z", "a", "m"));
  EXPECT_EQ(*object.find("z"), 4);
  EXPECT_EQ(object.find("q"), nullptr);
  EXPECT_TRUE(object.erase("a"));
  EXPECT_FALSE(object.erase("a"));
  EXPECT_THAT(keysOf(object), ElementsAre("z", "m"));
}

TEST(AJsonObject, KeepsTheLastOfEqualKeys) {
  EXPECT_EQ(toJson(fromJson<JsonObject>(R"({"a":1,"b":2,"a":3,"a":4})")), R"({"b":2,"a":4})");
}

TEST(AJsonObject, KeepsTheLastOfEqualKeysAmongManyInGoodTime) {
  std::string json = "{";
  for (int i = 0; i < 100'000; ++i) json += "\"" + std::to_string(i % 50'000) + "\":" + std::to_string(i) + ",";
  json.back() = '}';
  const auto object = fromJson<JsonObject>(json);
  EXPECT_EQ(object.size(), 50'000U);
  EXPECT_EQ(*object.find("49999"), 99'999);
  EXPECT_EQ(object.begin()->value, 50'000);
}

}  // namespace
}  // namespace widgetstream::tests
