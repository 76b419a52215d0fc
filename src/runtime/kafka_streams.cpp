#include "widgetstream/runtime/kafka_streams.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "runtime/streams_runtime.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/murmur2.hpp"
#include "widgetstream/core/type_name.hpp"

namespace widgetstream {
namespace {

constexpr Milliseconds longest_wait{100};

/// The stores of one name behind the interface that query facades know.
class RegisteredStores final : public detail::LocalStores {
 public:
  RegisteredStores(std::string name, std::shared_ptr<const StoreRegistry> registry)
      : name_(std::move(name)), registry_(std::move(registry)) {}
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  void visit(std::optional<std::int32_t> partition, const Visitor& visitor) const override {
    registry_->visit(name_, partition, visitor);
  }
  void visitAll(const AnyVisitor& visitor) const override { registry_->visitAll(name_, visitor); }

 private:
  std::string name_;
  std::shared_ptr<const StoreRegistry> registry_;
};

}  // namespace

namespace detail {

void throwWrongQueryTypes(const std::string& store, const std::type_info& asked) {
  throw Error{ErrorKind::invalid_argument, "store '" + store + "' is asked as " + typeName(asked) +
                                               ", but was built with other types; a timestamped store is asked by "
                                               "timestampedKeyValueStore()"};
}

}  // namespace detail

struct KafkaStreams::Impl {
  Impl(Topology topology, StreamsConfig config, std::shared_ptr<KafkaClients> clients)
      : runtime(std::move(topology), std::move(config), std::move(clients)),
        log(runtime.config().log, "runtime"),
        state_gauge(runtime.metrics().gauge("widgetstream_running", "1 while every task of this instance processes.")) {
    runtime.stateMachine().setListener([this](StreamsState now, StreamsState before) { stateChanged(now, before); });
  }

  void stateChanged(StreamsState now, StreamsState before) {
    log.info("state", {{"now", std::string{toString(now)}}, {"before", std::string{toString(before)}}});
    state_gauge->set(now == StreamsState::running ? 1 : 0);
    { const std::lock_guard lock{mutex}; }
    changed.notify_all();
    if (!listener) return;
    try {
      listener(now, before);
    } catch (...) {
      log.error("the state listener threw", {{"error", exceptionText(std::current_exception()).message}});
    }
  }

  /// The life of a stream thread's operating-system thread.
  void work(StreamThread& thread) noexcept {
    while (!thread.closed() && !ending) thread.runOnce(longest_wait);
  }

  /// The life of the thread that keeps the global stores.
  void keep(GlobalState& globals) noexcept {
    while (!ending) {
      globals.step(longest_wait);
      if (globals.failure()) return;
    }
  }

  ThreadSet::Runner runner() {
    return {.began = [this](StreamThread& thread) { began(thread); },
            .ended = [this](StreamThread& thread) { endedOne(thread); }};
  }
  void began(StreamThread& thread) {
    try {
      workers[thread.index()] = std::thread{[this, &thread] { work(thread); }};
    } catch (const std::system_error& error) {
      throw Error{ErrorKind::fatal, std::string{"a thread could not be started: "} + error.what()};
    }
  }
  void endedOne(StreamThread& thread) {
    const auto worker = workers.find(thread.index());
    if (worker == workers.end()) return;
    worker->second.join();
    workers.erase(worker);
  }

  /// RUNNING or REBALANCING, and asked by a thread that may wait for this application.
  [[nodiscard]] bool runs() const {
    const StreamsState now = runtime.stateMachine().state();
    if (now != StreamsState::running && now != StreamsState::rebalancing) return false;
    const std::lock_guard lock{mutex};
    if (!started || ended) return false;
    if (std::this_thread::get_id() == coordinator.get_id())
      throw Error{ErrorKind::invalid_argument, "threads cannot be changed from a listener or handler"};
    return true;
  }

  /// The life of the thread that looks after everything, to the very end.
  void coordinate() noexcept {
    while (!runtime.coordinator().finished()) runtime.coordinator().step(longest_wait);
    endWorkers();
    runtime.tearDown();
    {
      const std::lock_guard lock{mutex};
      ended = true;
    }
    changed.notify_all();
  }

  void endWorkers() noexcept {
    ending = true;
    for (auto& [index, worker] : workers) worker.join();
    if (keeper.joinable()) keeper.join();
    workers.clear();
  }

