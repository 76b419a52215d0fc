#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/query/http.hpp"

namespace widgetstream::detail {

/// Which handler a path belongs to. No two patterns match one path, so their order means nothing.
///
/// Threads  filled by one thread, then read by any.
class Router {
 public:
  using Handler = std::function<Response(const Request&)>;

  struct Match {
    const Handler* handler = nullptr;
    HttpFields params;
  };

  /// Errors  Error{invalid_argument} for a malformed pattern and for one that overlaps with an earlier one.
  void add(std::string_view pattern, Handler handler);

  /// nullopt when no pattern matches. A `{name}` never matches an empty segment.
  [[nodiscard]] std::optional<Match> find(const std::vector<std::string>& segments) const;

 private:
  struct Segment {
    std::string text;  ///< the literal, or the parameter's name
    bool is_param = false;

    [[nodiscard]] bool matches(const std::string& segment) const {
      return is_param ? !segment.empty() : segment == text;
    }
  };
  struct Route {
    std::string pattern;
    std::vector<Segment> segments;
    Handler handler;
  };

  [[nodiscard]] static Segment parseSegment(std::string_view text, std::string_view pattern);
  [[nodiscard]] static std::vector<Segment> parsePattern(std::string_view pattern);
  [[nodiscard]] static bool overlap(const std::vector<Segment>& left, const std::vector<Segment>& right);

  std::vector<Route> routes_;
};

}  // namespace widgetstream::detail
