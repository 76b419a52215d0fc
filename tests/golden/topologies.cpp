#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {

const Topologies& topologies() {
  static const Topologies all = [] {
    Topologies made;
    addStateless(made);
    addAggregations(made);
    addTables(made);
    addTableJoins(made);
    addProcessors(made);
    addStores(made);
    addJoins(made);
    addSuppress(made);
    addGraphs(made);
    addWindows(made);
    addCogroups(made);
    addNames(made);
    return made;
  }();
  return all;
}

}  // namespace widgetstream::golden
