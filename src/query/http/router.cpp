#include "query/http/router.hpp"

#include <algorithm>

#include "query/http/text.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

[[noreturn]] void refuse(std::string_view pattern, const std::string& reason) {
  throw Error{ErrorKind::invalid_argument, "the route pattern \"" + std::string{pattern} + "\" " + reason};
}

bool isNameCharacter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

void Router::add(std::string_view pattern, Handler handler) {
  if (!handler) refuse(pattern, "has an empty handler");
  auto segments = parsePattern(pattern);
  for (const Route& route : routes_) {
    if (overlap(route.segments, segments)) {
      refuse(pattern,
             "matches paths that \"" + route.pattern + "\" matches too; make them differ in a literal segment");
    }
  }
  routes_.push_back({std::string{pattern}, std::move(segments), std::move(handler)});
}

std::optional<Router::Match> Router::find(const std::vector<std::string>& segments) const {
  for (const Route& route : routes_) {
    const bool matches =
        std::equal(route.segments.begin(), route.segments.end(), segments.begin(), segments.end(),
                   [](const Segment& expected, const std::string& segment) { return expected.matches(segment); });
    if (!matches) continue;
    Match match{&route.handler, {}};
    for (std::size_t at = 0; at < segments.size(); ++at) {
      if (route.segments[at].is_param) match.params.emplace_back(route.segments[at].text, segments[at]);
    }
    return match;
  }
  return std::nullopt;
}

Router::Segment Router::parseSegment(std::string_view text, std::string_view pattern) {
  if (text.empty()) refuse(pattern, "has an empty segment");
  if (text == "." || text == "..") refuse(pattern, "has a segment of dots, which no request can ask for");
  if (!isUtf8(text) || text.find('\0') != std::string_view::npos) refuse(pattern, "is not UTF-8 text");
  if (text.front() == '{' && text.back() == '}' && text.size() > 2) {
    const std::string_view name = text.substr(1, text.size() - 2);
    if (std::all_of(name.begin(), name.end(), isNameCharacter)) return {std::string{name}, true};
  }
  if (text.find_first_of("{}%?#") != std::string_view::npos) {
    refuse(pattern, "has the segment \"" + std::string{text} +
                        "\"; write literal text, not encoded, or a whole segment {name} of letters, digits and _");
  }
  return {std::string{text}, false};
}

std::vector<Router::Segment> Router::parsePattern(std::string_view pattern) {
  if (pattern.empty() || pattern.front() != '/') refuse(pattern, "must begin with /");
  std::vector<Segment> segments;
  if (pattern == "/") return segments;
  for (std::size_t begin = 1; begin <= pattern.size();) {
    const std::size_t end = std::min(pattern.find('/', begin), pattern.size());
    Segment segment = parseSegment(pattern.substr(begin, end - begin), pattern);
    const auto same_name = [&](const Segment& other) { return other.is_param && other.text == segment.text; };
    if (segment.is_param && std::any_of(segments.begin(), segments.end(), same_name)) {
      refuse(pattern, "has two parameters named \"" + segment.text + "\"");
    }
    segments.push_back(std::move(segment));
    begin = end + 1;
  }
  return segments;
}

bool Router::overlap(const std::vector<Segment>& left, const std::vector<Segment>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const Segment& a, const Segment& b) { return a.is_param || b.is_param || a.text == b.text; });
}

}  // namespace widgetstream::detail