  StreamsRuntime runtime;
  Logger log;
  std::shared_ptr<Gauge> state_gauge;
  StateListener listener;
  UncaughtExceptionHandler uncaught;
  std::shared_ptr<StateRestoreListener> restore_listener;

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  bool started = false;  // guarded by mutex
  bool ended = false;    // guarded by mutex
  std::atomic<bool> ending{false};
  std::map<int, std::thread> workers;  // by the threads' indices; of whoever looks after them
  std::thread keeper;  // of the global stores
  std::thread coordinator;
};

KafkaStreams::KafkaStreams(Topology topology, StreamsConfig config, std::shared_ptr<KafkaClients> clients)
    : impl_(std::make_unique<Impl>(std::move(topology), std::move(config), std::move(clients))) {}

KafkaStreams::~KafkaStreams() {
  close();
  if (impl_->coordinator.joinable()) impl_->coordinator.join();
}

void KafkaStreams::setStateListener(StateListener listener) {
  impl_->listener = std::move(listener);
}

void KafkaStreams::setUncaughtExceptionHandler(UncaughtExceptionHandler handler) {
  impl_->uncaught = std::move(handler);
}

void KafkaStreams::setGlobalStateRestoreListener(std::shared_ptr<StateRestoreListener> listener) {
  impl_->restore_listener = std::move(listener);
}

void KafkaStreams::start() {
  {
    const std::lock_guard lock{impl_->mutex};
    if (impl_->started || impl_->runtime.stateMachine().state() != StreamsState::created)
      throw Error{ErrorKind::fatal,
                  "KafkaStreams::start() was called twice, or after close(): make a new KafkaStreams"};
    impl_->started = true;
  }
  try {
    impl_->runtime.open(impl_->uncaught, impl_->restore_listener);
  } catch (...) {
    const std::lock_guard lock{impl_->mutex};
    impl_->started = false;
    throw;
  }
  impl_->runtime.stateMachine().change(StreamsState::rebalancing);
  try {
    impl_->runtime.threads().setRunner(impl_->runner());
    if (GlobalState* globals = impl_->runtime.globals())
      impl_->keeper = std::thread{[this, globals] { impl_->keep(*globals); }};
    impl_->coordinator = std::thread{[this] { impl_->coordinate(); }};
  } catch (const std::exception& error) {
    impl_->endWorkers();
    impl_->runtime.tearDown();
    const std::lock_guard lock{impl_->mutex};
    impl_->ended = true;
    throw Error{ErrorKind::fatal, std::string{"the application could not be started: "} + error.what()};
  }
}

bool KafkaStreams::close() {
  return close(impl_->runtime.config().close_timeout);
}

bool KafkaStreams::close(Milliseconds timeout) {
  const bool itself = std::this_thread::get_id() == impl_->coordinator.get_id();
  std::unique_lock lock{impl_->mutex};
  if (!impl_->started) {
    lock.unlock();
    impl_->runtime.stateMachine().change(StreamsState::pending_shutdown);
    impl_->runtime.stateMachine().change(StreamsState::not_running);
    return true;
  }
  if (impl_->ended) return true;
  lock.unlock();
  impl_->runtime.coordinator().requestClose(impl_->runtime.config().clock->elapsed() +
                                            std::chrono::nanoseconds{timeout});
  if (itself) return false;  // it cannot wait for its own end
  lock.lock();
  return impl_->changed.wait_for(lock, timeout, [this] { return impl_->ended; });
}

void KafkaStreams::cleanUp() {
  {
    const std::lock_guard lock{impl_->mutex};
    if (impl_->started && !impl_->ended)
      throw Error{
          ErrorKind::fatal,
          "KafkaStreams::cleanUp() was called while the application runs: call it before start() or after close()"};
  }
  StateDirectory::cleanUp(config().state_dir, config().application_id);
}

std::optional<std::string> KafkaStreams::addStreamThread() {
  if (!impl_->runs()) return std::nullopt;
  return impl_->runtime.coordinator().addThread().get();
}

std::optional<std::string> KafkaStreams::removeStreamThread() {
  if (!impl_->runs()) return std::nullopt;
  return impl_->runtime.coordinator().removeThread().get();
}

std::optional<std::string> KafkaStreams::removeStreamThread(Milliseconds timeout) {
  if (!impl_->runs()) return std::nullopt;
  Coordinator::ThreadChange change = impl_->runtime.coordinator().removeThread();
  if (change.wait_for(timeout) != std::future_status::ready)
    throw Error{ErrorKind::retriable, "the stream thread has not ended within " + std::to_string(timeout.count()) +
                                          " ms; it does when what it works on comes round"};
  return change.get();
}

std::vector<ThreadMetadata> KafkaStreams::metadataForLocalThreads() const {
  std::vector<ThreadMetadata> metadata;
  for (const auto& thread : impl_->runtime.threads().all()) metadata.push_back(thread->view().metadata());
  return metadata;
}

void KafkaStreams::pause() {
  impl_->runtime.pause();
}

void KafkaStreams::resume() {
  impl_->runtime.resume();
}

bool KafkaStreams::isPaused() const {
  return impl_->runtime.isPaused();
}

StreamsState KafkaStreams::state() const {
  return impl_->runtime.stateMachine().state();
}

Readiness KafkaStreams::readiness() const {
  const StreamsState now = state();
  if (now == StreamsState::running) return {true, "RUNNING"};
  const std::string waiting = impl_->runtime.waitingFor();
  return {false, std::string{toString(now)} + (waiting.empty() ? "" : ": " + waiting)};
}

bool KafkaStreams::waitForState(const std::vector<StreamsState>& states, Milliseconds timeout) const {
  std::unique_lock lock{impl_->mutex};
  return impl_->changed.wait_for(lock, timeout,
                                 [&] { return std::find(states.begin(), states.end(), state()) != states.end(); });
}

MemoryReport KafkaStreams::memoryReport() const {
  return impl_->runtime.memoryReport();
}

MetricsRegistry& KafkaStreams::metrics() noexcept {
  return impl_->runtime.metrics();
}

const StreamsConfig& KafkaStreams::config() const noexcept {
  return impl_->runtime.config();
}

std::shared_ptr<const detail::LocalStores> KafkaStreams::localStores(const std::string& name) const {
  const TopologyGraph& graph = impl_->runtime.graph();
  if (!graph.stores.contains(name) && !graph.global_stores.contains(name))
    throw Error{ErrorKind::invalid_argument, "the topology has no store '" + name + "'"};
  return std::make_shared<RegisteredStores>(name, impl_->runtime.stores());
}

bool KafkaStreams::isGlobalStore(const std::string& name) const {
  return impl_->runtime.graph().global_stores.contains(name);
}

void KafkaStreams::requireStarted() const {
  switch (state()) {
    case StreamsState::running:
    case StreamsState::rebalancing:
      return;
    case StreamsState::created:
      throw Error{ErrorKind::not_available, "the application has not been started, so its stores cannot be asked"};
    default:
      throw Error{ErrorKind::not_available, "the application has ended, so its stores cannot be asked"};
  }
}

StorePartitions KafkaStreams::storePartitions(const std::string& store) const {
  if (impl_->runtime.graph().global_stores.contains(store)) return {1, impl_->runtime.stores()->partitions(store)};
  if (!impl_->runtime.graph().stores.contains(store))
    throw Error{ErrorKind::invalid_argument, "the topology has no store '" + store + "'"};
  const std::optional<PartitionPlan> plan = impl_->runtime.plan();
  if (!plan)
    throw Error{ErrorKind::not_available,
                "the partitions of store '" + store + "' are not known yet: " + readiness().reason};
  for (std::size_t part = 0; part < plan->parts.size(); ++part) {
    const auto& stores = plan->parts[part].stores;
    if (std::find(stores.begin(), stores.end(), store) == stores.end()) continue;
    return {plan->tasks[part], impl_->runtime.stores()->partitions(store)};
  }
  throw Error{ErrorKind::invalid_argument, "store '" + store + "' is connected to no processor"};
}

KeyQueryMetadata KafkaStreams::queryMetadataFor(const std::string& store, const PartitionOf& partition_of) const {
  KeyQueryMetadata metadata;
  metadata.partition = partition_of(storePartitions(store).total);
  metadata.local = impl_->runtime.stores()->holds(store, metadata.partition);
  return metadata;
}

KeyQueryMetadata KafkaStreams::metadataForKeyBytes(const std::string& store, BytesView key) const {
  return queryMetadataFor(store, [&](std::int32_t partitions) { return partitionForKey(key, partitions); });
}

}  // namespace widgetstream
