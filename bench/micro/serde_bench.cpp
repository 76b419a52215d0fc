// What encoding and decoding cost.

#include <benchmark/benchmark.h>

#include "examples/widget_orders/model.hpp"
#include "widgetstream/serde/default_serde.hpp"

using namespace widgetstream;

namespace {

template <class T>
void encode(benchmark::State& state, const T& value) {
  const Serde<T> serde = defaultSerde<T>();
  Bytes out;
  for (auto _ : state) {
    out.clear();
    serde.encode(value, {}, out);
    benchmark::DoNotOptimize(out);
  }
  state.SetItemsProcessed(state.iterations());
}

/// Into the value of the record before, as the runtime decodes.
template <class T>
void decode(benchmark::State& state, const T& value) {
  const Serde<T> serde = defaultSerde<T>();
  const Bytes bytes = serde.encode(value);
  std::optional<T> into;
  for (auto _ : state) {
    serde.decode(bytes, {}, into);
    benchmark::DoNotOptimize(into);
  }
  state.SetItemsProcessed(state.iterations());
}

const OrderEvent event{"WidgetOrdered", "Fred", "W123"};
const OrderKey key{"Fred", fromMillis(1'769'860'800'000), {"event-topic", 3, 123'456}};
const std::string text(120, 'x');
constexpr std::int64_t number = 123'456'789;

BENCHMARK_CAPTURE(encode, order_event_as_json, event);
BENCHMARK_CAPTURE(decode, order_event_as_json, event);
BENCHMARK_CAPTURE(encode, order_key_ordered, key);
BENCHMARK_CAPTURE(decode, order_key_ordered, key);
BENCHMARK_CAPTURE(encode, text_of_120_bytes, text);
BENCHMARK_CAPTURE(decode, text_of_120_bytes, text);
BENCHMARK_CAPTURE(encode, long, number);
BENCHMARK_CAPTURE(decode, long, number);

}  // namespace
