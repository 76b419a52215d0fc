#pragma once

#include <string>
#include <vector>

#include "bench/compare/workload.hpp"

/// Compiles java/Compare.java into `build/servers/compare` of the source tree, once.
/// Errors  std::runtime_error with what the compiler said
void buildJava();

/// The command of one run by Java Kafka Streams. `small`: with a heap of 512 MB instead of the default.
[[nodiscard]] std::vector<std::string> javaCommand(const std::string& workload, const Run& run, bool small,
                                                   const std::string& started);
