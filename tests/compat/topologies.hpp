#pragma once

#include <string>

#include "widgetstream/dsl/streams_builder.hpp"

namespace widgetstream::compat {

/// Defines the topology that the Java program (java/src/main/java/widgetstream/compat/Topologies.java) knows by `name`,
/// line by line. Its topics begin with `application`, the application's id.
///
/// Errors  std::invalid_argument for a name that is none
void define(const std::string& name, StreamsBuilder& builder, const std::string& application);

}  // namespace widgetstream::compat
