// Reading JSON: what is JSON, what is not and where it goes wrong, and what of it fits a described struct.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/serde/model.hpp"
#include "widgetstream/serde/json.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

template <class T>
std::string problemOf(BytesView json) {
  return badRecordOf([&] { (void)fromJson<T>(json); });
}

std::string nested(std::size_t levels, const std::string& open, const std::string& close) {
  std::string json;
  for (std::size_t i = 0; i < levels; ++i) json += open;
  for (std::size_t i = 0; i < levels; ++i) json += close;
  return json;
}

constexpr std::string_view whole_order =
    R"( { "customerId" : "Fred", "items": [{"widgetId":"W1","qty":2}, {"qty":-3,"widgetId":"W2"}], "note": "a\"b\\\u00e9\ud83d\ude00",)"
    R"( "gift":null, "orderedAt":"2026-01-31T12:00:00.000Z", "prices":{"W1":1.5,"W2":2}, "paid":true } )";

struct Text {
  std::string json;
  std::string problem;  ///< what the error must contain
};

TEST(JsonText, OfAnyGoodFormIsRead) {
  const std::vector<std::pair<std::string, JsonValue>> table = {
      {"null", nullptr},
      {" \t\r\n true \n", true},
      {"false", false},
      {"0", 0},
      {"-0", 0},
      {"-0.0", -0.0},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
      {"9223372036854775808", std::uint64_t{1} << 63},
      {"18446744073709551615", std::numeric_limits<std::uint64_t>::max()},
      {"18446744073709551616", 18446744073709551616.0},
      {"-9223372036854775809", -9223372036854775809.0},
      {"1.0", 1.0},
      {"1e2", 100.0},
      {"1E+2", 100.0},
      {"25e-1", 2.5},
      {"1.7976931348623157e308", std::numeric_limits<double>::max()},
      {"4.9406564584124654e-324", std::numeric_limits<double>::denorm_min()},
      {"1e-400", 0.0},
      {"0.1", 0.1},
      {"9007199254740993.0", 9007199254740992.0},
      {"2.2250738585072011e-308", 2.2250738585072011e-308},
      {R"("")", ""},
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {R"("\u0000")", std::string(1, '\0')},
      {R"("x\u00e9\u20AC\uD83D\uDE00y")", "xé€😀y"},
      {"\"é€😀\x7f\"", "é€😀\x7f"},
      {"[]", JsonArray{}},
      {"[1,[2,[]],{}]", JsonArray{1, JsonArray{2, JsonArray{}}, JsonObject{}}},
      {R"({"":1,"a":{"b":[null]}})", JsonObject{{"", 1}, {"a", JsonObject{{"b", JsonArray{nullptr}}}}}},
  };
  for (const auto& [json, value] : table) EXPECT_EQ(fromJson<JsonValue>(json), value) << json;
  EXPECT_TRUE(std::signbit(*fromJson<JsonValue>("-0.0").number()));
}

