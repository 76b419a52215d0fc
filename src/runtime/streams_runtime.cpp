#include "runtime/streams_runtime.hpp"

#include <algorithm>
#include <charconv>
#include <random>

#include "runtime/memory/memory_wishes.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/version.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {
namespace {

/// A random UUID (version 4), for processes that keep nothing on disk.
std::string randomUuid() {
  std::random_device random;
  std::string text = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  constexpr std::string_view digits = "0123456789abcdef";
  for (char& c : text) {
    if (c == 'x') c = digits[random() % 16];
    if (c == 'y') c = digits[8 + random() % 4];
  }
  return text;
}

/// Of the members that these properties make.
Milliseconds sessionTimeout(const ClientProperties& properties) {
  const auto given = properties.find("session.timeout.ms");
  if (given == properties.end()) return default_session_timeout;
  std::int64_t millis = 0;
  const char* const end = given->second.data() + given->second.size();
  const auto [parsed, error] = std::from_chars(given->second.data(), end, millis);
  if (error != std::errc{} || parsed != end || millis <= 0)
    throw Error{ErrorKind::invalid_config,
                "the setting 'session.timeout.ms' is '" + given->second + "': expected a number of milliseconds"};
  return Milliseconds{millis};
}

/// A log that throws ends nobody's thread: its line is lost.
StreamsConfig guarded(StreamsConfig config) {
  if (!config.log) return config;
  config.log = [sink = std::move(config.log)](const LogEntry& entry) {
    try {
      sink(entry);
    } catch (...) {
      // There is nobody to tell.
    }
  };
  return config;
}

std::shared_ptr<KafkaClients> clientsOf(const StreamsConfig& config) {
  if (config.bootstrap_servers.empty())
    throw Error{ErrorKind::invalid_config,
                "the setting 'bootstrap.servers' is missing: give it as HOST:PORT,HOST:PORT"};
  ClientProperties common = config.client_properties;
  common["bootstrap.servers"] = config.bootstrap_servers;
  return librdkafkaClients(std::move(common), config.log);
}

}  // namespace

StreamsRuntime::StreamsRuntime(Topology topology, StreamsConfig config, std::shared_ptr<KafkaClients> clients)
    : topology_(std::move(topology)),
      config_(guarded(std::move(config))),
      clients_(std::move(clients)),
      log_(config_.log, "runtime"),
      threads_([this](int index) { return makeThread(index); }, thread_count_),
      memory_(plan_of_memory_, threads_) {
  config_.validate();
  topology_.graph().validate();
  for (const auto& [name, reason] : config_.without_effect)
    log_.warning("a setting has no effect", {{"setting", name}, {"reason", reason}});
  plan_of_memory_ = planMemory(memoryWishes(config_, !topology_.graph().global_stores.empty()));
}

StreamsRuntime::~StreamsRuntime() {
  tearDown();
}

ClientProperties StreamsRuntime::propertiesOf(const ClientProperties& own) const {
  ClientProperties all = config_.client_properties;
  for (const auto& [name, value] : own) all[name] = value;
  return all;
}

/// A cluster that is away holds the application back and does not end it, so records wait for ever unless told
/// otherwise.
ClientProperties StreamsRuntime::producerProperties() const {
  ClientProperties all = propertiesOf(config_.producer_properties);
  if (!all.contains("delivery.timeout.ms")) all.try_emplace("message.timeout.ms", "0");
  return all;
}

void StreamsRuntime::openStateDirectory() {
  const auto& stores = topology_.graph().stores;
  const auto& globals = topology_.graph().global_stores;
  const bool persistent =
      std::any_of(stores.begin(), stores.end(), [](const auto& store) { return store.second.persistent; }) ||
      std::any_of(globals.begin(), globals.end(), [](const auto& store) { return store.second.builder.persistent; });
  if (persistent) directory_.emplace(config_.state_dir, config_.application_id, log_.forRoom("state"));
  if (directory_ && config_.state_cleanup_dir_max_age >= Milliseconds{0}) {
    const auto gone = directory_->clean({}, config_.state_cleanup_dir_max_age);
    if (!gone.empty())
      log_.info("directories of tasks were too old and are deleted", {{"tasks", std::to_string(gone.size())}});
  }
  process_id_ = directory_ ? directory_->processId() : randomUuid();
}

