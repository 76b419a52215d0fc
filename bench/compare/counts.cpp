// groupByKey, count, toStream, to: with the record cache, without it, and behind a repartition topic.

#include "bench/compare/hand_count.hpp"
#include "bench/compare/streams_run.hpp"
#include "bench/compare/workload.hpp"
#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

namespace {

Topology counting(const Run& run, Progress& progress) {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>(run.input, Consumed::with(StringSerde{}, CountingTextSerde{progress}))
      .groupByKey()
      .count(Materialized::as("counts"))
      .toStream()
      .to(run.output);
  return builder.build();
}

void countCached(const Run& run, Progress& progress, RunNotes& notes) {
  runStreams(counting(run, progress), run, {}, progress, notes);
}

void countUncached(const Run& run, Progress& progress, RunNotes& notes) {
  StreamsConfig config;
  config.cache_max_bytes = 0;
  runStreams(counting(run, progress), run, std::move(config), progress, notes);
}

void countRepartitioned(const Run& run, Progress& progress, RunNotes& notes) {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>(run.input)
      .selectKey([](const std::string& key, const std::string&) { return key + '+'; })
      .repartition(Repartitioned::as("by-key").withValueSerde(CountingTextSerde{progress}))
      .groupByKey()
      .count(Materialized::as("counts"))
      .toStream()
      .to(run.output);
  runStreams(builder.build(), run, {}, progress, notes);
}

}  // namespace

void addCounts(std::vector<Workload>& to) {
  const auto all = [](std::int64_t records) { return records; };
  const auto keys = [](std::int64_t records) { return std::min(records, bench_keys); };
  to.push_back({.name = "count",
                .load = loadInput,
                .ways = {{"hand", countByHand}, {"widgetstream", countCached}},
                .least_output = keys,
                .stores = {"counts"}});
  to.push_back({.name = "count_uncached",
                .load = loadInput,
                .ways = {{"hand", countByHandUncached}, {"widgetstream", countUncached}},
                .least_output = all,
                .stores = {"counts"}});
  to.push_back({.name = "repartition",
                .load = loadInput,
                .ways = {{"widgetstream", countRepartitioned}},
                .least_output = keys});
}
