#pragma once

#include "bench/compare/workload.hpp"
#include "widgetstream/runtime/streams_config.hpp"
#include "widgetstream/topology/topology.hpp"

/// Runs a topology on one stream thread until `progress` is complete, and closes it. `config` is what differs from the
/// defaults.
///
/// Errors  std::runtime_error when the application ends in an error, or does not close in time
void runStreams(widgetstream::Topology topology, const Run& run, widgetstream::StreamsConfig config,
                Progress& progress, RunNotes& notes);
/// Runs it until its stores are restored, which is what `progress` then tells, and closes it.
void restoreStreams(widgetstream::Topology topology, const Run& run, Progress& progress, RunNotes& notes);
