// groupByKey, count, toStream, to: with the record cache and without, by hand and by WidgetStream in turn.
//   count [--records 2000000] [--rounds 3]

#include <iostream>
#include <stdexcept>

#include "bench/support/arguments.hpp"
#include "bench/support/broker.hpp"
#include "bench/support/comparison.hpp"
#include "bench/support/hand_count.hpp"
#include "bench/support/streams_run.hpp"
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

void countCached(const Run& run, Progress& progress) {
  runStreams(counting(run, progress), run, {}, progress);
}

void countUncached(const Run& run, Progress& progress) {
  StreamsConfig config;
  config.cache_max_bytes = 0;
  runStreams(counting(run, progress), run, std::move(config), progress);
}

int count(int argc, char** argv) {
  const Comparison comparison{"count", "counts", argc, argv};
  if (comparison.isChild())
    return comparison.runChild({{"hand", countByHand},
                                {"widgetstream", countCached},
                                {"hand_uncached", countByHandUncached},
                                {"widgetstream_uncached", countUncached}});

  BenchBroker broker;
  comparison.load(broker);
  auto results = comparison.inTurn(broker, {"hand", "widgetstream"}, [&](const std::string& output) {
    if (broker.recordsIn(output) < comparison.keys()) throw std::runtime_error{"counts are missing"};
  });
  const auto uncached =
      comparison.inTurn(broker, {"hand_uncached", "widgetstream_uncached"}, [&](const std::string& output) {
        comparison.expectRecords(broker, output, comparison.records());
      });
  results.insert(results.end(), uncached.begin(), uncached.end());
  std::cout << comparison.line(results) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return runProgram("count", argc, argv, count);
}
