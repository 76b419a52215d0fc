#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace widgetstream {

/// What a failure asks of the caller, whichever library first reported it.
enum class ErrorKind {
  invalid_topology,  ///< the program is wrong; the message names the node
  invalid_config,    ///< the message names the key, the value and what was expected
  retriable,         ///< the same call may succeed later; nothing was lost
  task_migrated,     ///< another instance owns the partition now: drop the work, do not commit
  store_corrupted,   ///< delete the local state and restore it from the changelog
  bad_record,        ///< this record cannot be decoded or processed; the handler decides
  not_available,     ///< the store is closed, restoring or elsewhere: ask again later or there (HTTP 503)
  invalid_argument,  ///< the caller's value is wrong; the message names it
  fatal,             ///< this instance must stop
};

/// The enumerator's own spelling, for logs and metrics labels.
[[nodiscard]] std::string_view toString(ErrorKind kind) noexcept;

/// The one exception type the library itself throws: a kind to act on and a message to read.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace widgetstream
