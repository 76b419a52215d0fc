#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/metrics.hpp"
#include "widgetstream/kafka/clients.hpp"
#include "widgetstream/runtime/kafka_streams_state.hpp"
#include "widgetstream/runtime/local_stores.hpp"
#include "widgetstream/runtime/local_windowed_stores.hpp"
#include "widgetstream/runtime/memory_report.hpp"
#include "widgetstream/runtime/state_query.hpp"
#include "widgetstream/runtime/state_restore_listener.hpp"
#include "widgetstream/runtime/streams_config.hpp"
#include "widgetstream/runtime/thread_metadata.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {

/// Whether the application can serve, and if not, why.
struct Readiness {
  bool ready = false;
  /// "REBALANCING: missing source topics: orders"
  std::string reason;
};

/// Where a key of a store lives.
struct KeyQueryMetadata {
  std::int32_t partition = -1;
  /// True if this process has the partition. While that is being restored, reading it is Error{not_available}.
  bool local = false;
};

/// Which partitions of a store this process has, restored or not.
struct StorePartitions {
  std::int32_t total = 0;
  std::vector<std::int32_t> local;
  [[nodiscard]] bool complete() const noexcept { return static_cast<std::int32_t>(local.size()) == total; }
};

/// An application: a topology at work on a Kafka cluster.
///
/// Order    set listeners and handlers, start() once, close() once. The destructor closes.
/// Threads  every call may come from any thread, but not from a listener or handler: those only look.
/// Errors   Error{invalid_config} and Error{invalid_topology} before any thread starts; later ones reach the uncaught
///          exception handler.
class KafkaStreams {
 public:
  /// Without `clients` the application talks to `config.bootstrap_servers`.
  KafkaStreams(Topology topology, StreamsConfig config, std::shared_ptr<KafkaClients> clients = nullptr);
  ~KafkaStreams();
  KafkaStreams(const KafkaStreams&) = delete;
  KafkaStreams& operator=(const KafkaStreams&) = delete;

  using StateListener = std::function<void(StreamsState now, StreamsState before)>;
  /// Before start(). Called by the thread that changes the state: keep it quick.
  void setStateListener(StateListener listener);
  /// Before start(). Default: shut down this instance.
  void setUncaughtExceptionHandler(UncaughtExceptionHandler handler);

  /// Before start().
  void setGlobalStateRestoreListener(std::shared_ptr<StateRestoreListener> listener);

  /// Makes the clients and the threads and returns; the application then waits for the cluster, the topics and the
  /// group by itself. Errors  Error{invalid_config}: settings, a locked or unwritable state directory. Error{fatal} at
  /// the second call.
  void start();

  /// Processes what is at hand, commits, leaves the group, closes. True when that was done within `timeout`; it goes
  /// on in the background otherwise. After an error it waits for the end of what is closing.
  bool close(Milliseconds timeout);
  bool close();

  /// Deletes the application's local state, to be restored from the changelogs at the next start.
  /// Errors  Error{invalid_config} when it is in use; Error{fatal} while the application runs.
  void cleanUp();

  /// Starts one more stream thread; tasks move to it within this instance, with open stores and without a rebalance.
  /// Answers its name; nothing when the application does not run (RUNNING or REBALANCING).
  /// Errors  Error{fatal} when the machine gives no further thread.
  std::optional<std::string> addStreamThread();
  /// Ends one of the stream threads; its tasks are committed and move to the others. Without a thread this instance
  /// leaves its group until one is added. Answers the thread's name; nothing when there is none, or the application
  /// does not run.
  /// Errors  Error{retriable} when it has not ended within `timeout`: it goes on to.
  std::optional<std::string> removeStreamThread();
  std::optional<std::string> removeStreamThread(Milliseconds timeout);
  /// The stream threads with their tasks.
  [[nodiscard]] std::vector<ThreadMetadata> metadataForLocalThreads() const;

