// Writing JSON: compact, exact and always readable again.
#include <gmock/gmock.h>

#include <limits>

#include "tests/serde/model.hpp"
#include "widgetstream/serde/json.hpp"

namespace widgetstream::tests {
namespace {

using ::testing::HasSubstr;

TEST(WrittenJson, HasTheFieldsInTheOrderDescribed) {
  const Order order{.customer_id = "Fred",
                    .items = {{"W1", 2}, {"W2", 1}},
                    .note = "x",
                    .gift = Item{"W9", 1},
                    .ordered_at = fromMillis(1'769'860'800'123),
                    .prices = {{"W1", 1.5}},
                    .paid = true};
  EXPECT_EQ(
      toJson(order),
      R"({"customerId":"Fred","items":[{"widgetId":"W1","qty":2},{"widgetId":"W2","qty":1}],"note":"x",)"
      R"("gift":{"widgetId":"W9","qty":1},"orderedAt":"2026-01-31T12:00:00.123Z","prices":{"W1":1.5},"paid":true})");
}

TEST(WrittenJson, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(toJson(Order{}),
            R"({"customerId":"","items":[],"orderedAt":"1970-01-01T00:00:00.000Z","prices":{},"paid":false})");
  EXPECT_EQ(toJson(std::vector<std::optional<int>>{1, std::nullopt}), "[1,null]");
  EXPECT_EQ(toJson(Nothing{}), "{}");
}

TEST(WrittenJson, HasEveryDigitOfANumber) {
  EXPECT_EQ(toJson(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(toJson(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(toJson(0.1), "0.1");
  EXPECT_EQ(toJson(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(toJson(std::numeric_limits<double>::denorm_min()), "5e-324");
}

TEST(WrittenJson, TellsDoublesFromIntegers) {
  EXPECT_EQ(toJson(5.0), "5.0");
  EXPECT_EQ(toJson(-0.0), "-0.0");
  EXPECT_EQ(toJson(5), "5");
}

TEST(WrittenJson, EscapesWhatJsonCannotHold) {
  EXPECT_EQ(toJson(std::string{"\"\\\b\f\n\r\t/"}), R"("\"\\\b\f\n\r\t/")");
  EXPECT_EQ(toJson(std::string{"a\0\x1f\x7f", 4}), "\"a\\u0000\\u001f\x7f\"");
  EXPECT_EQ(toJson(std::string{"é€😀\u2028"}), "\"é€😀\u2028\"");
  EXPECT_EQ(toJson(std::map<std::string, int>{{"a\"b", 1}}), R"({"a\"b":1})");
}

// Plain text is scanned eight bytes at a time: each byte, at each place of such a run, must come out as itself.
TEST(WrittenJson, BringsBackEveryAsciiByteAtEveryPlace) {
  for (int byte = 0; byte < 0x80; ++byte) {
    for (std::size_t at = 0; at < 19; ++at) {
      std::string text(19, 'x');
      text[at] = static_cast<char>(byte);
      const std::string json = toJson(text);
      EXPECT_EQ(fromJson<std::string>(json), text) << byte << " at " << at;
      EXPECT_EQ(json.size() == 21, byte >= 0x20 && byte != '"' && byte != '\\') << byte << " at " << at;
    }
  }
}

TEST(WrittenJson, RefusesWhatNoReaderWouldTake) {
  EXPECT_THAT(badRecordOf([] { (void)toJson(std::string{"a\xff"}); }), HasSubstr("not UTF-8"));
  EXPECT_THAT(badRecordOf([] { (void)toJson(std::string{"\xed\xa0\x80"}); }), HasSubstr("not UTF-8"));
  EXPECT_THAT(badRecordOf([] { (void)toJson(std::numeric_limits<double>::quiet_NaN()); }), HasSubstr("no JSON number"));
  EXPECT_THAT(badRecordOf([] { (void)toJson(-std::numeric_limits<double>::infinity()); }), HasSubstr("no JSON number"));
}

TEST(WrittenJson, RefusesWhatIsDeeperThanItsReaderGoes) {
  const auto nested = [](int levels) {
    JsonValue value = 1;
    for (int i = 0; i < levels; ++i) value = JsonArray{std::move(value)};
    return value;
  };
  EXPECT_EQ(fromJson<JsonValue>(toJson(nested(64))), nested(64));
  EXPECT_THAT(badRecordOf([&] { (void)toJson(nested(65)); }), HasSubstr("deeper than 64"));
}

TEST(WrittenJson, LeavesTheBytesBeforeAloneWhenItIsRefused) {
  Bytes out = "before";
  EXPECT_THROW(toJson(std::vector<std::string>{"good", "\xff"}, out), Error);
  EXPECT_EQ(out, "before");
}

TEST(WrittenJson, LeavesMembersOfTheRestToTheFieldsOfTheirName) {
  EXPECT_EQ(toJson(Sensor{"s1", "ok", {{"status", "forged"}, {"x", 1}}}), R"({"sensorId":"s1","status":"ok","x":1})");
}

TEST(WrittenJson, HasMillisecondsForTimesThatTextCannotHold) {
  EXPECT_EQ(toJson(fromMillis(253'402'300'799'999)), "\"9999-12-31T23:59:59.999Z\"");
  EXPECT_EQ(toJson(fromMillis(253'402'300'800'000)), "253402300800000");
  EXPECT_EQ(toJson(fromMillis(-62'167'219'200'000)), "\"0000-01-01T00:00:00.000Z\"");
  EXPECT_EQ(toJson(fromMillis(-62'167'219'200'001)), "-62167219200001");
}

TEST(AJsonWriter, WritesAnAnswerCallByCall) {
  Bytes out;
  JsonWriter json{out};
  json.beginObject();
  json.key("orders");
  json.beginArray();
  writeValue(Item{"W1", 1}, json);
  json.null();
  json.beginArray();
  json.endArray();
  json.endArray();
  json.key("next");
  json.text("c");
  json.endObject();
  EXPECT_EQ(out, R"({"orders":[{"widgetId":"W1","qty":1},null,[]],"next":"c"})");
}

TEST(AJsonWriter, ReplacesWhatIsNotUtf8WhereItIsTold) {
  Bytes out;
  JsonWriter json{out, InvalidUtf8::replace};
  json.text("a\xff\xe2\x82z");
  EXPECT_EQ(out, "\"a\uFFFD\uFFFD\uFFFDz\"");
}

}  // namespace
}  // namespace widgetstream::tests
