#pragma once

#include <optional>
#include <string>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/window.hpp"

namespace widgetstream {

/// A row of a store, as bytes. What its kind of store does not keep is nullopt.
struct StoreRow {
  Bytes key;
  Bytes value;
  std::optional<Timestamp> timestamp;
  std::optional<Headers> headers;
  std::optional<Window> window;
  /// Versioned stores only: the end of a version that is not valid any more.
  std::optional<Timestamp> valid_to;

  friend bool operator==(const StoreRow&, const StoreRow&) = default;
};

/// A store that can be looked into without knowing its types.
///
/// Threads  the owning stream thread.
class InspectableStore {
 public:
  virtual ~InspectableStore() = default;

  /// key_value, window, session or versioned; before that `timestamped_` or `with_headers_`, if values have them. What
  /// a join with grace holds back is a buffer.
  [[nodiscard]] virtual std::string kind() const = 0;
  /// All rows that reads show, in the order of the store's walks.
  [[nodiscard]] virtual std::vector<StoreRow> rows() const = 0;
};

}  // namespace widgetstream
