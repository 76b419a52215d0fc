#include "widgetstream/dsl/window_grace.hpp"

#include <algorithm>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

Milliseconds search(const DslNode& node, const std::string& way_below) {
  if (node.window_grace) return *node.window_grace;
  const std::string way = way_below.empty() ? node.name : node.name + "->" + way_below;
  const bool is_top = std::all_of(node.parents.begin(), node.parents.end(),
                                  [](const DslNode* parent) { return parent->parents.empty() && parent->name.empty(); });
  if (is_top) {
    throw Error{ErrorKind::invalid_topology,
                "suppress() is to wait until windows close, but no windowed aggregation leads to it: " + way +
                    ". Use it below windowedBy(), or untilTimeLimit()"};
  }
  Milliseconds longest{0};
  for (const DslNode* parent : node.parents) longest = std::max(longest, search(*parent, way));
  return longest;
}

}  // namespace

Milliseconds windowGraceAbove(const DslNode& node) {
  return search(node, {});
}

}  // namespace widgetstream::detail
