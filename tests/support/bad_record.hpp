#pragma once

#include <string>

#include "widgetstream/core/error.hpp"

namespace widgetstream::tests {

/// Runs `f` and returns what the Error{bad_record} it throws says; a text that matches nothing when it throws none.
template <class F>
std::string badRecordOf(F f) {
  try {
    f();
  } catch (const Error& error) {
    return error.kind() == ErrorKind::bad_record ? error.what() : "another kind of error";
  }
  return "no error";
}

}  // namespace widgetstream::tests
