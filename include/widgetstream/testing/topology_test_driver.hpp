#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/log.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/processor/error_handlers.hpp"
#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"
#include "widgetstream/testing/plain_view.hpp"
#include "widgetstream/testing/test_input_topic.hpp"
#include "widgetstream/testing/test_output_topic.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {

struct StreamsConfig;

/// How a TopologyTestDriver runs a topology; the names are those of the application's configuration.
struct TopologyTestDriverOptions {
  std::string application_id = "test";
  /// statestore.cache.max.bytes. 0 shows every update of a table.
  std::size_t cache_max_bytes = std::size_t{10} << 20;
  Timestamp initial_wall_clock = fromMillis(0);
  /// An empty handler fails: the error comes out of the call that piped the record.
  ErrorHandler deserialization_handler;
  ErrorHandler processing_handler;
  ErrorHandler production_handler;
  ErrorHandler sink_handler;
  std::string dead_letter_topic;
  /// For sources without one of their own.
  TimestampExtractor timestamp_extractor;
  /// True: every store is kept in memory, whatever the topology says, which is faster. False: stores are as the
  /// topology has them, RocksDB in a temporary directory that is deleted at the end.
  bool stores_in_memory = true;
  LogSink log;
};

/// An application's own settings, as far as a TopologyTestDriver has them.
[[nodiscard]] TopologyTestDriverOptions testDriverOptions(const StreamsConfig& config);

/// An entry of a store, as bytes.
struct RawStoreEntry {
  Bytes key;
  Bytes value;
  /// nullopt in plain stores, which keep none.
  std::optional<Timestamp> timestamp;

  friend bool operator==(const RawStoreEntry&, const RawStoreEntry&) = default;
};

/// Runs a whole topology in one thread and at once: no broker, no waiting, time as the test says.
///
/// It is the runtime's own task over all sub-topologies, on an InMemoryBroker, and behaves like the class of this name
/// in Java: one partition a topic, whatever count is asked for; a commit, which flushes all caches, after each record;
/// records on internal topics are fed back at once, each processed and committed on its own; stream-time punctuators
/// are asked after each record, wall-clock ones by advanceWallClockTime().
///
/// Threads  one.
class TopologyTestDriver final : private TestInput, private TestOutput {
 public:
  /// Errors  Error{invalid_topology} and whatever the processors' init() throws.
  explicit TopologyTestDriver(const Topology& topology, TopologyTestDriverOptions options = {});
  ~TopologyTestDriver() override;
  TopologyTestDriver(const TopologyTestDriver&) = delete;
  TopologyTestDriver& operator=(const TopologyTestDriver&) = delete;

  /// A source topic to write to. The serdes default to those of K and V.
  /// Errors  Error{invalid_argument} when no source reads it.
  template <class K, class V>
  [[nodiscard]] TestInputTopic<K, V> input(const std::string& topic, Serde<K> key_serde = {}, Serde<V> value_serde = {},
                                           Milliseconds auto_advance = Milliseconds{0}) {
    checkInput(topic);
    return {*this,
            topic,
            detail::orDefaultSerde(std::move(key_serde)),
            detail::orDefaultSerde(std::move(value_serde)),
            now(),
            auto_advance};
  }

  /// A topic to read what was sent to it.
  template <class K, class V>
  [[nodiscard]] TestOutputTopic<K, V> output(const std::string& topic, Serde<K> key_serde = {},
                                             Serde<V> value_serde = {}) {
    return {*this, topic, detail::orDefaultSerde(std::move(key_serde)), detail::orDefaultSerde(std::move(value_serde))};
  }

  /// Errors  as input() and as TestInputTopic.
  void pipeRaw(const std::string& topic, NullableBytesView key, NullableBytesView value, Timestamp timestamp,
               const Headers& headers = noHeaders()) override;
  /// Everything that was sent to any topic, in order of sending, whether it was read or not; from a sequence number on.
  [[nodiscard]] std::vector<BrokerRecord> sentRecords(std::uint64_t from_sequence = 0) const;
  /// Names of the topics that were sent to, internal ones included.
  [[nodiscard]] std::vector<std::string> producedTopicNames() const;

  /// Moves the wall clock on; each wall-clock punctuator that is due fires once.
  void advanceWallClockTime(Milliseconds by);
  [[nodiscard]] Timestamp now() const;

  /// A store to look into, or to fill. Of a timestamped store it shows the values, and puts without a timestamp.
  /// Valid until close() or crashAndRestart().
  /// Errors  Error{invalid_argument} when there is none of this name, or of other types.
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<KeyValueStore<K, V>> getKeyValueStore(const std::string& name) {
    StateStore& store = stateStore(name);
    if (auto* plain = dynamic_cast<KeyValueStore<K, V>*>(&store)) return {std::shared_ptr<void>{}, plain};
    if (auto* timestamped = dynamic_cast<TimestampedKeyValueStore<K, V>*>(&store)) {
      return std::make_shared<detail::PlainView<K, V>>(*timestamped);
    }
    throwWrongType(name);
  }
  template <class K, class V>
  [[nodiscard]] TimestampedKeyValueStore<K, V>& getTimestampedKeyValueStore(const std::string& name) {
    if (auto* typed = dynamic_cast<TimestampedKeyValueStore<K, V>*>(&stateStore(name))) return *typed;
    throwWrongType(name);
  }

  [[nodiscard]] std::vector<std::string> storeNames() const;
  /// What a store holds, by key bytes.
  [[nodiscard]] std::vector<RawStoreEntry> rawStore(const std::string& name) const;
  /// True for the stores of tables and aggregates.
  [[nodiscard]] bool isTimestamped(const std::string& name) const;

  /// Records that went no further, for whatever reason.
  [[nodiscard]] std::uint64_t droppedRecords() const;
  [[nodiscard]] MetricsRegistry& metrics();
  [[nodiscard]] InMemoryBroker& broker();

  /// Ends the task as a crash would, deletes its state, keeps every topic, and starts it again: stores are restored
  /// from their changelogs, inputs go on where they were committed.
  void crashAndRestart();
  /// Closes processors and stores and deletes the state. Sent records can still be read.
  void close();

 private:
  [[nodiscard]] std::optional<BrokerRecord> takeSent(const std::string& topic) override;
  [[nodiscard]] std::size_t sentLeft(const std::string& topic) const override;
  void checkInput(const std::string& topic) const;
  [[nodiscard]] StateStore& stateStore(const std::string& name) const;
  [[noreturn]] static void throwWrongType(const std::string& name);

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace widgetstream
