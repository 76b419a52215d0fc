// The handlers that decide on a record that went wrong.
#include "widgetstream/processor/error_handlers.hpp"

#include <gtest/gtest.h>

namespace widgetstream {
namespace {

struct Case {
  bool retriable = false;
  unsigned attempts = 0;
  bool dead_letters = false;
};

ErrorAction decisionOf(const ErrorHandler& handler, const Case& at = {}) {
  const RecordContext record;
  ErrorContext where{TaskId{0, 1}, "node", record, {}, {}};
  where.retriable = at.retriable;
  where.attempts = at.attempts;
  where.dead_letters = at.dead_letters;
  return handler(where, nullptr, "why");
}

TEST(ErrorHandlers, EachDecidesAsItsNameSays) {
  EXPECT_EQ(decisionOf(logAndFail()), ErrorAction::fail);
  EXPECT_EQ(decisionOf(logAndContinue()), ErrorAction::skip);
  EXPECT_EQ(decisionOf(sendToDeadLetters()), ErrorAction::dead_letter);
}

TEST(ErrorHandlers, JavasSendADeadLetterWhenThereIsATopicForIt) {
  EXPECT_EQ(decisionOf(logAndFail(), {.dead_letters = true}), ErrorAction::dead_letter_and_fail);
  EXPECT_EQ(decisionOf(logAndContinue(), {.dead_letters = true}), ErrorAction::dead_letter);
}

TEST(ErrorHandlers, TheProductionHandlerTriesAgainWhatMayPass) {
  EXPECT_EQ(decisionOf(retryOrFail(), {.retriable = true}), ErrorAction::retry);
  EXPECT_EQ(decisionOf(retryOrFail()), ErrorAction::fail);
}

TEST(ErrorHandlers, RetryingEndsAfterAsManyAttemptsAsAreWanted) {
  const ErrorHandler handler = retryUpTo(2, logAndContinue());
  EXPECT_EQ(decisionOf(handler, {.attempts = 0}), ErrorAction::retry);
  EXPECT_EQ(decisionOf(handler, {.attempts = 1}), ErrorAction::retry);
  EXPECT_EQ(decisionOf(handler, {.attempts = 2}), ErrorAction::skip);
}

}  // namespace
}  // namespace widgetstream
