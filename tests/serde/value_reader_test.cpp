// Descriptions and the reader's port: any format that implements it is read by the same rules as JSON.
#include "widgetstream/serde/value_reader.hpp"

#include <gmock/gmock.h>

#include "tests/serde/model.hpp"
#include "widgetstream/serde/json.hpp"

namespace widgetstream::tests {
namespace {

/// A format of one member, `orderedAt`, which is a time and not text: what BSON has and JSON has not.
class OneTime final : public ValueReader {
 public:
  ValueKind kind() const override { return within_ ? ValueKind::timestamp : ValueKind::object; }
  void beginObject() override {}
  bool nextKey(std::string_view& name) override {
    name = "at";
    return !std::exchange(within_, true);
  }
  void beginArray() override {}
  bool nextElement() override { return false; }
  void null() override {}
  bool boolean() override { return false; }
  std::int64_t integer() override { return 0; }
  std::uint64_t unsignedInteger() override { return 0; }
  double number() override { return 0; }
  std::string_view text() override { return {}; }
  Timestamp timestamp() override { return fromMillis(5); }
  void skip() override {}

 private:
  bool within_ = false;
};

struct Meeting {
  Timestamp at{};
};

}  // namespace
}  // namespace widgetstream::tests

template <>
struct widgetstream::Describe<widgetstream::tests::Meeting> {
  static constexpr auto fields = describe(field("at", &tests::Meeting::at));
};

namespace widgetstream::tests {
namespace {

TEST(AFormatWithTimes, FillsTimestampsWithoutText) {
  OneTime reader;
  Meeting into;
  readValue(reader, into);
  EXPECT_EQ(into.at, fromMillis(5));
}

TEST(AFormatWithTimes, BecomesTextWhereAnyJsonIsKept) {
  OneTime reader;
  JsonObject into;
  readValue(reader, into);
  EXPECT_EQ(into, (JsonObject{{"at", "1970-01-01T00:00:00.005Z"}}));
}

TEST(Kinds, AreSpelledForErrors) {
  EXPECT_EQ(toString(ValueKind::unsigned_integer), "unsigned_integer");
  EXPECT_EQ(toString(ValueKind::object), "object");
}

}  // namespace
}  // namespace widgetstream::tests
