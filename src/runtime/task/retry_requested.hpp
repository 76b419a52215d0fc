#pragma once

#include "widgetstream/core/error.hpp"

namespace widgetstream {

/// An error handler wants the record to be tried again: the task begins anew from its last commit, after a pause.
class RetryRequested final : public Error {
 public:
  explicit RetryRequested(const std::string& message) : Error(ErrorKind::retriable, message) {}
};

}  // namespace widgetstream
