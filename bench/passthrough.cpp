// filter, mapValues, to: a bare librdkafka loop and WidgetStream in turn, on one broker.
//   passthrough [--records 2000000] [--rounds 3]

#include <iostream>

#include "bench/support/arguments.hpp"
#include "bench/support/broker.hpp"
#include "bench/support/child.hpp"
#include "bench/support/comparison.hpp"
#include "bench/support/hand_clients.hpp"
#include "bench/support/streams_run.hpp"
#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

namespace {

bool isOrder(std::string_view event) {
  return event.size() > 10;
}

void runHandLoop(const Run& run, Progress& progress) {
  HandConsumer consumer{run.bootstrap_servers, run.input, bench_partitions};
  HandProducer producer{run.bootstrap_servers};
  rd_kafka_topic_t* out = producer.topic(run.output);
  std::string mapped;
  consumer.run(
      progress,
      [&](std::string_view key, std::string_view value, std::int32_t) {
        if (!isOrder(value)) return;
        mapped.assign(value);
        mapped += '!';
        producer.send(out, RD_KAFKA_PARTITION_UA, key, mapped);
      },
      [&] { producer.poll(); });
  producer.flush();
}

void runWidgetStream(const Run& run, Progress& progress) {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>(run.input, Consumed::with(StringSerde{}, CountingTextSerde{progress}))
      .filter([](const std::string& event) { return isOrder(event); })
      .mapValues([](const std::string& event) { return event + '!'; })
      .to(run.output);
  runStreams(builder.build(), run, {}, progress);
}

int passthrough(int argc, char** argv) {
  const Comparison comparison{"passthrough", "", argc, argv};
  if (comparison.isChild()) return comparison.runChild({{"hand", runHandLoop}, {"widgetstream", runWidgetStream}});

  BenchBroker broker;
  comparison.load(broker);
  const auto expected = [&](const std::string& output) { comparison.expectRecords(broker, output, comparison.records()); };
  const auto results = comparison.inTurn(broker, {"hand", "widgetstream"}, expected);
  std::cout << comparison.line(results) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return runProgram("passthrough", argc, argv, passthrough);
}