TEST(JsonText, OfAnyBadFormIsRefusedWithThePosition) {
  const std::vector<Text> table = {
      {"", "ends within a value at byte 0"},
      {"   ", "ends within a value at byte 3"},
      {"nul", "ends within a value at byte 3"},
      {"nulx", "at byte 0"},
      {"True", "at byte 0"},
      {"NaN", "at byte 0"},
      {"Infinity", "at byte 0"},
      {"-", "ends within a value"},
      {"+1", "at byte 0"},
      {".5", "at byte 0"},
      {"5.", "at byte 2"},
      {"[5.]", "at byte 3"},
      {"01", "something follows the value at byte 1"},
      {"1e", "ends within a value"},
      {"0x10", "something follows the value at byte 1"},
      {"1e400", "number too large"},
      {"-1e99999999999", "number too large"},
      {"{} x", "something follows the value at byte 3"},
      {"{}{}", "something follows the value at byte 2"},
      {"[1,]", "at byte 3"},
      {"[1 2]", "at byte 3"},
      {"[,1]", "at byte 1"},
      {"[1}", "at byte 2"},
      {R"({"a":1,})", "at byte 7"},
      {R"({"a" 1})", "at byte 5"},
      {R"({a:1})", "at byte 1"},
      {R"({'a':1})", "at byte 1"},
      {R"({1:1})", "at byte 1"},
      {"// c\n1", "at byte 0"},
      {"\"a\nb\"", "at byte 2"},
      {std::string("\"a\0b\"", 5), "at byte 2"},
      {R"("\x41")", "at byte 2"},
      {R"("\u12g4")", "four hexadecimal digits"},
      {R"("\ud800")", "JSON: "},
      {R"("\ud800\u0041")", "surrogate"},
      {R"("\udc00")", "surrogate"},
      {"\"\xff\"", "at byte 1"},
      {"\"\xc0\x80\"", "at byte 1"},       // overlong
      {"\"\xed\xa0\x80\"", "JSON: "},      // a surrogate as UTF-8
      {"\"\xf4\x90\x80\x80\"", "JSON: "},  // beyond U+10FFFF
      {"\"\xe2\x82\"", "JSON: "},          // cut
      {"\xef\xbb\xbf{}", "at byte 0"},     // a byte order mark
  };
  for (const auto& [json, problem] : table) {
    EXPECT_THAT(problemOf<JsonValue>(json), testing::AllOf(StartsWith("JSON: "), HasSubstr(problem))) << json;
  }
}

TEST(JsonText, CutAtAnyByteIsRefused) {
  const std::string_view json = whole_order.substr(0, whole_order.rfind('}') + 1);
  ASSERT_EQ(fromJson<Order>(json).customer_id, "Fred");
  for (std::size_t size = 0; size < json.size(); ++size) {
    EXPECT_THAT(problemOf<Order>(json.substr(0, size)), StartsWith("JSON: ")) << json.substr(0, size);
  }
}

