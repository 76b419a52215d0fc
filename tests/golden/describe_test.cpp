// describe() of topologies that the DSL makes, against the texts of Java Kafka Streams 4.3.0.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "tests/golden/described.hpp"

namespace widgetstream::golden {
namespace {

using Texts = std::map<std::string, std::string>;

/// Reads `### name`, then the text up to `---` or the next name.
void readTexts(const std::string& file, Texts& into) {
  std::ifstream lines{std::string{WIDGETSTREAM_TEST_DIR} + "/" + file};
  std::string* text = nullptr;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("### ")) {
      text = &into[line.substr(4)];
    } else if (line == "---") {
      text = nullptr;
    } else if (text) {
      *text += line + "\n";
    }
  }
}

const Texts& javasTexts() {
  static const Texts texts = [] {
    Texts read;
    readTexts("topology/data/describe-golden.txt", read);
    readTexts("golden/data/describe_extra.txt", read);
    return read;
  }();
  return texts;
}

/// The files differ in how many empty lines follow a text, and show classes of Java's.
std::string plain(std::string text) {
  while (text.ends_with("\n")) text.pop_back();
  constexpr std::string_view extractor = "(extractor class: ";
  if (const std::size_t at = text.find(extractor); at != std::string::npos) {
    text.replace(at, text.find(')', at) - at, std::string{extractor} + "*");
  }
  return text;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& [name, build] : described()) all.push_back(name);
  return all;
}

std::string testName(const ::testing::TestParamInfo<std::string>& info) {
  std::string name;
  for (const char c : info.param) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

TEST(DescribedTopologies, AreAllOfWhichThereIsAText) {
  std::vector<std::string> texts;
  for (const auto& [name, text] : javasTexts()) texts.push_back(name);
  EXPECT_THAT(names(), ::testing::UnorderedElementsAreArray(texts));
}

class DescribeOfTheDsl : public ::testing::TestWithParam<std::string> {};

TEST_P(DescribeOfTheDsl, IsJavas) {
  EXPECT_EQ(plain(described().at(GetParam())().describe()), plain(javasTexts().at(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(Golden, DescribeOfTheDsl, ::testing::ValuesIn(names()), testName);

}  // namespace
}  // namespace widgetstream::golden
