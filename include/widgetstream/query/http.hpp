#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace widgetstream {

/// Names and values in the order they came or are to be sent. Names of HTTP headers compare without case.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// What a client asked for, decoded and checked: a handler never sees a percent sign it must decode itself.
///
/// Text     every path segment, parameter and query value is percent-decoded exactly once, is valid UTF-8 and holds no
///          NUL. A `+` is a plus sign, not a space.
/// Threads  a value; the server hands it to one handler.
struct Request {
  std::string method{};  ///< "GET" also for a HEAD: the server sends the same head and leaves the body out
  std::vector<std::string> segments{};  ///< of the path, decoded: {"orders", "Jürgen / Co"}
  HttpFields params{};                  ///< what the pattern's `{names}` matched
  HttpFields queries{};                 ///< what follows the `?`, in order
  HttpFields headers{};                 ///< as sent; values are bytes, not checked text
  std::string body{};

  /// What `{name}` of the route's pattern matched; never empty.
  /// Errors  Error{invalid_config} when the pattern has no such name, which the client sees as a 500.
  [[nodiscard]] const std::string& param(std::string_view name) const;

  /// The value of `?name=value`; empty text for `?name`; nullopt when it is not there.
  /// Errors  Error{invalid_argument} when it is there twice.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;

  /// A whole number from the query, `otherwise` when it is not there.
  /// Errors  Error{invalid_argument} naming the range when the text is no number or outside of [least, most].
  [[nodiscard]] std::int64_t queryNumber(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                         std::int64_t most) const;

  /// The first header of this name, without regard to case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

/// What the client gets. Content-Length, Date, Connection and the security headers are the server's to add.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body{};
  HttpFields headers{};  ///< further ones, such as {"Retry-After", "1"}; one that would break the head is a 500

  /// 200 with a JSON text.
  [[nodiscard]] static Response json(std::string body);

  /// 200 with UTF-8 text.
  [[nodiscard]] static Response text(std::string body);

  /// `{"error":{"code":"not_found","message":"..."}}`. A 503 carries `Retry-After: 1`.
  /// `code` is for programs and stays the same in all versions; `message` is for people and must not hold secrets.
  [[nodiscard]] static Response error(int status, std::string_view code, std::string_view message);
};

}  // namespace widgetstream
