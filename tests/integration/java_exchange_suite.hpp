#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/java_exchange.hpp"

namespace widgetstream {

/// Four applications of one topology over the same three parts of input: Java and C++ without interruption, and two
/// that change language between the parts. `Case` has `static ExchangeCase definition()` and `static
/// std::vector<ExchangePart> parts(std::int64_t epoch)`.
template <class Case>
class JavaExchange : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto parts = Case::parts(exchangeEpoch());
    java_alone = std::make_unique<Exchange>(Case::definition(), "java-alone");
    cpp_alone = std::make_unique<Exchange>(Case::definition(), "cpp-alone");
    for (const ExchangePart& part : parts) {
      java_alone->produce(part);
      cpp_alone->produce(part);
    }
    java_alone->run(Language::java);
    cpp_alone->run(Language::cpp);
    java_first = taken("java-first", {Language::java, Language::cpp, Language::java}, parts);
    cpp_first = taken("cpp-first", {Language::cpp, Language::java, Language::cpp}, parts);
  }
  static void TearDownTestSuite() {
    java_alone.reset();
    cpp_alone.reset();
    java_first.reset();
    cpp_first.reset();
  }

  void SetUp() override { ASSERT_TRUE(cpp_first) << "an application failed, see above"; }

  /// `read` gives the same of all four.
  template <class Read>
  static void expectAllSame(Read read) {
    const auto expected = read(*java_alone);
    EXPECT_FALSE(expected.empty());
    EXPECT_EQ(read(*cpp_alone), expected) << "C++ alone";
    EXPECT_EQ(read(*java_first), expected) << "Java, C++, Java";
    EXPECT_EQ(read(*cpp_first), expected) << "C++, Java, C++";
  }
  static void expectSameRecords(const std::string& topic) {
    expectAllSame([&](Exchange& exchange) { return exchange.records(topic); });
  }
  static void expectSameRecordsInAnyOrder(const std::string& topic) {
    expectAllSame([&](Exchange& exchange) { return exchange.recordsInAnyOrder(topic); });
  }
  static void expectSameValuesByKey(const std::string& topic) {
    expectAllSame([&](Exchange& exchange) { return exchange.valuesByKey(topic); });
  }
  static void expectSameTable(const std::string& topic) {
    expectAllSame([&](Exchange& exchange) { return exchange.table(topic); });
  }
  static void expectSameCommits() {
    expectAllSame([](Exchange& exchange) { return exchange.commits(); });
  }
  static void expectSameInternalTopics() {
    expectAllSame([](Exchange& exchange) { return exchange.internalTopics(); });
  }

  inline static std::unique_ptr<Exchange> java_alone, cpp_alone, java_first, cpp_first;

 private:
  static std::unique_ptr<Exchange> taken(const std::string& name, const std::vector<Language>& languages,
                                         const std::vector<ExchangePart>& parts) {
    auto exchange = std::make_unique<Exchange>(Case::definition(), name);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      exchange->produce(parts[i]);
      exchange->run(languages.at(i));
    }
    return exchange;
  }
};

}  // namespace widgetstream
