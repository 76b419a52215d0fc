#pragma once

#include <memory>

#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// An ordered map whose walks see the state they began with: an entry keeps its older versions as long as a walk that
/// may ask for them lives. Writers never copy the map and never wait for a walk.
[[nodiscard]] std::unique_ptr<StoreEngine> openMemoryEngine(const EngineOptions& options);

}  // namespace widgetstream::detail
