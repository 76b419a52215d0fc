// Topologies of the corpus around suppress().

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

using std::chrono::milliseconds;

template <class How>
std::function<Topology()> tableHeldBack(How how, MaterializedFor<Text, Text> store = {}) {
  return drawn([how, store](StreamsBuilder& b) { b.table<Text, Text>("in", store).suppress(how).toStream().to("out"); });
}

}  // namespace

void addSuppress(Topologies& to) {
  to["suppress_max_bytes_not_logged"] = tableHeldBack(
      Suppressed::untilTimeLimit(milliseconds{1000}, BufferConfig::maxBytes(200).withLoggingDisabled()));
  to["suppress_strict_overflow"] =
      tableHeldBack(Suppressed::untilTimeLimit(milliseconds{1000}, BufferConfig::maxRecords(1).shutDownWhenFull()));
  to["suppress_until_time_limit"] =
      tableHeldBack(Suppressed::untilTimeLimit(milliseconds{10}, BufferConfig::unbounded()), Materialized::as("table"));
  to["suppress_zero_limit"] =
      tableHeldBack(Suppressed::untilTimeLimit(milliseconds{0}, BufferConfig::unbounded()));
}

}  // namespace widgetstream::golden