TaskEnvironment StreamsRuntime::taskEnvironment() {
  return {.graph = &topology_.graph(),
          .application_id = config_.application_id,
          .state_directory = config_.state_dir / config_.application_id,
          .app_configs = std::make_shared<const AppConfigs>(config_.properties()),
          .producer = *producer_,
          .clock = *config_.clock,
          .metrics = metrics_,
          .cache = &no_cache_,
          .log = log_,
          .engine_resources = engine_resources_,
          .read_caches = &*read_caches_,
          .deserialization_handler = config_.deserialization_exception_handler,
          .processing_handler = config_.processing_exception_handler,
          .production_handler = config_.production_exception_handler,
          .sink_handler = config_.sink_exception_handler,
          .dead_letter_topic = config_.dead_letter_queue_topic,
          .timestamp_extractor = config_.default_timestamp_extractor,
          .max_task_idle = config_.max_task_idle,
          .emit_interval = config_.emit_interval,
          .measuring = {config_.metrics_recording_level, std::chrono::nanoseconds{config_.metrics_sample_window}},
          .globals = nullptr,
          .aborted = &aborted_};
}

void StreamsRuntime::makeGlobals() {
  if (topology_.graph().global_stores.empty()) return;
  ConsumerSettings fetching = fetchSettings();
  fetching.properties = named(propertiesOf(config_.consumer_properties), "-GlobalStreamThread-global-consumer");
  for (const auto& [name, value] : config_.global_consumer_properties) fetching.properties[name] = value;
  global_consumer_ = clients_->consumer(fetching);
  TaskEnvironment environment = taskEnvironment();
  if (!config_.processing_exception_handler_global_enabled) environment.processing_handler = {};
  globals_ = std::make_unique<GlobalState>(GlobalStateSetup{.graph = topology_.graph(),
                                                            .environment = std::move(environment),
                                                            .consumer = *global_consumer_,
                                                            .stores = stores_.get(),
                                                            .commit_interval = config_.commit_interval,
                                                            .changes_bytes = plan_of_memory_.uncommitted_bytes / 8,
                                                            .notify = [this] { reports_.wake(); }});
}

/// For a lane of what the application has written for itself, and one of all else. The plan has what the user sets.
void StreamsRuntime::halveQueues(ConsumerSettings& settings) {
  constexpr std::size_t kibi = 1024;
  settings.queue_bytes /= 2;
  settings.queue_records /= 2;
  settings.properties["queued.max.messages.kbytes"] = std::to_string(std::max<std::size_t>(settings.queue_bytes / kibi, 1));
  settings.properties["queued.min.messages"] = std::to_string(std::max<std::size_t>(settings.queue_records, 1));
}

/// The clients are the process's, so their ids are, too.
ClientProperties StreamsRuntime::named(ClientProperties properties, const char* kind) const {
  properties.try_emplace("client.id", client_id_ + kind);
  return properties;
}

ConsumerSettings StreamsRuntime::fetchSettings() const {
  ConsumerSettings settings;
  settings.group = config_.application_id;
  settings.queue_bytes = plan_of_memory_.fetch_queue.payload_bytes;
  settings.queue_records = plan_of_memory_.fetch_queue.records;
  settings.response_bytes = plan_of_memory_.fetch_response_bytes;
  return settings;
}

/// All stores share one block cache, one bound on memtables and one on what they keep to save reads.
void StreamsRuntime::openMemory() {
  const MemoryPlan& plan = plan_of_memory_;
  for (const std::string& warning : plan.warnings) log_.warning(warning);
  engine_resources_ = makeEngineResources(plan.block_cache_bytes, plan.memtables_bytes);
  // Stores that rest keep what they had when there were fewer, and a commit leaves all of its entries for a moment:
  // measured 2.3 times the limit with 192 stores.
  read_caches_.emplace(plan.read_caches_bytes / 3);
}

void StreamsRuntime::openClients() {
  client_id_ = config_.client_id.empty() ? config_.application_id + "-" + process_id_ : config_.client_id;
  admin_ = clients_->admin(named(propertiesOf(config_.admin_properties), "-admin"));
  producer_ = clients_->producer({.queue_bytes = plan_of_memory_.produce_queue.payload_bytes,
                                  .queue_records = plan_of_memory_.produce_queue.records,
                                  .properties = named(producerProperties(), "-producer")});
  ConsumerSettings fetching = fetchSettings();
  fetching.queues = static_cast<std::size_t>(config_.num_stream_threads);
  fetching.properties = named(propertiesOf(config_.consumer_properties), "-consumer");
  if (!topology_.graph().internal_topics.empty()) halveQueues(fetching);
  consumer_ = clients_->consumer(fetching);
  consumer_queues_ = fetching.queues;
  ClientProperties member = propertiesOf(config_.consumer_properties);
  // Slow user code is watched for here: librdkafka 2.0.2 takes any poll for a sign of life.
  member.erase("max.poll.interval.ms");
  lease_.emplace(sessionTimeout(member), *producer_, log_);
  membership_ =
      clients_->membership({config_.application_id, process_id_, config_.group_instance_id, std::move(member)});
}

std::unique_ptr<StreamThread> StreamsRuntime::makeThread(int index) {
  while (consumer_queues_ <= static_cast<std::size_t>(index)) consumer_queues_ = consumer_->addQueue() + 1;
  return std::make_unique<StreamThread>(index, *shared_);
}

