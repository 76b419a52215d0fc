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
#include "widgetstream/processor/processor_context.hpp"
#include "widgetstream/state/inspectable_store.hpp"
#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/state/value_timestamp_headers.hpp"
#include "widgetstream/state/versioned_key_value_store.hpp"
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
  /// What processors are told by appConfigs().
  AppConfigs app_configs;
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
using RawStoreEntry = StoreRow;

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

  /// A store to look into, or to fill; valid until close() or crashAndRestart(). Of one whose values bear timestamps or
  /// headers the getters of plain stores show the values, and put without either.
  /// Errors  Error{invalid_argument} when there is none of this name, or of other types.
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<KeyValueStore<K, V>> getKeyValueStore(const std::string& name) {
    return plainStore<KeyValueStore<K, V>, detail::PlainView<K, V, ValueAndTimestamp<V>>,
                      TimestampedKeyValueStore<K, V>, detail::PlainView<K, V, ValueTimestampHeaders<V>>,
                      TimestampedKeyValueStoreWithHeaders<K, V>>(name);
  }
  template <class K, class V>
  [[nodiscard]] TimestampedKeyValueStore<K, V>& getTimestampedKeyValueStore(const std::string& name) {
    return typedStore<TimestampedKeyValueStore<K, V>>(name);
  }
  template <class K, class V>
  [[nodiscard]] TimestampedKeyValueStoreWithHeaders<K, V>& getTimestampedKeyValueStoreWithHeaders(
      const std::string& name) {
    return typedStore<TimestampedKeyValueStoreWithHeaders<K, V>>(name);
  }
  template <class K, class V>
  [[nodiscard]] VersionedKeyValueStore<K, V>& getVersionedKeyValueStore(const std::string& name) {
    return typedStore<VersionedKeyValueStore<K, V>>(name);
  }
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<WindowStore<K, V>> getWindowStore(const std::string& name) {
    return plainStore<WindowStore<K, V>, detail::PlainWindowView<K, V, ValueAndTimestamp<V>>,
                      TimestampedWindowStore<K, V>, detail::PlainWindowView<K, V, ValueTimestampHeaders<V>>,
                      TimestampedWindowStoreWithHeaders<K, V>>(name);
  }
  template <class K, class V>
  [[nodiscard]] TimestampedWindowStore<K, V>& getTimestampedWindowStore(const std::string& name) {
    return typedStore<TimestampedWindowStore<K, V>>(name);
  }
  template <class K, class V>
  [[nodiscard]] TimestampedWindowStoreWithHeaders<K, V>& getTimestampedWindowStoreWithHeaders(const std::string& name) {
    return typedStore<TimestampedWindowStoreWithHeaders<K, V>>(name);
  }
  template <class K, class A>
  [[nodiscard]] std::shared_ptr<SessionStore<K, A>> getSessionStore(const std::string& name) {
    return plainStore<SessionStore<K, A>, detail::PlainSessionView<K, A, AggregationWithHeaders<A>>,
                      SessionStoreWithHeaders<K, A>>(name);
  }
  template <class K, class A>
  [[nodiscard]] SessionStoreWithHeaders<K, A>& getSessionStoreWithHeaders(const std::string& name) {
    return typedStore<SessionStoreWithHeaders<K, A>>(name);
  }

  [[nodiscard]] std::vector<std::string> storeNames() const;
  /// What a store holds, in the order of its walks.
  /// Errors  Error{invalid_argument} for a store that cannot be looked into (canInspect()).
  [[nodiscard]] std::vector<RawStoreEntry> rawStore(const std::string& name) const;
  /// key_value, window, session or versioned; before that `timestamped_` or `with_headers_`, if values have them.
  [[nodiscard]] std::string storeKind(const std::string& name) const;
  /// False for buffers, which are no stores to look into, and for stores of a user's own making.
  [[nodiscard]] bool canInspect(const std::string& name) const;
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

  template <class Store>
  [[nodiscard]] Store& typedStore(const std::string& name) const {
    if (auto* typed = dynamic_cast<Store*>(&stateStore(name))) return *typed;
    throwWrongType(name);
  }
  /// The store itself if it is plain; else a view of what it is instead.
  template <class Plain, class View, class Other, class... ViewsAndOthers>
  [[nodiscard]] std::shared_ptr<Plain> plainStore(const std::string& name) const {
    StateStore& store = stateStore(name);
    if (auto* plain = dynamic_cast<Plain*>(&store)) return {std::shared_ptr<void>{}, plain};
    if (auto* other = dynamic_cast<Other*>(&store)) return std::make_shared<View>(*other);
    if constexpr (sizeof...(ViewsAndOthers) > 0) {
      return plainStore<Plain, ViewsAndOthers...>(name);
    } else {
      throwWrongType(name);
    }
  }

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace widgetstream
