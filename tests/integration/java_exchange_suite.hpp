#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
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
    java_first = std::make_unique<Exchange>(Case::definition(), "java-first");
    cpp_first = std::make_unique<Exchange>(Case::definition(), "cpp-first");
    // The four run side by side: starting a virtual machine and joining a group are most of what they take.
    std::vector<std::future<void>> running;
    const auto takeTurns = [&](Exchange& exchange, const std::vector<Language>& languages) {
      running.push_back(std::async(std::launch::async, [&exchange, &parts, languages] {
        for (std::size_t i = 0; i < parts.size(); ++i) exchange.run(languages.at(i), {parts[i]});
      }));
    };
    const std::vector<ExchangePart> without_pause = withoutPause(parts);
    const auto goOn = [&](Exchange& exchange, Language language) {
      running.push_back(
          std::async(std::launch::async, [&exchange, &without_pause, language] { exchange.run(language, without_pause); }));
    };
    takeTurns(*java_first, {Language::java, Language::cpp, Language::java});
    takeTurns(*cpp_first, {Language::cpp, Language::java, Language::cpp});
    goOn(*java_alone, Language::java);
    goOn(*cpp_alone, Language::cpp);
    for (auto& one : running) one.wait();
    for (auto& one : running) one.get();
    all_ended_well = true;
  }
  static void TearDownTestSuite() {
    java_alone.reset();
    cpp_alone.reset();
    java_first.reset();
    cpp_first.reset();
  }

  void SetUp() override { ASSERT_TRUE(all_ended_well) << "an application failed, see above"; }

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

  /// What an application takes that nobody interrupts. The parts of one input follow each other: what a result has from
  /// the record that came last, its headers for one, must not depend on which input partition is ahead. Of several inputs
  /// everything is there before it starts, for it must take their records in the order of time, not as they arrive.
  static std::vector<ExchangePart> withoutPause(const std::vector<ExchangePart>& parts) {
    if (Case::definition().inputs.size() == 1) return parts;
    ExchangePart all;
    for (const ExchangePart& part : parts) all.insert(all.end(), part.begin(), part.end());
    return {all};
  }

  inline static std::unique_ptr<Exchange> java_alone, cpp_alone, java_first, cpp_first;
  inline static bool all_ended_well = false;
};

}  // namespace widgetstream