  /// Stops processing, punctuation and restoring, of this instance alone and until resume(); commits go on, and the
  /// membership in the group does. May be called before start(), too.
  void pause();
  void resume();
  [[nodiscard]] bool isPaused() const;

  [[nodiscard]] StreamsState state() const;
  /// For /readyz: running, and every store restored.
  [[nodiscard]] Readiness readiness() const;
  [[nodiscard]] bool isReady() const { return readiness().ready; }
  /// Waits until the state is one of `states`; false when `timeout` passed first.
  bool waitForState(const std::vector<StreamsState>& states, Milliseconds timeout) const;

  [[nodiscard]] MetricsRegistry& metrics() noexcept;
  /// Where the memory is, by the classes of memory.budget.bytes; all of them 0 before start() and after close().
  ///
  /// Threads  any.
  [[nodiscard]] MemoryReport memoryReport() const;
  [[nodiscard]] const StreamsConfig& config() const noexcept;

  // Interactive queries.

  /// The partitions of a store that are here, as one. What it reads are they at the time of each call.
  ///
  /// Order   within a partition as the store has it; one partition after the other.
  /// Errors  Error{invalid_argument} for a store that the topology does not have, or of other types. The calls of the
  ///         store throw Error{not_available} when it is being restored, or no partition of it is here.
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<const ReadOnlyKeyValueStore<K, V>> keyValueStore(const std::string& name) const {
    return std::make_shared<detail::LocalKeyValueStore<K, V>>(localStores(name), std::nullopt);
  }
  /// One partition of a store.
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<const ReadOnlyKeyValueStore<K, V>> keyValueStore(const std::string& name,
                                                                                 std::int32_t partition) const {
    return std::make_shared<detail::LocalKeyValueStore<K, V>>(localStores(name), partition);
  }
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<const ReadOnlyTimestampedKeyValueStore<K, V>> timestampedKeyValueStore(
      const std::string& name) const {
    return keyValueStore<K, ValueAndTimestamp<V>>(name);
  }
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<const ReadOnlyTimestampedKeyValueStore<K, V>> timestampedKeyValueStore(
      const std::string& name, std::int32_t partition) const {
    return keyValueStore<K, ValueAndTimestamp<V>>(name, partition);
  }
  /// The same for the other kinds of stores; without a partition all that are here.
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<const ReadOnlyWindowStore<K, V>> windowStore(
      const std::string& name, std::optional<std::int32_t> partition = {}) const {
    return std::make_shared<detail::LocalWindowStore<K, V>>(localStores(name), partition);
  }
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<const ReadOnlyTimestampedWindowStore<K, V>> timestampedWindowStore(
      const std::string& name, std::optional<std::int32_t> partition = {}) const {
    return windowStore<K, ValueAndTimestamp<V>>(name, partition);
  }
  template <class K, class A>
  [[nodiscard]] std::shared_ptr<const ReadOnlySessionStore<K, A>> sessionStore(
      const std::string& name, std::optional<std::int32_t> partition = {}) const {
    return std::make_shared<detail::LocalSessionStore<K, A>>(localStores(name), partition);
  }
  template <class K, class V>
  [[nodiscard]] std::shared_ptr<const ReadOnlyVersionedKeyValueStore<K, V>> versionedKeyValueStore(
      const std::string& name, std::optional<std::int32_t> partition = {}) const {
    return std::make_shared<detail::LocalVersionedStore<K, V>>(localStores(name), partition);
  }

  /// Asks the partitions of a store that are here a question, each for itself: what one of them cannot answer is told in
  /// its result, with the reason. Java's IQv2; the questions are in state/queries.hpp. As in Java a global store answers
  /// none: it is read as the stores above.
  /// ```
  /// const auto answer = app.query(
  ///     inStore("counts").withQuery(KeyQuery<std::string, std::int64_t>::withKey("Fred")).withPositionBound(seen));
  /// if (const auto* only = answer.onlyPartitionResult()) use(*only->result());
  /// ```
  /// Errors  Error{invalid_argument} for a store that the topology does not have; Error{not_available} before start() and
  ///         after the end.
  template <StoreQuery Q>
  [[nodiscard]] StateQueryResult<typename Q::Result> query(const StateQueryRequest<Q>& request) const;

