#include "widgetstream/query/query_server.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"

namespace widgetstream {

QueryServer::QueryServer(KafkaStreams& app, QueryServerOptions options) : QueryServer(std::move(options)) {
  onHealth([&app] {
    const StreamsState state = app.state();
    return state != StreamsState::error && state != StreamsState::pending_error;
  });
  onReady([&app] {
    Readiness readiness = app.readiness();
    return std::pair{readiness.ready, readiness.ready ? std::string{"ready"} : std::move(readiness.reason)};
  });
  onMetrics([&app] { return app.metrics().prometheus(); });
}

}  // namespace widgetstream
