#pragma once

#include <string>

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {

/// Topologies that Java's describe() was recorded of, in C++, by the names in describe_test.cpp's files. Only their
/// shape matters: what their functions do is never run.
[[nodiscard]] const Topologies& described();

void addDescribedTables(Topologies& to);
void addDescribedJoins(Topologies& to);
void addDescribedGraphs(Topologies& to);

/// As it is, and with topology.optimization=all under the name that the texts have for that.
void addBoth(Topologies& to, const std::string& name, const std::function<void(StreamsBuilder&)>& draw);
void addWindowsDescribed(Topologies& to);
void addDescribedSuppress(Topologies& to);

}  // namespace widgetstream::golden
