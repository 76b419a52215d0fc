// What a task costs a record, from its input queue to the producer, which discards.

#include <benchmark/benchmark.h>

#include <algorithm>

#include "bench/micro/task_harness.hpp"
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

namespace {

constexpr std::size_t batch = 1000;

/// `distinct` keys, in an order that does not favour caches.
std::vector<std::string> keysOf(std::size_t distinct) {
  std::vector<std::string> keys;
  for (std::size_t number = 0; number < distinct; ++number) {
    keys.push_back("customer-" + std::to_string(number * 7919 % distinct));
  }
  return keys;
}

void run(benchmark::State& state, Topology topology, std::size_t distinct_keys, std::size_t cache_bytes) {
  std::vector<std::vector<std::string>> batches;
  const auto keys = keysOf(distinct_keys);
  for (std::size_t from = 0; from < keys.size(); from += batch) {
    batches.emplace_back(keys.begin() + static_cast<std::ptrdiff_t>(from),
                         keys.begin() + static_cast<std::ptrdiff_t>(std::min(from + batch, keys.size())));
  }
  const std::string value(120, 'x');
  TaskHarness task{std::move(topology), cache_bytes};
  std::size_t next = 0;
  std::int64_t processed = 0;
  for (auto _ : state) {
    task.process(batches[next], value);
    processed += static_cast<std::int64_t>(batches[next].size());
    if (++next == batches.size()) next = 0;
  }
  state.SetItemsProcessed(processed);
  task.commit();
  if (task.producer().sent() == 0) state.SkipWithError("nothing was sent");
}

void filterMapValuesTo(benchmark::State& state) {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>("in")
      .filter([](const std::string& event) { return event.size() > 10; })
      .mapValues([](const std::string& event) { return event + '!'; })
      .to("out");
  run(state, builder.build(), batch, 0);
}
BENCHMARK(filterMapValuesTo);

/// Arguments: how many keys, and the record cache's bytes. Commits are not in it: store_bench.cpp has them.
void count(benchmark::State& state) {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>("in").groupByKey().count(Materialized::as("counts")).toStream().to("out");
  run(state, builder.build(), static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
}
BENCHMARK(count)->ArgNames({"keys", "cache"})->ArgsProduct({{1'000, 100'000}, {0, 32 << 20}});

}  // namespace
