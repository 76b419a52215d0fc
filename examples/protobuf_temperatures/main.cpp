// protobuf-temperatures: keeps the coldest and warmest reading of each room; protobuf in, protobuf out.
//   protobuf-temperatures HOST:PORT      reads the topic `readings`, writes the topic `rooms`

#include <algorithm>
#include <iostream>
#include <string>

#include "temperature.pb.h"
#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;
using temperatures::Reading;
using temperatures::Summary;

namespace {

/// What is known of a room after one reading more.
Summary add(const Reading& reading, const Summary& before) {
  Summary after = before;
  const bool first = before.readings() == 0;
  after.set_coldest(first ? reading.celsius() : std::min(before.coldest(), reading.celsius()));
  after.set_warmest(first ? reading.celsius() : std::max(before.warmest(), reading.celsius()));
  after.set_readings(before.readings() + 1);
  return after;
}

Topology roomTemperatures() {
  StreamsBuilder builder;
  builder.stream<std::string, Reading>("readings")
      .groupBy([](const Reading& reading) { return reading.room(); })
      .aggregate([] { return Summary{}; }, add, Materialized::as("rooms"))
      .toStream()
      .to("rooms");
  return builder.build();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: protobuf-temperatures HOST:PORT\n";
    return 2;
  }
  try {
    ShutdownSignals signals;
    StreamsConfig config;
    config.application_id = "protobuf-temperatures";
    config.bootstrap_servers = argv[1];
    config.commit_interval = Milliseconds{1000};
    KafkaStreams app{roomTemperatures(), config};
    app.setStateListener([&](StreamsState now, StreamsState) {
      if (now == StreamsState::error) signals.request();
    });
    app.start();
    signals.wait();
    const bool failed = app.state() == StreamsState::error;
    app.close();
    return failed ? 1 : 0;
  } catch (const std::exception& error) {
    std::cerr << "protobuf-temperatures: " << error.what() << '\n';
    return 1;
  }
}
