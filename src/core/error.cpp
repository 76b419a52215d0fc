#include "widgetstream/core/error.hpp"

namespace widgetstream {

std::string_view toString(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_topology:
      return "invalid_topology";
    case ErrorKind::invalid_config:
      return "invalid_config";
    case ErrorKind::retriable:
      return "retriable";
    case ErrorKind::task_migrated:
      return "task_migrated";
    case ErrorKind::store_corrupted:
      return "store_corrupted";
    case ErrorKind::bad_record:
      return "bad_record";
    case ErrorKind::not_available:
      return "not_available";
    case ErrorKind::invalid_argument:
      return "invalid_argument";
    case ErrorKind::fatal:
      return "fatal";
  }
  return "unknown";
}

}  // namespace widgetstream
