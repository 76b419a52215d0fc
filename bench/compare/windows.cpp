// Counts over windows: tumbling ones of 10 seconds, and sessions with gaps of 5.

#include "bench/compare/hand_count.hpp"
#include "bench/compare/streams_run.hpp"
#include "bench/compare/workload.hpp"
#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

namespace {

using std::chrono::seconds;

KGroupedStream<std::string, std::string> grouped(StreamsBuilder& builder, const Run& run, Progress& progress) {
  return builder.stream<std::string, std::string>(run.input, Consumed::with(StringSerde{}, CountingTextSerde{progress}))
      .groupByKey();
}

void countTumbling(const Run& run, Progress& progress, RunNotes& notes) {
  StreamsBuilder builder;
  grouped(builder, run, progress)
      .windowedBy(TimeWindows::ofSizeWithNoGrace(seconds{10}))
      .count(Materialized::as("counts"))
      .toStream()
      .to(run.output);
  runStreams(builder.build(), run, {}, progress, notes);
}

void countSessions(const Run& run, Progress& progress, RunNotes& notes) {
  StreamsBuilder builder;
  grouped(builder, run, progress)
      .windowedBy(SessionWindows::ofInactivityGapWithNoGrace(seconds{5}))
      .count(Materialized::as("counts"))
      .toStream()
      .to(run.output);
  runStreams(builder.build(), run, {}, progress, notes);
}

}  // namespace

void addWindows(std::vector<Workload>& to) {
  to.push_back({.name = "tumbling_count",
                .load = loadInput,
                .ways = {{"hand", countWindowsByHand}, {"widgetstream", countTumbling}},
                .least_output = [](std::int64_t records) { return records / 2; },  // each key is twice in a window
                .stores = {"counts"}});
  to.push_back({.name = "session_count",
                .load = loadInput,
                .ways = {{"widgetstream", countSessions}},
                .least_output = [](std::int64_t records) { return std::min(records, bench_keys); }});
}
