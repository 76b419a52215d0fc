#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/runtime/streams_config.hpp"

namespace widgetstream {

/// One of our own settings: its name, how it is read and shown.
struct StreamsProperty {
  std::string name;
  /// What a value must be, for the message about a wrong one.
  std::string expected;
  /// False when the value is not what is expected.
  std::function<bool(StreamsConfig&, const std::string& value)> read;
  std::function<std::string(const StreamsConfig&)> show;
};

[[nodiscard]] const std::vector<StreamsProperty>& streamsProperties();

/// librdkafka's settings that people set, for suggestions. Any other name librdkafka knows is taken too.
[[nodiscard]] const std::vector<std::string>& usualClientProperties();

}  // namespace widgetstream
