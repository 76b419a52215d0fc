#pragma once

#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// True if no key can lie within: engines and indexes then need not cope with crossed bounds.
[[nodiscard]] bool isEmpty(const ScanBounds& bounds) noexcept;

/// True if a walk in the bounds' direction has passed their end at `key`.
[[nodiscard]] bool isPast(const ScanBounds& bounds, BytesView key) noexcept;

}  // namespace widgetstream::detail
