#pragma once

#include "bench/support/comparison.hpp"
#include "widgetstream/runtime/streams_config.hpp"
#include "widgetstream/topology/topology.hpp"

/// Runs a topology on one stream thread, with a state directory of its own, until `progress` is complete, and closes it.
/// `config` is what differs from the defaults.
///
/// Errors  std::runtime_error when the application ends in an error, or does not close in time
void runStreams(widgetstream::Topology topology, const Run& run, widgetstream::StreamsConfig config,
                Progress& progress);
