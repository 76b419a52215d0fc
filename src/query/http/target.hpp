#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/query/http.hpp"

namespace widgetstream::detail {

/// The target of a request line, decoded.
struct Target {
  std::vector<std::string> segments;  ///< of "/a//b/": {"a", "", "b", ""}; of "/": none
  HttpFields queries;
};

/// Splits first and decodes once afterwards, so an encoded slash stays inside its segment and `%2541` is `%41`.
///
/// Written by hand rather than with Boost.URL: what counts here is that nothing is normalised. Two slashes, a trailing
/// one and dots must neither vanish nor move a path to another route.
///
/// Errors  Error{invalid_argument} for anything but the origin form of RFC 9112 (a proxy's absolute form is refused:
///         this is no proxy), for characters outside of RFC 3986, for a bad percent, a NUL, text that is not UTF-8, and
///         for segments "." and ".." however encoded: clients and proxies rewrite those on the way, so what such a path
///         means depends on who carried it.
[[nodiscard]] Target parseTarget(std::string_view target);

}  // namespace widgetstream::detail
