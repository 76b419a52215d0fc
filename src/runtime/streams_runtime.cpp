#include "runtime/streams_runtime.hpp"

#include <algorithm>
#include <random>

#include "widgetstream/core/error.hpp"

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
      config_(std::move(config)),
      clients_(std::move(clients)),
      log_(config_.log, "runtime") {
  config_.validate();
  topology_.graph().validate();
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
  process_id_ = directory_ ? directory_->processId() : randomUuid();
}

void StreamsRuntime::makeGlobals() {
  if (topology_.graph().global_stores.empty()) return;
  ConsumerSettings fetching;
  fetching.group = config_.application_id;
  fetching.properties = propertiesOf(config_.consumer_properties);
  for (const auto& [name, value] : config_.global_consumer_properties) fetching.properties[name] = value;
  global_consumer_ = clients_->consumer(fetching);
  TaskEnvironment environment{.graph = topology_.graph(),
                              .application_id = config_.application_id,
                              .state_directory = config_.state_dir / config_.application_id,
                              .producer = *producer_,
                              .clock = *config_.clock,
                              .metrics = metrics_,
                              .cache = no_cache_,
                              .log = log_,
                              .deserialization_handler = config_.deserialization_exception_handler,
                              .dead_letter_topic = config_.dead_letter_queue_topic,
                              .timestamp_extractor = config_.default_timestamp_extractor,
                              .aborted = &aborted_};
  if (config_.processing_exception_handler_global_enabled) {
    environment.processing_handler = config_.processing_exception_handler;
  }
  globals_ = std::make_unique<GlobalState>(GlobalStateSetup{.graph = topology_.graph(),
                                                            .environment = std::move(environment),
                                                            .consumer = *global_consumer_,
                                                            .stores = stores_.get(),
                                                            .commit_interval = config_.commit_interval,
                                                            .notify = [this] { reports_.wake(); }});
}

void StreamsRuntime::open(UncaughtExceptionHandler uncaught) {
  if (!clients_) clients_ = clientsOf(config_);
  openStateDirectory();
  const auto threads = static_cast<std::size_t>(config_.num_stream_threads);
  admin_ = clients_->admin(propertiesOf(config_.admin_properties));
  producer_ = clients_->producer({producerProperties()});
  ConsumerSettings fetching;
  fetching.group = config_.application_id;
  fetching.queues = threads;
  fetching.properties = propertiesOf(config_.consumer_properties);
  consumer_ = clients_->consumer(fetching);
  membership_ = clients_->membership(
      {config_.application_id, process_id_, config_.group_instance_id, propertiesOf(config_.consumer_properties)});

  makeGlobals();
  std::vector<StreamThread*> borrowed;
  for (int index = 0; index < config_.num_stream_threads; ++index) {
    threads_.push_back(
        std::make_unique<StreamThread>(StreamThreadSetup{.index = index,
                                                         .graph = topology_.graph(),
                                                         .config = config_,
                                                         .state_directory = config_.state_dir / config_.application_id,
                                                         .consumer = *consumer_,
                                                         .producer = *producer_,
                                                         .membership = *membership_,
                                                         .metrics = metrics_,
                                                         .stores = *stores_,
                                                         .globals = globals_.get(),
                                                         .reports = reports_,
                                                         .purge = purge_,
                                                         .engine_resources = nullptr,
                                                         .log = log_,
                                                         .aborted = aborted_}));
    borrowed.push_back(threads_.back().get());
  }
  coordinator_ = std::make_unique<Coordinator>(CoordinatorSetup{.graph = topology_.graph(),
                                                                .config = config_,
                                                                .admin = *admin_,
                                                                .membership = *membership_,
                                                                .consumer = *consumer_,
                                                                .threads = std::move(borrowed),
                                                                .reports = reports_,
                                                                .purge = purge_,
                                                                .state = state_,
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
  for (const auto& thread : threads_) thread->runOnce(Milliseconds{0});
}

void StreamsRuntime::tearDown() noexcept {
  if (!open_ || torn_down_) return;
  torn_down_ = true;
  aborted_.store(true);
  membership_.reset();
  for (const auto& thread : threads_) thread->abandon();  // closes what is still open, with its consumer at hand
  if (globals_) coordinator_->finished() ? globals_->close() : globals_->abandon();
  consumer_.reset();
  global_consumer_.reset();
  producer_.reset();  // before the threads: they keep what the producer still points into
  threads_.clear();
  globals_.reset();
  admin_.reset();
  directory_.reset();
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
