#pragma once

#include <string>

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {

/// Topologies that Java's describe() was recorded of, in C++, by the names in describe_test.cpp's files. Only their
/// shape matters: what their functions do is never run.
[[nodiscard]] const Topologies& described();

void addDescribedTables(Topologies& to);

}  // namespace widgetstream::golden
