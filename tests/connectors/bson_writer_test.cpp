// How values become BSON documents, judged by libbson's own reader.
#include "connectors/mongo/bson_writer.hpp"

#include <bson/bson.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/mongo/render.hpp"
#include "widgetstream/serde/describe.hpp"
#include "widgetstream/serde/json_value.hpp"

namespace {

struct Size {
  double width = 0;
  std::optional<std::string> unit;
};

struct Part {
  std::string name;
  std::int32_t count = 0;
  std::uint64_t serial = 0;
  bool sold = false;
  widgetstream::Timestamp made;
  Size size;
  std::vector<std::string> tags;
  std::map<std::string, std::int64_t> stock;
  widgetstream::JsonObject other;
};

}  // namespace

template <>
struct widgetstream::Describe<Size> {
  static constexpr auto fields = describe(field("width", &Size::width), field("unit", &Size::unit));
};
template <>
struct widgetstream::Describe<Part> {
  static constexpr auto fields =
      describe(field("name", &Part::name), field("count", &Part::count), field("serial", &Part::serial),
               field("sold", &Part::sold), field("made", &Part::made), field("size", &Part::size),
               field("tags", &Part::tags), field("stock", &Part::stock), rest(&Part::other));
};

namespace widgetstream {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <class T>
std::string idOf(const T& value) {
  BsonWriter writer = BsonWriter::forId();
  writeValue(value, writer);
  return writer.finish();
}

struct Written {
  std::string bytes;
  std::string problem;
};

template <class T>
Written documentOf(const T& value, const std::string& id = "orders-0-7") {
  BsonWriter writer = BsonWriter::forDocument(idOf(id));
  writeValue(value, writer);
  Written written;
  written.bytes = writer.finish();
  written.problem = writer.problem();
  return written;
}

bool isValidBson(const std::string& bytes) {
  bson_t document;
  return bson_init_static(&document, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()) &&
         bson_validate(&document,
                       static_cast<bson_validate_flags_t>(BSON_VALIDATE_UTF8 | BSON_VALIDATE_UTF8_ALLOW_NULL), nullptr);
}

JsonValue nested(std::size_t levels) {
  JsonValue value{1};
  for (std::size_t i = 0; i < levels; ++i) value = JsonObject{{"a", std::move(value)}};
  return value;
}

TEST(BsonWriter, WritesADescribedStructWithItsIdFirst) {
  const Part part{"bolt",
                  -3,
                  9,
                  true,
                  fromMillis(1769860800000),
                  {2.5, std::nullopt},
                  {"a", "b"},
                  {{"x", 1}},
                  JsonObject{{"note", nullptr}}};
  const Written written = documentOf(part);
  EXPECT_THAT(written.problem, IsEmpty());
  EXPECT_TRUE(isValidBson(written.bytes));
  EXPECT_EQ(renderBson(written.bytes),
            R"({ "_id" : "orders-0-7", "name" : "bolt", "count" : -3, "serial" : 9, "sold" : true, )"
            R"("made" : { "$date" : "2026-01-31T12:00:00Z" }, "size" : { "width" : 2.5 }, "tags" : [ "a", "b" ], )"
            R"("stock" : { "x" : 1 }, "note" : null })");
}

TEST(BsonWriter, WritesAnIdOfAnyKind) {
  EXPECT_EQ(renderBson(idOf(std::string{"Fred"})), R"({ "_id" : "Fred" })");
  EXPECT_EQ(renderBson(idOf(std::int64_t{7})), R"({ "_id" : 7 })");
  EXPECT_EQ(renderBson(idOf(Size{1, "cm"})), R"({ "_id" : { "width" : 1.0, "unit" : "cm" } })");
}

TEST(BsonWriter, CopiesAnIdOfAnyKindIntoTheDocument) {
  BsonWriter writer = BsonWriter::forDocument(idOf(Size{1, "cm"}));
  writeValue(Size{2, std::nullopt}, writer);
  EXPECT_EQ(renderBson(writer.finish()), R"({ "_id" : { "width" : 1.0, "unit" : "cm" }, "width" : 2.0 })");
}

TEST(BsonWriter, PutsAValueThatIsNoObjectIntoAFieldValue) {
  EXPECT_EQ(renderBson(documentOf(std::int64_t{5}, "bolt").bytes), R"({ "_id" : "bolt", "value" : 5 })");
  EXPECT_EQ(renderBson(documentOf(std::vector<bool>{}.empty(), "bolt").bytes), R"({ "_id" : "bolt", "value" : true })");
  EXPECT_EQ(renderBson(documentOf(JsonValue{JsonArray{1, "x"}}, "bolt").bytes),
            R"({ "_id" : "bolt", "value" : [ 1, "x" ] })");
}

TEST(BsonWriter, WritesIntegersAsInt64AndThoseBeyondExactlyAsDecimal128) {
  const Written written = documentOf(JsonValue{JsonObject{{"least", std::numeric_limits<std::int64_t>::min()},
                                                          {"most", std::numeric_limits<std::uint64_t>::max()}}});
  EXPECT_THAT(renderBson(written.bytes), HasSubstr(R"("least" : -9223372036854775808)"));
  EXPECT_THAT(renderBson(written.bytes), HasSubstr(R"("most" : { "$numberDecimal" : "18446744073709551615" })"));
}

TEST(BsonWriter, KeepsTextWithNulAndNonAscii) {
  const Written written = documentOf(JsonValue{JsonObject{{"n", std::string{"a\0b", 3}}, {"J\u00fcrgen", "\u00fc"}}});
  EXPECT_THAT(written.problem, IsEmpty());
  EXPECT_TRUE(isValidBson(written.bytes));
}

TEST(BsonWriter, KeepsDollarsAndDotsBelowTheTop) {
  const JsonObject inner{{"$set", 1}, {"a.b", 2}, {"", 3}};
  const Written written = documentOf(JsonObject{{"a.b", inner}});
  EXPECT_THAT(written.problem, IsEmpty());
  EXPECT_THAT(renderBson(written.bytes), HasSubstr(R"("a.b" : { "$set" : 1, "a.b" : 2, "" : 3 })"));
}

TEST(BsonWriter, TellsWhatItCannotWriteAndKeepsTheRest) {
  const struct {
    JsonObject value;
    const char* problem;
  } cases[] = {
      {{{"x", std::string{"\xff"}}, {"y", 1}}, "the text in x is not UTF-8"},
      {{{std::string{"x\0", 2}, JsonObject{{"deep", 1}}}, {"y", 1}}, "contains NUL"},
      {{{"\xff", 1}, {"y", 1}}, "field name is not UTF-8"},
      {{{"$set", JsonArray{1}}, {"y", 1}}, "$set begins with $"},
      {{{"_id", 1}, {"y", 1}}, "field _id"},
      {{{"x", JsonArray{std::string{"\xc0\xaf"}}}, {"y", 1}}, "not UTF-8"},
      {{{"x", nested(100)}, {"y", 1}}, "nested deeper than 100"},
  };
  for (const auto& [value, problem] : cases) {
    const Written written = documentOf(value);
    EXPECT_THAT(written.problem, HasSubstr(problem));
    EXPECT_TRUE(isValidBson(written.bytes)) << problem;
    EXPECT_THAT(renderBson(written.bytes), HasSubstr(R"("y" : 1 })")) << problem;
  }
}

TEST(BsonWriter, AllowsNestingUpToTheLimitOfTheServer) {
  // The document itself is the first of the hundred levels.
  EXPECT_THAT(documentOf(nested(100)).problem, IsEmpty());
  EXPECT_THAT(documentOf(nested(101)).problem, HasSubstr("nested"));
}

TEST(BsonWriter, AllowsSixteenMebibytesAndNotAByteMore) {
  const std::size_t frame = documentOf(JsonObject{{"x", ""}}).bytes.size();
  EXPECT_THAT(documentOf(JsonObject{{"x", std::string(mongo_most_bytes - frame, 'x')}}).problem, IsEmpty());
  const Written larger = documentOf(JsonObject{{"x", std::string(mongo_most_bytes - frame + 1, 'x')}});
  EXPECT_THAT(larger.problem, HasSubstr("larger than 16 MiB"));
}

TEST(BsonWriter, StopsGrowingOnceADocumentIsTooLarge) {
  const JsonArray many(40, std::string(std::size_t{1} << 20, 'x'));
  const Written written = documentOf(JsonObject{{"x", many}});
  EXPECT_THAT(written.problem, HasSubstr("larger than 16 MiB"));
  EXPECT_LT(written.bytes.size(), std::size_t{18} << 20);
  EXPECT_TRUE(isValidBson(written.bytes));
}

TEST(RenderBson, CutsWhatNobodyWillReadToTheEnd) {
  const Written written = documentOf(JsonObject{{"x", std::string(std::size_t{8} << 20, 'x')}});
  EXPECT_LE(renderBson(written.bytes).size(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace widgetstream
