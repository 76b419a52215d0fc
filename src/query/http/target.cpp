#include "query/http/target.hpp"

#include <algorithm>

#include "query/http/text.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error{ErrorKind::invalid_argument, message};
}

/// pchar of RFC 3986, and the percent sign, which decoding checks.
bool isPathCharacter(char c) noexcept {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view{"-._~!$&'()*+,;=:@%"}.find(c) != std::string_view::npos;
}

std::string decode(std::string_view encoded, std::string_view what) {
  auto decoded = percentDecode(encoded);
  if (!decoded) refuse(std::string{what} + " has a % that is not followed by two hexadecimal digits");
  if (decoded->find('\0') != std::string::npos) refuse(std::string{what} + " has a NUL");
  if (!isUtf8(*decoded)) refuse(std::string{what} + " is not UTF-8");
  return *std::move(decoded);
}

/// Calls `take` with every part between separators: at least once, with empty parts too.
template <class F>
void split(std::string_view text, char separator, F take) {
  while (true) {
    const std::size_t end = text.find(separator);
    take(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> parsePath(std::string_view path) {
  if (path.empty() || path.front() != '/') refuse("the request target must be a path that begins with /");
  std::vector<std::string> segments;
  if (path == "/") return segments;
  split(path.substr(1), '/', [&](std::string_view encoded) {
    if (!std::all_of(encoded.begin(), encoded.end(), isPathCharacter)) {
      refuse("the path has a character that must be percent-encoded");
    }
    std::string segment = decode(encoded, "the path");
    if (segment == "." || segment == "..") refuse("the path has a segment of dots only");
    segments.push_back(std::move(segment));
  });
  return segments;
}

HttpFields parseQuery(std::string_view query) {
  HttpFields queries;
  const auto allowed = [](char c) { return isPathCharacter(c) || c == '/' || c == '?'; };
  if (!std::all_of(query.begin(), query.end(), allowed)) {
    refuse("the query has a character that must be percent-encoded");
  }
  split(query, '&', [&](std::string_view pair) {
    if (pair.empty()) return;
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    queries.emplace_back(decode(pair.substr(0, equals), "the query"), decode(value, "the query"));
  });
  return queries;
}

}  // namespace

Target parseTarget(std::string_view target) {
  const std::size_t question = target.find('?');
  Target parsed;
  parsed.segments = parsePath(target.substr(0, question));
  if (question != std::string_view::npos) parsed.queries = parseQuery(target.substr(question + 1));
  return parsed;
}

}  // namespace widgetstream::detail
