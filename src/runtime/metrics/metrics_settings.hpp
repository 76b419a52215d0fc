#pragma once

#include <chrono>

#include "widgetstream/core/recording_level.hpp"

namespace widgetstream {

/// How much is measured and over which time.
struct MetricsSettings {
  RecordingLevel level = RecordingLevel::info;
  std::chrono::nanoseconds window{std::chrono::seconds{30}};

  [[nodiscard]] bool debug() const noexcept { return level != RecordingLevel::info; }
};

}  // namespace widgetstream
