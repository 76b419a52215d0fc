#include "bench/compare/workload.hpp"

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all = [] {
    std::vector<Workload> made;
    addStateless(made);
    addCounts(made);
    addWindows(made);
    addJoins(made);
    addRestore(made);
    return made;
  }();
  return all;
}
