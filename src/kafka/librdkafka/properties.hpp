#pragma once

#include "kafka/librdkafka/handles.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream::rdkafka {

/// Where the properties of a client come from, weakest first.
struct PropertyLayers {
  /// Ours, for speed and good manners; the user may override them.
  ClientProperties defaults;
  /// Ours, and unknown to some versions of librdkafka: set where they exist.
  ClientProperties defaults_if_known;
  ClientProperties common;
  ClientProperties own;
  /// What the code of this room relies on. A user's other value is refused a place, with a line in the log.
  ClientProperties required;
};

/// Everything a client will be given, after overriding.
[[nodiscard]] ClientProperties merged(const PropertyLayers& layers);

/// Errors  Error{invalid_config} with property, value (unless it is a secret) and librdkafka's reason; or when there
///         are no bootstrap.servers.
[[nodiscard]] ConfHandle makeConf(const PropertyLayers& layers, const Logger& log);

}  // namespace widgetstream::rdkafka
