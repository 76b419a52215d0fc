#pragma once

#include <compare>
#include <string>

#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// A span of time. Which kind it is, the operator that made it knows.
///
/// Time     the start belongs to it. Time windows (tumbling, hopping, sliding, unlimited) end before `end`; a session
///          ends at `end`, which is the time of its last record.
struct Window {
  Timestamp start;
  Timestamp end;

  friend auto operator<=>(const Window&, const Window&) = default;
};

/// `start/end` in milliseconds, as Java writes it in a windowed key.
[[nodiscard]] std::string toString(const Window& window);

/// A key and the window its value is for: the key of tables that windowed operators make.
template <class K>
struct Windowed {
  K key;
  Window window;

  /// By key, then start, then end.
  friend auto operator<=>(const Windowed&, const Windowed&) = default;
};

}  // namespace widgetstream
