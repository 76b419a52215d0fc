#include "widgetstream/dsl/materialized.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {

MaterializedOptions::MaterializedOptions() = default;
MaterializedOptions::MaterializedOptions(const MaterializedOptions&) = default;
MaterializedOptions::MaterializedOptions(MaterializedOptions&&) noexcept = default;
MaterializedOptions& MaterializedOptions::operator=(const MaterializedOptions&) = default;
MaterializedOptions& MaterializedOptions::operator=(MaterializedOptions&&) noexcept = default;
MaterializedOptions::~MaterializedOptions() = default;

Milliseconds checkedRetention(Milliseconds at_least) {
  if (at_least < Milliseconds{0}) {
    throw Error{ErrorKind::invalid_topology,
                "a retention of " + std::to_string(at_least.count()) + " ms is negative; 0 is the least"};
  }
  return at_least;
}

}  // namespace widgetstream::detail
