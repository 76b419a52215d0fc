#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/coordination/coordinator.hpp"
#include "runtime/global/global_state.hpp"
#include "runtime/memory/memory_accounts.hpp"
#include "runtime/metrics/metric_set.hpp"
#include "runtime/queries/store_registry.hpp"
#include "runtime/threads/thread_set.hpp"
#include "widgetstream/kafka/clients.hpp"
#include "widgetstream/runtime/streams_config.hpp"
#include "widgetstream/state/state_directory.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {

/// Everything that runs an application, without a thread: who owns it calls the steps, from real threads or, in a
/// simulation, all from one.
class StreamsRuntime {
 public:
  StreamsRuntime(Topology topology, StreamsConfig config, std::shared_ptr<KafkaClients> clients);
  ~StreamsRuntime();
  StreamsRuntime(const StreamsRuntime&) = delete;
  StreamsRuntime& operator=(const StreamsRuntime&) = delete;

  /// Makes clients, coordinator and stream threads. Errors  as KafkaStreams::start().
  void open(UncaughtExceptionHandler uncaught, std::shared_ptr<StateRestoreListener> restore_listener = nullptr);

  [[nodiscard]] Coordinator& coordinator() noexcept { return *coordinator_; }
  [[nodiscard]] ThreadSet& threads() noexcept { return threads_; }
  [[nodiscard]] const ThreadSet& threads() const noexcept { return threads_; }
  /// Null when the topology has no global stores.
  [[nodiscard]] GlobalState* globals() noexcept { return globals_.get(); }
  /// One step of everything, without waiting; for callers with one thread.
  void stepAll();

  /// Nothing is processed, punctuated or restored until resume(); commits go on, and so does the membership.
  void pause() noexcept { paused_.store(true); }
  void resume() noexcept;
  [[nodiscard]] bool isPaused() const noexcept { return paused_.load(); }

  /// Lets go of everything, once the coordinator has finished and nobody runs the threads any more, and enters the last
  /// state. What is not closed yet is dropped like after a crash.
  void tearDown() noexcept;

  [[nodiscard]] const TopologyGraph& graph() const noexcept { return topology_.graph(); }
  [[nodiscard]] const StreamsConfig& config() const noexcept { return config_; }
  [[nodiscard]] StateMachine& stateMachine() noexcept { return state_; }
  [[nodiscard]] const StateMachine& stateMachine() const noexcept { return state_; }
  [[nodiscard]] MetricsRegistry& metrics() noexcept { return metrics_; }
  /// Threads  any, until tearDown() has ended: then it says that nothing is held.
  [[nodiscard]] MemoryReport memoryReport() const { return memory_.report(); }
  [[nodiscard]] const std::shared_ptr<StoreRegistry>& stores() const noexcept { return stores_; }
  /// Once the topics are known.
  [[nodiscard]] std::optional<PartitionPlan> plan() const;
  [[nodiscard]] std::string waitingFor() const;

 private:
  void openStateDirectory();
  /// What all tasks have in common; `globals` is not known yet.
  [[nodiscard]] TaskEnvironment taskEnvironment();
  void makeGlobals();
  void openClients();
  void openThreads();
  [[nodiscard]] std::unique_ptr<StreamThread> makeThread(int index);
  [[nodiscard]] ClientProperties named(ClientProperties properties, const char* kind) const;
  [[nodiscard]] ClientProperties producerProperties() const;
  [[nodiscard]] ConsumerSettings fetchSettings() const;
  static void halveQueues(ConsumerSettings& settings);
  void openMemory();
  [[nodiscard]] ClientProperties propertiesOf(const ClientProperties& own) const;

  Topology topology_;
  StreamsConfig config_;
  std::shared_ptr<KafkaClients> clients_;
  Logger log_;
  MemoryPlan plan_of_memory_;
  StateMachine state_;
  MetricsRegistry metrics_;
  std::shared_ptr<StoreRegistry> stores_ = std::make_shared<StoreRegistry>();  // readers of queries hold it too
  std::shared_ptr<EngineResources> engine_resources_;
  std::optional<ReadCaches> read_caches_;
  UnderWay under_way_;  // outlives the producer
  Mailbox<ThreadReport> reports_;
  PurgeBox purge_;
  std::atomic<bool> aborted_{false};
  std::atomic<bool> paused_{false};
  std::atomic<std::size_t> thread_count_{0};
  std::atomic<bool> open_{false};
  bool torn_down_ = false;

  std::optional<StateDirectory> directory_;
  std::string process_id_;
  std::string client_id_;
  std::size_t consumer_queues_ = 0;
  std::unique_ptr<Admin> admin_;
  std::unique_ptr<Membership> membership_;
  std::unique_ptr<Consumer> consumer_;
  std::unique_ptr<Producer> producer_;
  std::unique_ptr<Consumer> global_consumer_;
  std::shared_ptr<StateRestoreListener> restore_listener_;
  CacheBudget no_cache_;  // of tasks that have no thread
  std::unique_ptr<GlobalState> globals_;
  std::optional<MembershipLease> lease_;
  std::optional<TaskEnvironment> environment_;
  std::optional<SharedByThreads> shared_;
  ThreadSet threads_;
  std::unique_ptr<Coordinator> coordinator_;
  MemoryAccounts memory_;
  std::optional<MetricSet> client_metrics_;
  std::optional<MetricSet> application_metrics_;
};

}  // namespace widgetstream
