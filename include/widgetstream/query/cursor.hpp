#pragma once

#include <string>
#include <string_view>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream {

/// Turns the place where a page ended into the token a client sends back to get the next one.
///
/// Shape    URL-safe base64 without padding (RFC 4648, section 5) of a format byte, the position and a check sum, so
///          it needs no percent-encoding and one that was cut or mistyped is told from a real one.
/// Secrets  none: the token hides nothing and is not signed. A handler must check that the position it decodes belongs
///          to what the request asks for.
[[nodiscard]] std::string encodeCursor(BytesView position);

/// The position inside a token of encodeCursor().
///
/// Errors  Error{invalid_argument} when the token is not one that encodeCursor() can have made; the client sees a 400.
[[nodiscard]] Bytes decodeCursor(std::string_view token);

}  // namespace widgetstream
