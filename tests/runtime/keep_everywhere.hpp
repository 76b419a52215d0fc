#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "widgetstream/serde/builtin_serdes.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/state/versioned_store_builders.hpp"
#include "widgetstream/state/window_store_builders.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {

/// Keeps each record in stores of all kinds: as a value, in windows of ten milliseconds, as a session of its own, and as a
/// version.
class KeepEverywhere final : public Processor<std::string, std::string> {
 public:
  using Processor::init;
  using Processor::process;
  void process(const Record<std::string, std::string>& record) override {
    const Timestamp at = record.timestamp;
    context().getStateStore<TimestampedKeyValueStore<std::string, std::string>>("values").put(*record.key, ValueAndTimestamp<std::string>{*record.value, at});
    context().getStateStore<WindowStore<std::string, std::string>>("windows").put(*record.key, *record.value,
                                                                    fromMillis(toMillis(at) / 10 * 10));
    context().getStateStore<SessionStore<std::string, std::string>>("sessions").put({*record.key, {at, at}}, *record.value);
    context().getStateStore<VersionedKeyValueStore<std::string, std::string>>("versions").put(*record.key, *record.value, at);
    context().forward(record);
  }
};

/// From "in" to "out".
inline Topology keepingEverywhere() {
  using Text = std::string;
  using namespace std::chrono_literals;
  Topology topology;
  topology.addSource<Text, Text>("source", {"in"})
      .addProcessor("keep", ProcessorSupplier<Text, Text>{[] { return std::make_unique<KeepEverywhere>(); }},
                    {"source"})
      .addStateStore(
          timestampedKeyValueStoreBuilder<Text, Text>(persistentKeyValueStore("values")), {"keep"})
      .addStateStore(windowStoreBuilder<Text, Text>(persistentWindowStore("windows", 1h, 10ms)), {"keep"})
      .addStateStore(sessionStoreBuilder<Text, Text>(inMemorySessionStore("sessions", 1h)), {"keep"})
      .addStateStore(versionedKeyValueStoreBuilder<Text, Text>(persistentVersionedKeyValueStore("versions", 1h)),
                     {"keep"})
      .addSink<Text, Text>("sink", "out", {"keep"});
  return topology;
}

}  // namespace widgetstream
