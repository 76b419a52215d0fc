#pragma once

#include "widgetstream/core/nullable.hpp"

namespace widgetstream {

/// An update of a table: what nodes of tables pass along as their value.
template <class V>
struct Change {
  Nullable<V> new_value;
  /// Null unless a node below asked for old values.
  Nullable<V> old_value;
  /// False when a versioned table was updated in its past.
  bool is_latest = true;
};

}  // namespace widgetstream
