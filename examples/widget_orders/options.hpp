#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "topology.hpp"
#include "widgetstream/runtime/streams_config.hpp"

/// What the command line, the environment and the configuration file say together.
struct Options {
  /// A broker of our own inside the process, with sample events.
  bool embedded = false;
  std::string http_host = "127.0.0.1";
  std::uint16_t http_port = 8080;
  std::optional<MongoTarget> mongo;
  widgetstream::StreamsConfig streams;
};

/// What a command line comes to: options to run with, or an exit code when everything is said.
struct CommandLine {
  std::optional<Options> options;
  int exit_code = 0;
};

/// Flags beat WIDGET_ORDERS_MONGO_URI, which beats the file. Prints help, version and usage errors.
/// Errors  Error{invalid_config} naming setting, value and remedy; no secret shows.
[[nodiscard]] CommandLine parseCommandLine(int argc, char** argv);
