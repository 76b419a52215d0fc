#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "widgetstream/query/http.hpp"
#include "widgetstream/query/query_server.hpp"

namespace widgetstream::detail {

/// Finds the end of a request's head in bytes that arrive piecemeal, and refuses early what no parser should see:
/// heads over a limit, bare LF or CR, NUL, folded lines. Parsers differ in how they read those, and that difference is
/// what request smuggling lives on. Each byte is looked at once.
class HeadScanner {
 public:
  explicit HeadScanner(const QueryServerOptions& options) noexcept : options_(&options) {}

  /// `received` begins at the request's first byte and only grows from call to call.
  /// Returns  the length of the head with its blank line, once it is there and not refused.
  [[nodiscard]] std::optional<std::size_t> scan(std::string_view received);

  /// The answer to a head that was refused; nullopt otherwise.
  [[nodiscard]] const std::optional<Response>& refusal() const noexcept { return refusal_; }

  /// Makes ready for the next request.
  void reset() noexcept;

 private:
  void checkLine(std::string_view line);
  void checkLength(std::size_t unfinished_line_bytes);

  const QueryServerOptions* options_;
  std::size_t line_begin_ = 0;    ///< of the line that has not ended yet
  std::size_t scanned_ = 0;       ///< no LF before this place but those seen
  std::size_t lines_ = 0;         ///< that have ended
  std::size_t fields_begin_ = 0;  ///< where the header lines begin
  std::optional<Response> refusal_;
};

}  // namespace widgetstream::detail
