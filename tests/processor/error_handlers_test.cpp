// The handlers that decide on a record that went wrong.
#include "widgetstream/processor/error_handlers.hpp"

#include <gtest/gtest.h>

namespace widgetstream {
namespace {

ErrorAction decisionOf(const ErrorHandler& handler) {
  const RecordContext record;
  return handler({TaskId{0, 1}, "node", record, {}, {}}, nullptr, "why");
}

TEST(ErrorHandlers, EachDecidesAsItsNameSays) {
  EXPECT_EQ(decisionOf(logAndFail()), ErrorAction::fail);
  EXPECT_EQ(decisionOf(logAndContinue()), ErrorAction::skip);
  EXPECT_EQ(decisionOf(sendToDeadLetters()), ErrorAction::dead_letter);
}

}  // namespace
}  // namespace widgetstream
