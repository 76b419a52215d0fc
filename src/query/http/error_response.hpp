#pragma once

#include "widgetstream/core/error.hpp"
#include "widgetstream/query/http.hpp"

namespace widgetstream::detail {

/// How the kind of an Error is told over HTTP: the one place that knows. Only messages meant for the client reach it.
[[nodiscard]] Response toResponse(const Error& error);

/// The 500 for everything that is no business of the client's.
[[nodiscard]] Response internalError();

}  // namespace widgetstream::detail
