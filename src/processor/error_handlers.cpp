#include "widgetstream/processor/error_handlers.hpp"

namespace widgetstream {
namespace {

ErrorHandler always(ErrorAction action) {
  return [action](const ErrorContext&, std::exception_ptr, std::string_view) { return action; };
}

}  // namespace

ErrorHandler logAndFail() { return always(ErrorAction::fail); }
ErrorHandler logAndContinue() { return always(ErrorAction::skip); }
ErrorHandler sendToDeadLetters() { return always(ErrorAction::dead_letter); }

}  // namespace widgetstream
