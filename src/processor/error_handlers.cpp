#include "widgetstream/processor/error_handlers.hpp"

namespace widgetstream {

std::string_view toString(ErrorStage stage) noexcept {
  switch (stage) {
    case ErrorStage::key_deserialization:
      return "key_deserialization";
    case ErrorStage::value_deserialization:
      return "value_deserialization";
    case ErrorStage::processing:
      return "processing";
    case ErrorStage::punctuation:
      return "punctuation";
    case ErrorStage::key_serialization:
      return "key_serialization";
    case ErrorStage::value_serialization:
      return "value_serialization";
    case ErrorStage::delivery:
      return "delivery";
    case ErrorStage::sink:
      return "sink";
  }
  return "unknown";
}

ErrorHandler logAndFail() {
  return [](const ErrorContext& where, std::exception_ptr, std::string_view) {
    return where.dead_letters ? ErrorAction::dead_letter_and_fail : ErrorAction::fail;
  };
}

ErrorHandler logAndContinue() {
  return [](const ErrorContext& where, std::exception_ptr, std::string_view) {
    return where.dead_letters ? ErrorAction::dead_letter : ErrorAction::skip;
  };
}

ErrorHandler retryOrFail() {
  return [fail = logAndFail()](const ErrorContext& where, std::exception_ptr cause, std::string_view message) {
    return where.retriable ? ErrorAction::retry : fail(where, std::move(cause), message);
  };
}

ErrorHandler sendToDeadLetters() {
  return [](const ErrorContext&, std::exception_ptr, std::string_view) { return ErrorAction::dead_letter; };
}

ErrorHandler retryUpTo(unsigned attempts, ErrorHandler then) {
  return [attempts, then = std::move(then)](const ErrorContext& where, std::exception_ptr cause,
                                            std::string_view message) {
    if (where.attempts < attempts) return ErrorAction::retry;
    return then ? then(where, std::move(cause), message) : ErrorAction::fail;
  };
}

}  // namespace widgetstream
