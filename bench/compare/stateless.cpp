// passthrough: filter, mapValues, to. start: the same for one record, which is there before the process.

#include "bench/compare/streams_run.hpp"
#include "bench/compare/workload.hpp"
#include "bench/support/hand_clients.hpp"
#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

namespace {

bool isOrder(std::string_view event) {
  return event.size() > 10;
}

void passByHand(const Run& run, Progress& progress, RunNotes&) {
  HandConsumer consumer{run.bootstrap_servers, run.input, run.partitions};
  HandProducer producer{run.bootstrap_servers};
  rd_kafka_topic_t* out = producer.topic(run.output);
  std::string mapped;
  consumer.run(
      progress,
      [&](const HandRecord& record) {
        if (!isOrder(record.value)) return;
        mapped.assign(record.value);
        mapped += '!';
        producer.send(out, RD_KAFKA_PARTITION_UA, record.key, mapped);
      },
      [&] { producer.poll(); });
  producer.flush();
}

void passThrough(const Run& run, Progress& progress, RunNotes& notes) {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>(run.input, Consumed::with(StringSerde{}, CountingTextSerde{progress}))
      .filter([](const std::string& event) { return isOrder(event); })
      .mapValues([](const std::string& event) { return event + '!'; })
      .to(run.output);
  runStreams(builder.build(), run, {}, progress, notes);
}

}  // namespace

void addStateless(std::vector<Workload>& to) {
  const std::map<std::string, Way> ways{{"hand", passByHand}, {"widgetstream", passThrough}};
  const auto all = [](std::int64_t records) { return records; };
  to.push_back({.name = "passthrough",
                .load = loadInput,
                .ways = ways,
                .least_output = all});
  to.push_back({.name = "start",
                .load = [](BenchBroker& broker, const Run& run) { broker.load(run.input, 1, 1); },
                .ways = ways,
                .least_output = all});
  to.push_back({.name = "restart",
                .load = [](BenchBroker& broker, const Run& run) { broker.createTopic(run.input); },
                .prepare = [](BenchBroker& broker, const Run& run) { broker.add(run.input, 1); },
                .ways = {{"widgetstream", passThrough}},
                .restarts = true});
}
