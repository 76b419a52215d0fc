// readPropertiesFile(): settings as Java's properties files have them.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/runtime/properties_file.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class PropertiesFile : public ::testing::Test {
 protected:
  std::map<std::string, std::string> read(const std::string& text) {
    std::ofstream{file} << text;
    return readPropertiesFile(file);
  }
  std::string refusal(const std::string& text) {
    try {
      read(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
      return error.what();
    }
    return "nothing was refused";
  }

  TempDir directory;
  std::filesystem::path file = directory.path() / "app.properties";
};

TEST_F(PropertiesFile, HasNamesAndValuesWithoutTheBlanksAroundThem) {
  EXPECT_THAT(read("application.id = orders \nnum.stream.threads=2\n"),
              ElementsAre(Pair("application.id", "orders"), Pair("num.stream.threads", "2")));
}

TEST_F(PropertiesFile, SkipsCommentsAndBlankLines) {
  EXPECT_THAT(read("# a\n\n  ! b\nx=1"), ElementsAre(Pair("x", "1")));
}

TEST_F(PropertiesFile, KeepsEqualSignsInValues) {
  EXPECT_THAT(read("sasl.jaas.config=a=\"b\""), ElementsAre(Pair("sasl.jaas.config", "a=\"b\"")));
}

TEST_F(PropertiesFile, ContinuesALineThatEndsInABackslash) {
  EXPECT_THAT(read("bootstrap.servers=a:1,\\\n    b:2\ny=2"),
              ElementsAre(Pair("bootstrap.servers", "a:1,b:2"), Pair("y", "2")));
}

TEST_F(PropertiesFile, LetsTheLastOfTwoWin) {
  EXPECT_THAT(read("x=1\nx=2"), ElementsAre(Pair("x", "2")));
}

TEST_F(PropertiesFile, NamesTheLineThatIsNoSettingAndDoesNotQuoteIt) {
  EXPECT_THAT(refusal("x=1\nhunter2\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("app.properties"), Not(HasSubstr("hunter2"))));
}

TEST_F(PropertiesFile, NamesTheFileThatIsNotThere) {
  EXPECT_THAT([&] { static_cast<void>(readPropertiesFile(directory.path() / "none")); },
              ::testing::ThrowsMessage<Error>(AllOf(HasSubstr("none"), HasSubstr("No such file"))));
}

}  // namespace
}  // namespace widgetstream
