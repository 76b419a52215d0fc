#include "tests/golden/described.hpp"

// suppress().

namespace widgetstream::golden {
namespace {

using namespace std::chrono_literals;

std::function<Topology()> finalCounts(const SuppressedUntilWindowCloses& how) {
  return drawn([how](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .groupByKey()
        .windowedBy(TimeWindows::ofSizeWithNoGrace(1min))
        .count()
        .suppress(how)
        .toStream()
        .to("out");
  });
}

}  // namespace

void addDescribedSuppress(Topologies& to) {
  to["suppress"] = finalCounts(Suppressed::untilWindowCloses(BufferConfig::unbounded()));
  to["suppress named"] = finalCounts(Suppressed::untilWindowCloses(BufferConfig::unbounded()).withName("sup"));
}

}  // namespace widgetstream::golden
