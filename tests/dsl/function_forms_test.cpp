// The forms a user's function may have, chosen by its parameters.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

/// What `mapper` makes of one record, as text.
template <class F>
Text mapped(F mapper, const TestRecord<Text, Text>& input = record("k", "v", 5, {{"trace", "7"}})) {
  Pipeline run{texts([&](const Texts& in) { in.mapValues(mapper).to("out"); })};
  run.in.pipe(input);
  return run.sent().front().second.value_or("null");
}

Text plain(const Text& value) {
  return "plain " + value;
}
struct Joining {
  Text operator()(const Text& key, const Text& value) const { return key + value; }
};

TEST(FunctionForms, ValueOrKeyAndValue) {
  EXPECT_EQ(mapped([](const Text& value) { return value; }), "v");
  EXPECT_EQ(mapped([](Text value) { return value; }), "v");
  EXPECT_EQ(mapped([](std::string_view value) { return value; }), "v");
  EXPECT_EQ(mapped([](const Text& key, const Text& value) { return key + value; }), "kv");
}

TEST(FunctionForms, AnythingThatCanBeCalled) {
  EXPECT_EQ(mapped(plain), "plain v");
  EXPECT_EQ(mapped(&plain), "plain v");
  EXPECT_EQ(mapped(Joining{}), "kv");
  EXPECT_EQ(mapped(std::function<Text(const Text&)>{plain}), "plain v");
}

TEST(FunctionForms, AMemberOfTheValue) {
  struct Widget {
    Text name;
    [[nodiscard]] Text twice() const { return name + name; }
  };
  Pipeline run{texts([](const Texts& in) {
    const auto widgets = in.mapValues([](const Text& value) { return Widget{value}; });
    widgets.mapValues(&Widget::name).to("names");
    widgets.mapValues(&Widget::twice).to("twice");
  })};
  run.in.pipe("k", "v");
  EXPECT_THAT(run.sent("names"), ElementsAre(Pair("k", "v")));
  EXPECT_THAT(run.sent("twice"), ElementsAre(Pair("k", "vv")));
}

TEST(FunctionForms, GenericFunctionsByTheirNumberOfParameters) {
  EXPECT_EQ(mapped([](const auto& value) { return value + "!"; }), "v!");
  EXPECT_EQ(mapped([](const auto& key, const auto& value) { return key + value; }), "kv");
  EXPECT_EQ(mapped([](const auto& value, const RecordContext& at) { return value + Text{at.topic()}; }), "vin");
  EXPECT_EQ(mapped([](const auto& key, const auto& value, const RecordContext& at) {
              return key + value + Text{at.topic()};
            }),
            "kvin");
}

TEST(FunctionForms, TheContextComesLastAndTellsThePlaceTimeAndHeaders) {
  const auto tell = [](const RecordContext& at) {
    return Text{at.topic()} + "/" + std::to_string(at.partition()) + "/" + std::to_string(at.offset()) + " @" +
           std::to_string(toMillis(at.timestamp())) + " " + *at.headers().front().value;
  };
  EXPECT_EQ(mapped([tell](const Text&, const RecordContext& at) { return tell(at); }), "in/0/0 @5 7");
  EXPECT_EQ(mapped([tell](const Text&, const Text&, const RecordContext& at) { return tell(at); }), "in/0/0 @5 7");
  EXPECT_EQ(mapped([](const Text&, RecordContext at) { return toString(at.origin()); }), "in-0-0");
}

TEST(FunctionForms, NullableShowsNullInAnyMixture) {
  const TestRecord<Text, Text> no_value{"k", std::nullopt};
  const TestRecord<Text, Text> no_key{std::nullopt, "v"};
  EXPECT_EQ(mapped([](Nullable<Text> value) { return value.value_or("none"); }, no_value), "none");
  EXPECT_EQ(mapped([](const Text& key, Nullable<Text> value) { return key + value.value_or("none"); }, no_value),
            "knone");
  EXPECT_EQ(mapped([](Nullable<Text> key, const Text& value) { return key.value_or("none") + value; }, no_key),
            "nonev");
  EXPECT_EQ(mapped([](Nullable<Text> key, const Nullable<Text>& value,
                      const RecordContext&) { return key.value_or("none") + value.value_or("none"); },
                   TestRecord<Text, Text>{}),
            "nonenone");
}

TEST(FunctionForms, AReferenceIsNeverCalledWithNullAndTheErrorNamesNodeAndParameter) {
  Watched watched;
  Pipeline run{
      texts([](const Texts& in) {
        in.mapValues([](const Text& key, const Text& value) { return key + value; }, Named::as("joined")).to("out");
      }),
      watched.options};
  run.in.pipe(null, "v");
  run.in.pipe("k", null);
  run.in.pipe("k", "v");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("k", "kv")));
  EXPECT_THAT(*watched.errors,
              ElementsAre(AllOf(HasSubstr("joined: the key of the record is null"), HasSubstr("take Nullable<T>")),
                          HasSubstr("joined: the value of the record is null")));
}

TEST(FunctionForms, AValueOnlyFunctionDoesNotMindANullKey) {
  EXPECT_EQ(mapped(plain, TestRecord<Text, Text>{std::nullopt, "v"}), "plain v");
}

TEST(FunctionForms, WithoutAHandlerANullStopsTheTask) {
  Pipeline run{texts([](const Texts& in) { in.mapValues(plain, Named::as("plain")).to("out"); })};
  try {
    run.in.pipe("k", null);
    FAIL() << "it went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::fatal);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("plain"), HasSubstr("the value of the record is null")));
  }
}

TEST(FunctionForms, AnyThrownThingReachesTheHandlerButAnErrorOfTheLibraryGoesBy) {
  Watched watched;
  Pipeline run{texts([](const Texts& in) {
                 in.foreach (
                     [](const Text& value) {
                       if (value == "number") throw 7;
                       if (value == "bad record") throw Error{ErrorKind::bad_record, "cannot be used"};
                       if (value == "library") throw Error{ErrorKind::fatal, "the disk is full"};
                     },
                     Named::as("thrower"));
               }),
               watched.options};
  run.in.pipe("k", "number");
  run.in.pipe("k", "bad record");
  EXPECT_THAT(*watched.errors, ElementsAre(StartsWith("thrower: "), HasSubstr("thrower: cannot be used")));
  EXPECT_THROW(run.in.pipe("k", "library"), Error);
}

}  // namespace
}  // namespace widgetstream::dsl_test
