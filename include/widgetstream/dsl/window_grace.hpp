#pragma once

#include "widgetstream/dsl/streams_graph.hpp"

namespace widgetstream::detail {

/// How long after its end a window of the table made at `node` may still change: what the windowed aggregation above it
/// says, the longest where several ways lead up.
/// Errors  Error{invalid_topology} showing the way when there is none at its end.
[[nodiscard]] Milliseconds windowGraceAbove(const DslNode& node);

}  // namespace widgetstream::detail