  /// Where `key` lives when the store's input is partitioned by the default partitioner on this key.
  /// Errors  Error{not_available} before the topics are known; Error{invalid_argument} for an unknown store.
  template <class K>
  [[nodiscard]] KeyQueryMetadata queryMetadataForKey(const std::string& store, const K& key,
                                                     const Serde<K>& serde) const {
    return metadataForKeyBytes(store, serde.encode(key));
  }
  [[nodiscard]] KeyQueryMetadata metadataForKeyBytes(const std::string& store, BytesView key) const;
  /// Where a key lives whose partition another partitioner chose.
  using PartitionOf = std::function<std::int32_t(std::int32_t partitions)>;
  [[nodiscard]] KeyQueryMetadata queryMetadataFor(const std::string& store, const PartitionOf& partition_of) const;
  [[nodiscard]] StorePartitions storePartitions(const std::string& store) const;

 private:
  struct Impl;
  [[nodiscard]] std::shared_ptr<const detail::LocalStores> localStores(const std::string& name) const;
  [[nodiscard]] bool isGlobalStore(const std::string& name) const;
  /// Errors  Error{not_available}
  void requireStarted() const;

  std::unique_ptr<Impl> impl_;
};

template <StoreQuery Q>
StateQueryResult<typename Q::Result> KafkaStreams::query(const StateQueryRequest<Q>& request) const {
  using Answer = QueryResult<typename Q::Result>;
  const QueryTarget& target = request.target();
  const auto stores = localStores(target.store);
  requireStarted();
  StateQueryResult<typename Q::Result> results;
  if (isGlobalStore(target.store)) {
    results.setGlobalResult(Answer::forFailure(
        FailureReason::unknown_query_type,
        "store '" + target.store + "' is global, and global stores answer no queries: read it as keyValueStore()"));
    return results;
  }
  struct Asked {
    std::int32_t partition;
    Position position;
    std::string store;
    PreparedQuery<typename Q::Result> query;
  };
  std::vector<Asked> asked;
  // Stores neither open nor close during the visit, so they are only asked for what reads them.
  stores->visitAll([&](std::int32_t partition, StateStore* store) {
    if (target.partitions && !target.partitions->contains(partition)) return;
    try {
      // Before the answer, which may then contain more than it says, but not less.
      const Position position = store ? store->position() : Position{};
      if (auto refusal = detail::refusalOf(target, partition, store, position)) {
        Answer refused = Answer::forFailure(refusal->reason, std::move(refusal->message));
        if (store) refused.setPosition(position);
        results.addResult(partition, std::move(refused));
        return;
      }
      asked.push_back({partition, position, detail::kindOf(*store), request.query().prepare(*store)});
    } catch (const std::exception& error) {
      results.addResult(partition, Answer::forFailure(FailureReason::store_exception, error.what()));
    }
  });
  for (Asked& one : asked) {
    const auto began = std::chrono::steady_clock::now();
    Answer answer = [&one] {
      try {
        return one.query();
      } catch (const std::exception& error) {
        return Answer::forFailure(FailureReason::store_exception, error.what());
      }
    }();
    if (target.execution_info)
      answer.addExecutionInfo(detail::handledIn(one.store, std::chrono::steady_clock::now() - began));
    answer.setPosition(std::move(one.position));
    results.addResult(one.partition, std::move(answer));
  }
  for (const std::int32_t partition : target.partitions.value_or(std::set<std::int32_t>{})) {
    if (results.partitionResults().contains(partition)) continue;
    detail::QueryRefusal refusal = detail::notPresent(target, partition);
    results.addResult(partition, Answer::forFailure(refusal.reason, std::move(refusal.message)));
  }
  return results;
}

}  // namespace widgetstream
