#include "query/http/head_scanner.hpp"

#include <algorithm>
#include <string>

namespace widgetstream::detail {
namespace {

constexpr std::string_view line_end = "\r\n";

}  // namespace

std::optional<std::size_t> HeadScanner::scan(std::string_view received) {
  while (!refusal_) {
    const std::size_t line_feed = received.find('\n', scanned_);
    if (line_feed == std::string_view::npos) {
      scanned_ = received.size();
      checkLength(received.size() - line_begin_);
      return std::nullopt;
    }
    const std::string_view line = received.substr(line_begin_, line_feed + 1 - line_begin_);
    checkLength(line.size());
    if (!refusal_) checkLine(line);
    if (refusal_) return std::nullopt;
    line_begin_ = scanned_ = line_feed + 1;
    if (lines_++ == 0) fields_begin_ = line_begin_;
    if (line == line_end) return line_begin_;
  }
  return std::nullopt;
}

void HeadScanner::reset() noexcept {
  line_begin_ = scanned_ = lines_ = fields_begin_ = 0;
  refusal_.reset();
}

void HeadScanner::checkLine(std::string_view line) {
  const auto refuse = [&](std::string_view message) { refusal_ = Response::error(400, "bad_request", message); };
  if (!line.ends_with(line_end)) return refuse("a line of the request's head ends in a bare LF");
  const std::string_view content = line.substr(0, line.size() - line_end.size());
  if (content.find('\r') != std::string_view::npos) return refuse("the request's head has a bare CR");
  if (content.find('\0') != std::string_view::npos) return refuse("the request's head has a NUL");
  if (lines_ == 0 && content.empty()) return refuse("the request begins with an empty line");
  if (content.starts_with(' ') || content.starts_with('\t')) return refuse("a line of the request's head is folded");
  const bool one_field_more = lines_ > options_->max_header_fields && !content.empty();
  if (one_field_more) {
    refusal_ = Response::error(431, "headers_too_large",
                               "the request has more than " + std::to_string(options_->max_header_fields) + " headers");
  }
}

void HeadScanner::checkLength(std::size_t unfinished_line_bytes) {
  if (lines_ == 0) {
    if (unfinished_line_bytes <= options_->max_request_line_bytes + line_end.size()) return;
    refusal_ = Response::error(
        414, "uri_too_long",
        "the request line is longer than " + std::to_string(options_->max_request_line_bytes) + " bytes");
    return;
  }
  const std::size_t fields_bytes = line_begin_ - fields_begin_ + unfinished_line_bytes;
  if (fields_bytes <= options_->max_header_bytes + line_end.size()) return;
  refusal_ =
      Response::error(431, "headers_too_large",
                      "the request's headers are longer than " + std::to_string(options_->max_header_bytes) + " bytes");
}

}  // namespace widgetstream::detail
