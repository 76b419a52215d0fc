// print(): records as lines of text.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

struct Widget {
  Text id;
  int parts = 0;
};

enum class Colour { red, blue };
std::string toString(Colour colour) {
  return colour == Colour::red ? "red" : "blue";
}

}  // namespace
}  // namespace widgetstream::dsl_test

template <>
struct widgetstream::Describe<widgetstream::dsl_test::Widget> {
  using Widget = widgetstream::dsl_test::Widget;
  static constexpr auto fields = describe(field("id", &Widget::id), field("parts", &Widget::parts));
};

namespace widgetstream::dsl_test {
namespace {

class Print : public Test {
 protected:
  ~Print() override { std::filesystem::remove(path); }

  Text printed() const {
    std::ifstream in{path};
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  const Text path = (std::filesystem::temp_directory_path() /
                     ("widgetstream-print-" + Text{UnitTest::GetInstance()->current_test_info()->name()}))
                        .string();
};

TEST_F(Print, WritesKeyAndValueWithTheNameOfTheNodeAbove) {
  Pipeline run{texts([this](const Texts& in) { in.print(Printed::toFile(path)); })};
  run.in.pipe("a", "1");
  run.in.pipe("b", null);
  run.in.pipe(null, "2");
  EXPECT_EQ(printed(),
            "[KSTREAM-SOURCE-0000000000]: a, 1\n"
            "[KSTREAM-SOURCE-0000000000]: b, null\n"
            "[KSTREAM-SOURCE-0000000000]: null, 2\n");
}

TEST_F(Print, TakesALabelInstead) {
  Pipeline run{texts([this](const Texts& in) { in.print(Printed::toFile(path).withLabel("orders")); })};
  run.in.pipe("a", "1");
  EXPECT_EQ(printed(), "[orders]: a, 1\n");
}

TEST_F(Print, TakesAFunctionThatMakesTheText) {
  Pipeline run{texts([this](const Texts& in) {
    in.print(Printed::toFile(path).withLabel("it").withKeyValueMapper(
        [](Nullable<Text> key, Nullable<Text> value, const RecordContext& at) {
          return key.value_or("none") + "/" + value.value_or("none") + "@" + std::to_string(at.offset());
        }));
  })};
  run.in.pipe("a", "1");
  run.in.pipe("b", null);
  EXPECT_EQ(printed(), "[it]: a/1@0\n[it]: b/none@1\n");
}

TEST_F(Print, GoesToTheStandardOutput) {
  Pipeline run{texts([](const Texts& in) { in.print(Printed::toSysOut().withLabel("seen")); })};
  internal::CaptureStdout();
  run.in.pipe("a", "1");
  EXPECT_EQ(internal::GetCapturedStdout(), "[seen]: a, 1\n");
}

TEST_F(Print, WritesNumbersDescribedStructsAndWhateverHasAText) {
  Pipeline run{texts([this](const Texts& in) {
    const auto to = [this] { return Printed::toFile(path + "-more").withLabel(""); };
    in.map([](const Text& k, const Text&) { return std::pair{Widget{k, 3}, 0.5}; }).print(to());
  })};
  run.in.pipe("w1", "x");
  std::ifstream in{path + "-more"};
  Text line;
  std::getline(in, line);
  std::filesystem::remove(path + "-more");
  EXPECT_EQ(line, R"([]: {"id":"w1","parts":3}, 0.5)");
  EXPECT_EQ(detail::textOf(Colour::blue), "blue");
  EXPECT_EQ(detail::textOf(true), "true");
  EXPECT_EQ(detail::textOf(Windowed<Text>{"k", {fromMillis(10), fromMillis(20)}}), "[k@10/20]");
}

TEST_F(Print, IsANodeOfItsOwnAndTakesAName) {
  const auto names = [this](const Printed& to) {
    return nodeNames(texts([&](const Texts& in) { in.print(to); }));
  };
  EXPECT_THAT(names(Printed::toFile(path)), ElementsAre(_, "KSTREAM-PRINTER-0000000001"));
  EXPECT_THAT(names(Printed::toFile(path).withName("show")), ElementsAre(_, "show"));
}

TEST_F(Print, AFileThatCannotBeWrittenIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder&) { static_cast<void>(Printed::toFile("/no/such/place")); }),
              HasSubstr("'/no/such/place'"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
