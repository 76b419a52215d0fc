// Joins of a stream with a table and with another stream, and of two tables by a foreign key.

#include <vector>

#include "bench/compare/hand_store.hpp"
#include "bench/compare/streams_run.hpp"
#include "bench/compare/workload.hpp"
#include "bench/support/hand_clients.hpp"
#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

namespace {

constexpr std::int64_t rights = 1000;
constexpr std::int64_t rows_at_ms = 1'699'999'999'000;  // before all other records

void loadRows(BenchBroker& broker, const Run& run, std::int64_t rows, const std::string& prefix) {
  broker.createTopic(run.table);
  broker.add(run.table, rows, [&](std::int64_t number) {
    return KafkaTestRecord{.key = prefix + std::to_string(number),
                           .value = "row number " + std::to_string(number),
                           .headers = {},
                           .timestamp_ms = rows_at_ms};
  });
}

std::string enriched(std::string_view event, std::string_view row) {
  return std::string{row} + std::to_string(event.size());
}

void joinTableByHand(const Run& run, Progress& progress, RunNotes&) {
  std::vector<HandTable<std::string>> rows(static_cast<std::size_t>(run.partitions));
  Progress rows_read{bench_keys};
  HandConsumer table{run.bootstrap_servers, run.table, run.partitions};
  table.run(
      rows_read,
      [&](const HandRecord& row) { rows[static_cast<std::size_t>(row.partition)].emplace(row.key, row.value); }, [] {});
  HandConsumer consumer{run.bootstrap_servers, run.input, run.partitions};
  HandProducer producer{run.bootstrap_servers};
  rd_kafka_topic_t* out = producer.topic(run.output);
  consumer.run(
      progress,
      [&](const HandRecord& record) {
        const HandTable<std::string>& here = rows[static_cast<std::size_t>(record.partition)];
        const auto row = here.find(record.key);
        if (row != here.end())
          producer.send(out, RD_KAFKA_PARTITION_UA, record.key, enriched(record.value, row->second));
      },
      [&] { producer.poll(); });
  producer.flush();
}

void joinTable(const Run& run, Progress& progress, RunNotes& notes) {
  StreamsBuilder builder;
  const auto rows = builder.table<std::string, std::string>(run.table, Materialized::as("rows"));
  builder.stream<std::string, std::string>(run.input, Consumed::with(StringSerde{}, CountingTextSerde{progress}))
      .join(rows, [](const std::string& event, const std::string& row) { return enriched(event, row); })
      .to(run.output);
  runStreams(builder.build(), run, {}, progress, notes);
}

/// Half of the records are on each side. They are counted when they are processed: the last one is read before it is, and
/// may have to wait for the other side.
void joinStream(const Run& run, Progress& progress, RunNotes& notes) {
  StreamsBuilder builder;
  const auto counted = [&](const std::string& topic) {
    return builder.stream<std::string, std::string>(topic).peek(
        [&progress](const std::string&, const std::string&) { progress.one(); });
  };
  const auto other = counted(run.table);
  counted(run.input)
      .join(
          other, [](const std::string& a, const std::string& b) { return a.substr(0, 20) + b.substr(0, 20); },
          JoinWindows::ofTimeDifferenceWithNoGrace(std::chrono::seconds{1}))
      .to(run.output);
  runStreams(builder.build(), run, {}, progress, notes);
}

/// The customer of an order: "customerId":"customer-17" names one of a thousand rows.
std::string foreignKey(const std::string& order) {
  const std::size_t from = order.find("customer-") + 9;
  return "row-" + std::to_string(std::stoll(order.substr(from, order.find('"', from) - from)) % rights);
}

/// Without a cache, so that each record comes out at the end, where it is counted.
void joinByForeignKey(const Run& run, Progress& progress, RunNotes& notes) {
  StreamsBuilder builder;
  const auto left =
      builder.stream<std::string, std::string>(run.input).toTable(Materialized::as("lefts"));
  const auto right = builder.table<std::string, std::string>(run.table, Materialized::as("rights"));
  left.join(
          right, foreignKey, [](const std::string& order, const std::string& row) { return enriched(order, row); })
      .toStream()
      .peek([&progress](const std::string&, const std::string&) { progress.one(); })
      .to(run.output);
  StreamsConfig config;
  config.cache_max_bytes = 0;
  runStreams(builder.build(), run, std::move(config), progress, notes);
}

}  // namespace

void addJoins(std::vector<Workload>& to) {
  const auto all = [](std::int64_t records) { return records; };
  to.push_back({.name = "stream_table_join",
                .load =
                    [](BenchBroker& broker, const Run& run) {
                      loadRows(broker, run, bench_keys, "customer-");
                      broker.load(run.input, run.records, bench_keys);
                    },
                .ways = {{"hand", joinTableByHand}, {"widgetstream", joinTable}},
                .least_output = all});
  to.push_back({.name = "stream_stream_join",
                .load =
                    [](BenchBroker& broker, const Run& run) {
                      broker.load(run.table, run.records / 2, bench_keys);
                      broker.load(run.input, run.records / 2, bench_keys);
                    },
                .ways = {{"widgetstream", joinStream}},
                .least_output = [](std::int64_t records) { return records / 2; }});
  to.push_back({.name = "foreign_key_join",
                .load =
                    [](BenchBroker& broker, const Run& run) {
                      loadRows(broker, run, rights, "row-");
                      // A key each: of a row that has changed meanwhile nothing comes back.
                      broker.load(run.input, run.records, run.records);
                    },
                .ways = {{"widgetstream", joinByForeignKey}},
                .least_output = all});
}