void StreamsRuntime::openThreads() {
  environment_.emplace(taskEnvironment());
  environment_->globals = globals_.get();
  shared_.emplace(SharedByThreads{.config = config_,
                                  .memory = plan_of_memory_,
                                  .environment = *environment_,
                                  .client_id = client_id_,
                                  .consumer = *consumer_,
                                  .membership = *membership_,
                                  .lease = *lease_,
                                  .stores = *stores_,
                                  .reports = reports_,
                                  .purge = purge_,
                                  .under_way = under_way_,
                                  .aborted = aborted_,
                                  .paused = paused_,
                                  .restore_listener = restore_listener_.get(),
                                  .thread_count = thread_count_});
  for (int index = 0; index < config_.num_stream_threads; ++index) threads_.add();
  client_metrics_.emplace(metrics_, *config_.clock, "stream-metrics", MetricLabels{{"client_id", client_id_}});
  client_metrics_->gauge("alive-stream-threads", "Stream threads that run.",
                         [this] { return static_cast<double>(threads_.all().size()); });
  client_metrics_->gauge("client-state",
                         "0 created, 1 rebalancing, 2 running, 3 pending shutdown, 4 not running, 5 pending error, 6 error.",
                         [this] { return static_cast<double>(state_.state()); });
  client_metrics_->gauge("recording-level", "0 info, 1 debug, 2 trace.",
                         [this] { return static_cast<double>(config_.metrics_recording_level); });
  application_metrics_.emplace(
      metrics_, *config_.clock, "stream-metrics",
      MetricLabels{{"client_id", client_id_}, {"application_id", config_.application_id}, {"version", std::string{version()}}});
  application_metrics_->gauge("application-info", "1; the labels say which application and version it is.",
                              [] { return 1.0; });
}

void StreamsRuntime::open(UncaughtExceptionHandler uncaught, std::shared_ptr<StateRestoreListener> restore_listener) {
  restore_listener_ = std::move(restore_listener);
  if (!clients_) clients_ = clientsOf(config_);
  openStateDirectory();
  openMemory();
  openClients();
  makeGlobals();
  openThreads();
  memory_.open({.engines = engine_resources_,
                .read_caches = &*read_caches_,
                .consumer = consumer_.get(),
                .producer = producer_.get(),
                .global_consumer = global_consumer_.get(),
                .globals = globals_.get()},
               metrics_);
  coordinator_ = std::make_unique<Coordinator>(CoordinatorSetup{.graph = topology_.graph(),
                                                                .config = config_,
                                                                .admin = *admin_,
                                                                .membership = *membership_,
                                                                .lease = *lease_,
                                                                .consumer = *consumer_,
                                                                .threads = threads_,
                                                                .reports = reports_,
                                                                .purge = purge_,
                                                                .state = state_,
                                                                .metrics = metrics_,
                                                                .directory = directory_ ? &*directory_ : nullptr,
                                                                .globals = globals_.get(),
                                                                .uncaught = std::move(uncaught),
                                                                .log = log_,
                                                                .aborted = aborted_});
  open_ = true;
}

void StreamsRuntime::stepAll() {
  coordinator_->step(Milliseconds{0});
  if (globals_) globals_->step(Milliseconds{0});
  for (const auto& thread : threads_.all()) thread->runOnce(Milliseconds{0});
}

void StreamsRuntime::resume() noexcept {
  paused_.store(false);
  for (const auto& thread : threads_.all()) thread->wake();
}

void StreamsRuntime::tearDown() noexcept {
  if (!open_ || torn_down_) return;
  torn_down_ = true;
  aborted_.store(true);
  lease_->end();  // whatever is closed below writes nothing
  memory_.close();
  membership_.reset();
  for (const auto& thread : threads_.all()) thread->abandon();  // closes what is still open, with its consumer at hand
  coordinator_->letGo();
  threads_.clear();
  if (globals_) coordinator_->finished() ? globals_->close() : globals_->abandon();
  consumer_.reset();
  global_consumer_.reset();
  producer_.reset();
  globals_.reset();
  admin_.reset();
  directory_.reset();
  environment_->engine_resources.reset();
  engine_resources_.reset();  // and with it the block cache; a snapshot that is still read keeps it until then
  const StreamsState last = coordinator_->finalState();
  state_.change(last == StreamsState::error ? StreamsState::pending_error : StreamsState::pending_shutdown);
  state_.change(last);
}

std::optional<PartitionPlan> StreamsRuntime::plan() const {
  return open_ ? coordinator_->plan() : std::nullopt;
}

std::string StreamsRuntime::waitingFor() const {
  return open_ ? coordinator_->waitingFor() : std::string{};
}

}  // namespace widgetstream
