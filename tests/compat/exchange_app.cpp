// The C++ side of the exchange with Java Kafka Streams: arguments, output and end are those of
// java/src/main/java/widgetstream/compat/ExchangeApp.java.
//   exchange-app TOPOLOGY APPLICATION-ID HOST:PORT STATE-DIR [NAME=VALUE...]

#include <iostream>
#include <map>
#include <string>

#include "tests/compat/topologies.hpp"
#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: exchange-app TOPOLOGY APPLICATION-ID HOST:PORT STATE-DIR [NAME=VALUE...]\n";
    return 2;
  }
  try {
    ShutdownSignals signals;
    std::map<std::string, std::string> settings{{"application.id", argv[2]},
                                                {"bootstrap.servers", argv[3]},
                                                {"state.dir", argv[4]},
                                                {"commit.interval.ms", "100"},
                                                {"statestore.cache.max.bytes", "0"}};
    for (int i = 5; i < argc; ++i) {
      const std::string setting = argv[i];
      const auto equals = setting.find('=');
      settings[setting.substr(0, equals)] = setting.substr(equals + 1);
    }
    StreamsBuilder builder;
    compat::define(argv[1], builder, argv[2]);
    KafkaStreams app{builder.build(), StreamsConfig::fromProperties(settings)};
    app.setStateListener([&](StreamsState now, StreamsState) {
      if (now == StreamsState::running) std::cout << "running" << std::endl;
      if (now == StreamsState::error) signals.request();
    });
    app.start();
    signals.wait();
    const bool failed = app.state() == StreamsState::error;
    return app.close() && !failed ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "exchange-app: " << error.what() << '\n';
    return 1;
  }
}
