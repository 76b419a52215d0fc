#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/support/figures.hpp"
#include "bench/support/progress.hpp"

/// Runs a command as a process of its own, so that its CPU time and memory are those of the run alone, and reads the
/// figures it prints.
///
/// Errors  std::runtime_error with what it said when it fails or takes longer than ten minutes
[[nodiscard]] RunFigures runInChild(std::vector<std::string> command);
/// This program.
[[nodiscard]] std::string ownPath();

/// Of this process, up to now.
[[nodiscard]] double cpuSeconds();
[[nodiscard]] double peakResidentMb();
/// For the child: the figures of a run that ended at `ended`. `started` is the argument child-started.
[[nodiscard]] RunFigures figuresOf(const Progress& progress, std::int64_t records, Progress::Clock::time_point started,
                                   Progress::Clock::time_point ended = Progress::Clock::now());

/// Now, as an argument: the clock is the same for all processes.
[[nodiscard]] std::string startedArgument();
