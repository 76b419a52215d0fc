// One entry of the log is one line.
#include "widgetstream/core/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace widgetstream {
namespace {

using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;
using ::testing::MatchesRegex;

TEST(LogToStandardError, WritesTimeLevelRoomMessageAndFields) {
  CaptureStderr();
  const Logger logger{logToStandardError(), "runtime"};
  logger.info("task is ready", {{"task", "0_1"}, {"records", "17"}});
  EXPECT_THAT(GetCapturedStderr(),
              MatchesRegex("....-..-..T..:..:..\\....Z info runtime: task is ready task=0_1 records=17\n"));
}

TEST(LogToStandardError, LeavesOutWhatIsBelowItsLevel) {
  CaptureStderr();
  const Logger logger{logToStandardError(LogLevel::warning), "runtime"};
  logger.debug("a");
  logger.info("b");
  logger.warning("c");
  logger.error("d");
  EXPECT_THAT(GetCapturedStderr(), MatchesRegex(".* warning runtime: c\n.* error runtime: d\n"));
}

TEST(LogToStandardError, KeepsAnEntryOnOneLine) {
  CaptureStderr();
  const Logger logger{logToStandardError(), "kafka"};
  logger.error("two\nlines", {{"why", "it said \"no\"\r\nand left"}});
  EXPECT_THAT(GetCapturedStderr(),
              MatchesRegex(".* error kafka: two\\\\nlines why=\"it said \\\\\"no\\\\\"\\\\r\\\\nand left\"\n"));
}

TEST(Logger, WithoutASinkIsSilent) {
  const Logger logger;
  logger.error("nobody hears it");
}

TEST(Logger, SpeaksForAnotherRoomThroughTheSameSink) {
  std::vector<std::string> rooms;
  const Logger runtime{[&](const LogEntry& entry) { rooms.emplace_back(entry.room); }, "runtime"};
  runtime.info("a");
  runtime.forRoom("state").info("b");
  EXPECT_THAT(rooms, ::testing::ElementsAre("runtime", "state"));
}

TEST(LogLevels, AreSpelledLikeTheirEnumerators) {
  EXPECT_EQ(toString(LogLevel::debug), "debug");
  EXPECT_EQ(toString(LogLevel::info), "info");
  EXPECT_EQ(toString(LogLevel::warning), "warning");
  EXPECT_EQ(toString(LogLevel::error), "error");
}

}  // namespace
}  // namespace widgetstream
