#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/support/figures.hpp"
#include "bench/support/progress.hpp"

/// Runs this program again with `arguments`, as a process of its own so that its CPU time and memory are those of the
/// run alone, and reads the figures it prints.
///
/// Errors  std::runtime_error with what it said when it fails or takes longer than ten minutes
[[nodiscard]] RunFigures runInChild(std::vector<std::string> arguments);

/// For the child: prints the figures of a run that has just ended. `started` is the argument child-started.
void printFigures(const Progress& progress, std::int64_t records, std::int64_t started);

/// Now, as an argument: the clock is the same for all processes.
[[nodiscard]] std::string startedArgument();
