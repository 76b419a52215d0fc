// What the in-memory broker of the testing kit costs a record: tests with many records wait for it.

#include <benchmark/benchmark.h>

#include "widgetstream/testing/in_memory_broker.hpp"

using namespace widgetstream;

namespace {

void produceInMemory(benchmark::State& state) {
  InMemoryBroker broker{{.stepped = true}};
  broker.createTopic("out", 4);
  const auto producer = broker.producer({});
  Producer::Topic& topic = producer->topic("out");
  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
  const std::string key = "customer-1";
  const std::string value(120, 'x');
  for (auto _ : state) {
    while (!producer->send(topic, {.key = key, .value = value}, channel)) producer->poll(Milliseconds{0});
  }
  if (!producer->flush(deliveries, Milliseconds{1000})) state.SkipWithError("not everything was delivered");
  state.SetItemsProcessed(state.iterations());
}
// It keeps what it is sent, so the number is fixed.
BENCHMARK(produceInMemory)->Iterations(200'000);

}  // namespace
