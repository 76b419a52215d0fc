#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "widgetstream/dsl/streams_builder.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream::golden {

/// The topologies of the corpus in C++, by the names of their files: line by line what the Java text says.
using Topologies = std::map<std::string, std::function<Topology()>>;

[[nodiscard]] const Topologies& topologies();

void addStateless(Topologies& to);
void addAggregations(Topologies& to);
void addTables(Topologies& to);
void addTableJoins(Topologies& to);
void addProcessors(Topologies& to);
void addStores(Topologies& to);
void addJoins(Topologies& to);
void addSuppress(Topologies& to);
void addGraphs(Topologies& to);
void addWindows(Topologies& to);
void addCogroups(Topologies& to);
void addNames(Topologies& to);

using Text = std::string;
using Count = std::int64_t;

/// A topology drawn by `draw`, which is given the builder.
template <class F>
[[nodiscard]] std::function<Topology()> drawn(F draw, TopologyOptimization optimization = {}) {
  return [draw, optimization] {
    StreamsBuilder builder;
    draw(builder);
    return builder.build(optimization);
  };
}

}  // namespace widgetstream::golden
