#include "widgetstream/query/http.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "query/http/text.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {

const std::string& Request::param(std::string_view name) const {
  const auto found = std::find_if(params.begin(), params.end(), [&](const auto& param) { return param.first == name; });
  if (found != params.end()) return found->second;
  throw Error{ErrorKind::invalid_config, "a handler asked for the path parameter \"" + std::string{name} +
                                             "\", which the pattern of its route does not have"};
}

std::optional<std::string> Request::query(std::string_view name) const {
  std::optional<std::string> value;
  for (const auto& [key, text] : queries) {
    if (key != name) continue;
    if (value) {
      throw Error{ErrorKind::invalid_argument, "the query parameter \"" + std::string{name} + "\" is given twice"};
    }
    value = text;
  }
  return value;
}

std::int64_t Request::queryNumber(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                  std::int64_t most) const {
  const auto text = query(name);
  if (!text) return otherwise;
  std::int64_t number = 0;
  const auto* const end = text->data() + text->size();
  const auto [stopped, failure] = std::from_chars(text->data(), end, number);
  if (failure == std::errc{} && stopped == end && number >= least && number <= most) return number;
  throw Error{ErrorKind::invalid_argument, "the query parameter \"" + std::string{name} +
                                               "\" must be a whole number from " + std::to_string(least) + " to " +
                                               std::to_string(most)};
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (detail::equalsIgnoringCase(key, name)) return value;
  }
  return std::nullopt;
}

Response Response::json(std::string body) {
  return Response{200, "application/json", std::move(body), {}};
}

Response Response::text(std::string body) {
  return Response{200, "text/plain; charset=utf-8", std::move(body), {}};
}

Response Response::error(int status, std::string_view code, std::string_view message) {
  Response response{status, "application/json", {}, {}};
  response.body =
      "{\"error\":{\"code\":" + detail::quoteJson(code) + ",\"message\":" + detail::quoteJson(message) + "}}";
  // Unavailable means "ask again", so every 503 says when.
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace widgetstream