TEST(JsonText, IsReadDownTo64LevelsAndNoDeeper) {
  EXPECT_EQ(toJson(fromJson<JsonValue>(nested(64, "[", "]"))), nested(64, "[", "]"));
  EXPECT_THAT(problemOf<JsonValue>(nested(65, "[", "]")), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(problemOf<JsonValue>(nested(65, R"({"a":)", "}")), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(problemOf<JsonValue>(nested(1'000'000, "[", "")), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(problemOf<Order>(R"({"unknown":)" + nested(1'000'000, R"({"a":)", "}") + "}"),
              HasSubstr("deeper than 64"));
}

TEST(JsonText, MayBeLargeUpTo16MiB) {
  const std::string text(2 << 20, 'x');
  EXPECT_EQ(fromJson<Item>(R"({"qty":1,"widgetId":")" + text + "\"}").widget_id, text);
  const std::string escaped = fromJson<std::string>('"' + text + "\\n" + text + '"');
  EXPECT_EQ(escaped, text + "\n" + text);

  std::string many = "[0";
  for (int i = 1; i < 300'000; ++i) many += ",[" + std::to_string(i) + "]";
  EXPECT_EQ(fromJson<JsonValue>(many + "]").array()->size(), 300'000U);

  const std::string most = '"' + std::string(json_most_bytes - 2, 'x') + '"';
  EXPECT_EQ(fromJson<std::string>(most).size(), json_most_bytes - 2);
  EXPECT_EQ(problemOf<std::string>(most + ' '), "JSON: 16777217 bytes, at most 16777216 are read");
}

TEST(ADescribedStruct, IsReadWhateverTheOrderOfItsFields) {
  const auto order = fromJson<Order>(whole_order);
  EXPECT_EQ(order, (Order{.customer_id = "Fred",
                          .items = {{"W1", 2}, {"W2", -3}},
                          .note = "a\"b\\é😀",
                          .gift = std::nullopt,
                          .ordered_at = fromMillis(1'769'860'800'000),
                          .prices = {{"W1", 1.5}, {"W2", 2.0}},
                          .paid = true}));
}

TEST(ADescribedStruct, IgnoresMembersItDoesNotName) {
  EXPECT_EQ(fromJson<Item>(R"({"x":[{"y":[]},2],"widgetId":"W","z":{"qty":"no"},"qty":1})"), (Item{"W", 1}));
}

TEST(ADescribedStruct, KeepsMembersItDoesNotNameInItsRest) {
  const std::string json =
      R"({"sensorId":"s1","status":"ok","volts":12.5,"id":18446744073709551615,"tags":["a",{"b":null}]})";
  const auto sensor = fromJson<Sensor>(json);
  EXPECT_EQ(sensor.other.size(), 3U);
  EXPECT_EQ(*sensor.other.find("volts"), 12.5);
  EXPECT_EQ(toJson(sensor), json);
}

TEST(ADescribedStruct, TakesTheLastOfEqualKeys) {
  EXPECT_EQ(fromJson<Item>(R"({"qty":1,"widgetId":"a","qty":2,"widgetId":"b"})"), (Item{"b", 2}));
  EXPECT_EQ(toJson(fromJson<Sensor>(R"({"x":1,"sensorId":"s","y":2,"status":"","x":3})")),
            R"({"sensorId":"s","status":"","y":2,"x":3})");
  EXPECT_EQ(
      fromJson<Order>(R"({"prices":{"a":1,"a":2,"b":3},"customerId":"","items":[{"widgetId":"x","qty":1}],"items":[],)"
                      R"("orderedAt":0,"paid":false})"),
      (Order{.prices = {{"a", 2.0}, {"b", 3.0}}}));
}

TEST(ADescribedStruct, NamesThePathOfWhatDoesNotFit) {
  const std::string head = R"({"customerId":"F","orderedAt":0,"prices":{},"paid":true,)";
  EXPECT_EQ(problemOf<Item>(R"({"qty":1})"), "widgetId: missing");
  EXPECT_EQ(problemOf<Item>(R"({"widgetId":null,"qty":1})"), "widgetId: expected text, got null");
  EXPECT_EQ(problemOf<Item>("[]"), "the value: expected object, got array");
  EXPECT_EQ(problemOf<Item>("7"), "the value: expected object, got integer");
  EXPECT_EQ(problemOf<Order>(head + R"("items":[{"widgetId":"a","qty":1},{"widgetId":"b","qty":"7"}]})"),
            "items[1].qty: expected integer, got text");
  EXPECT_EQ(problemOf<Order>(head + R"("items":[{"widgetId":"a"}]})"), "items[0].qty: missing");
  EXPECT_EQ(problemOf<Order>(head + R"("items":[3]})"), "items[0]: expected object, got integer");
  EXPECT_EQ(problemOf<Order>(head + R"("items":{}})"), "items: expected array, got object");
  EXPECT_EQ(problemOf<Order>(head + R"("items":[],"gift":{"widgetId":"a"}})"), "gift.qty: missing");
  EXPECT_EQ(problemOf<Order>(R"({"prices":{"W1":true}})"), "prices.W1: expected number, got boolean");
  EXPECT_EQ(problemOf<Order>(R"({"paid":1})"), "paid: expected boolean, got integer");
  EXPECT_EQ(problemOf<Order>(R"({"orderedAt":"yesterday"})"),
            R"(orderedAt: expected a time like 2026-01-31T12:00:00.000Z, got "yesterday")");
  EXPECT_EQ(problemOf<Order>(R"({"orderedAt":true})"), "orderedAt: expected timestamp, got boolean");
  EXPECT_EQ(problemOf<Nested>(R"({"matrix":[[],[0,1,"2"]]})"), "matrix[1][2]: expected integer, got text");
  EXPECT_EQ(problemOf<Nested>(R"({"lists":{"":[null,{"widgetId":1}]}})"),
            "lists.[1].widgetId: expected text, got integer");
  EXPECT_EQ(problemOf<Nested>(R"({"flags":[true,0]})"), "flags[1]: expected boolean, got integer");
  EXPECT_EQ(problemOf<Sensor>("null"), "the value: expected object, got null");
}

TEST(ADescribedStruct, ShowsOnlyTheBeginningOfLongForeignText) {
  EXPECT_THAT(problemOf<Order>(R"({"prices":{")" + std::string(5'000'000, 'k') + R"(":""}})"),
              testing::SizeIs(testing::Lt(150)));
  EXPECT_THAT(problemOf<Order>(R"({"orderedAt":")" + std::string(5'000'000, 't') + "\"}"),
              testing::SizeIs(testing::Lt(200)));
}

TEST(ADescribedStruct, ReadsAbsentAndNullAsNullopt) {
  const auto order = [](const std::string& more) {
    return fromJson<Order>(R"({"customerId":"","items":[],"orderedAt":0,"prices":{},"paid":false)" + more + "}");
  };
  EXPECT_EQ(order("").note, std::nullopt);
  EXPECT_EQ(order(R"(,"note":null)").note, std::nullopt);
  EXPECT_EQ(order(R"(,"note":"")").note, "");
}

TEST(Numbers, MustFitTheirFields) {
  const auto numbers = [](const std::string& name, const std::string& value) {
    return problemOf<std::map<std::string, Numbers>>(R"({"n":{")" + name + "\":" + value + "}}");
  };
  const std::string fits = "n.i8: missing";
  EXPECT_EQ(numbers("i8", "128"), "n.i8: expected integer from -128 to 127, got 128");
  EXPECT_EQ(numbers("i8", "-129"), "n.i8: expected integer from -128 to 127, got -129");
  EXPECT_EQ(numbers("u8", "256"), "n.u8: expected integer from 0 to 255, got 256");
  EXPECT_EQ(numbers("u32", "-1"), "n.u32: expected integer from 0 to 9223372036854775807, got -1");
  EXPECT_EQ(numbers("i16", "1.5"), "n.i16: expected integer, got 1.500000");
  EXPECT_EQ(numbers("i32", "2147483648"), "n.i32: expected integer from -2147483648 to 2147483647, got 2147483648");
  EXPECT_EQ(numbers("i64", "9223372036854775808"),
            "n.i64: expected integer from -9223372036854775808 to 9223372036854775807, got 9223372036854775808");
  EXPECT_THAT(numbers("u64", "18446744073709551616"), StartsWith("n.u64: expected integer, got"));
  EXPECT_EQ(numbers("f", "1e39"), "n.f: too large for a float");
  EXPECT_EQ(numbers("d", "\"1\""), "n.d: expected number, got text");
  EXPECT_EQ(numbers("u64", "18446744073709551615"), fits);
  EXPECT_EQ(numbers("d", "18446744073709551615"), fits);
  EXPECT_EQ(numbers("f", "1"), fits);
  EXPECT_EQ(numbers("i16", "15.0"), fits);
  EXPECT_EQ(numbers("u16", "6.5535e4"), fits);
}

TEST(Timestamps, AreReadFromTextAndFromMilliseconds) {
  const Timestamp noon = fromMillis(1'769'860'800'000);
  EXPECT_EQ(fromJson<Timestamp>("\"2026-01-31T12:00:00.000Z\""), noon);
  EXPECT_EQ(fromJson<Timestamp>("\"2026-01-31T13:00:00+01:00\""), noon);
  EXPECT_EQ(fromJson<Timestamp>("1769860800000"), noon);
  EXPECT_EQ(fromJson<Timestamp>("1.7698608e12"), noon);
}

}  // namespace
}  // namespace widgetstream::tests
