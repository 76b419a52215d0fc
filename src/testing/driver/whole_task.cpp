#include "testing/driver/whole_task.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "widgetstream/core/error.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {
namespace {

constexpr Milliseconds at_once{0};
/// Sinks write to real systems, in real time.
constexpr std::chrono::seconds sink_patience{30};

InMemoryBrokerOptions brokerOptions(const Clock& clock) {
  InMemoryBrokerOptions options;
  options.clock = &clock;
  options.stepped = true;
  options.auto_create_partitions = 1;
  return options;
}

/// A name that no other driver uses; the directory is made by the first store that keeps files.
std::filesystem::path ownDirectory() {
  static std::atomic<std::uint64_t> count{0};
  std::random_device random;
  const std::uint64_t number = (std::uint64_t{random()} << 32) | random();
  return std::filesystem::temp_directory_path() /
         ("widgetstream-driver-" + std::to_string(number) + "-" + std::to_string(count++));
}

TaskEnvironment environmentOf(const TopologyTestDriverOptions& options, const TopologyGraph& graph,
                              const std::filesystem::path& directory, Producer& producer, const Clock& clock,
                              MetricsRegistry& metrics, CacheBudget& cache) {
  return {.graph = &graph,
          .application_id = options.application_id,
          .state_directory = directory / options.application_id,
          .app_configs = std::make_shared<const AppConfigs>(options.app_configs),
          .producer = producer,
          .clock = clock,
          .metrics = metrics,
          .cache = &cache,
          .log = Logger{options.log, "testing"},
          .deserialization_handler = options.deserialization_handler,
          .processing_handler = options.processing_handler,
          .production_handler = options.production_handler,
          .sink_handler = options.sink_handler,
          .dead_letter_topic = options.dead_letter_topic,
          .timestamp_extractor = options.timestamp_extractor,
          .emit_interval = at_once};
}

/// Asks `condition` until it is true. Errors  Error{retriable} when a sink takes longer than anybody would wait.
template <class Condition>
void waitForSinks(Condition&& condition) {
  const auto deadline = std::chrono::steady_clock::now() + sink_patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw Error(ErrorKind::retriable, "a sink of the topology has not acknowledged its records in 30 seconds");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

}  // namespace

WholeTask::WholeTask(const Topology& topology, const TopologyTestDriverOptions& options)
    : clock(options.initial_wall_clock),
      broker(brokerOptions(clock)),
      options_(options),
      graph_(topology.graph()),
      directory_(ownDirectory()),
      cache_{options.cache_max_bytes, 0},
      producer_(broker.producer({})),
      environment_(environmentOf(options, graph_, directory_, *producer_, clock, metrics, cache_)),
      consumer_(broker.consumer({.group = options.application_id, .properties = {}})) {
  if (options.stores_in_memory) keepInMemory();
  makeTopics();
}

WholeTask::~WholeTask() {
  stop();
  deleteState();
}

void WholeTask::keepInMemory() {
  const auto keep = [](StoreBuilder& builder) {
    if (!builder.open) return;  // a store of the user's own kind
    builder.persistent = false;
    builder.open = inMemoryKeyValueStore(builder.name).open;
  };
  for (auto& [name, builder] : graph_.stores) keep(builder);
  for (auto& [name, global] : graph_.global_stores) keep(global.builder);
}

void WholeTask::makeTopics() {
  for (const TopicPartition& source : wholeTopology(graph_, options_.application_id).sources) {
    broker.createTopic(source.topic);
  }
  for (const std::string& topic : globalTopics(graph_)) broker.createTopic(topic);
  for (const auto& [name, builder] : graph_.stores) {
    if (builder.logging && !graph_.store_source_topics.contains(name)) {
      broker.createTopic(changelogTopic(options_.application_id, name));
    }
  }
  if (!options_.dead_letter_topic.empty()) broker.createTopic(options_.dead_letter_topic);
}

void WholeTask::startGlobals() {
  if (graph_.global_stores.empty()) return;
  TaskEnvironment environment = environment_;
  environment.processing_handler = {};
  global_consumer_ = broker.consumer({.group = options_.application_id, .properties = {}});
  globals_ = std::make_unique<GlobalState>(GlobalStateSetup{
      .graph = graph_, .environment = std::move(environment), .consumer = *global_consumer_, .commit_interval = at_once});
  PartitionCounts counts;
  for (const std::string& topic : globalTopics(graph_)) counts[topic] = 1;
  globals_->begin(std::move(counts));
  while (!globals_->loaded()) {
    static_cast<void>(globals_->step(at_once));
    if (const std::exception_ptr failure = globals_->failure()) std::rethrow_exception(failure);
  }
  environment_.globals = globals_.get();
}

void WholeTask::runGlobals() {
  if (!globals_) return;
  while (globals_->step(at_once)) {
  }
  if (const std::exception_ptr failure = globals_->failure()) std::rethrow_exception(failure);
}

void WholeTask::addMatchingTopics() {
  if (!graph_.usesPatterns()) return;
  const CommittedOffsets committed = broker.committed(options_.application_id);
  for (const TopicPartition& source : matchingPartitions(graph_, options_.application_id, broker.topics())) {
    const auto& known = task_->spec().sources;
    if (std::find(known.begin(), known.end(), source) != known.end()) continue;
    task_->addInput(source);
    const auto offset = committed.find(source);
    consumer_->add(
        {{source, offset == committed.end() ? offset_earliest : offset->second.offset, 0, known.size() - 1}});
  }
}

void WholeTask::start() {
  cache_.used_bytes = 0;
  startGlobals();
  task_ = std::make_unique<Task>(wholeTopology(graph_, options_.application_id), environment_);
  task_->openStores();
  restore();
  const CommittedOffsets committed = broker.committed(options_.application_id);
  task_->initialize(committed, clock.now());
  std::vector<PartitionStart> starts;
  const auto& sources = task_->spec().sources;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto known = committed.find(sources[i]);
    starts.push_back({sources[i], known == committed.end() ? offset_earliest : known->second.offset, 0, i});
  }
  consumer_->add(starts);
  run();
}

void WholeTask::restore() {
  const auto consumer = broker.consumer({.group = options_.application_id, .properties = {}});
  for (std::size_t i = 0; i < task_->changelogs().size(); ++i) restoreFrom(*consumer, i);
}

void WholeTask::restoreFrom(Consumer& consumer, std::size_t index) {
  const Changelog from = task_->changelogs()[index];
  const CommittedOffsets committed = broker.committed(options_.application_id);
  std::int64_t end = broker.offsets(from.partition).end;
  if (from.is_source) {
    // What the group has not committed is not state yet: it is still to be processed.
    const auto known = committed.find(from.partition);
    end = known == committed.end() ? 0 : known->second.offset;
  }
  consumer.add({{from.partition, from.next_offset, 0, index}});
  std::int64_t next = from.next_offset;
  while (next < end) {
    FetchBatch batch;
    consumer.poll(0, 1000, at_once, batch);
    if (batch.records.empty()) break;
    std::vector<FetchedRecord> records;
    for (FetchedRecord& record : batch.records) {
      next = record.offset + 1;
      if (record.offset < end) records.push_back(std::move(record));
    }
    task_->restore(index, records);
  }
  consumer.remove({from.partition});
}

/// What one record has sent to several topics of the application's own comes back in the order of sending, as in Java,
/// whose driver hands it over by itself.
void WholeTask::inOrderOfArrival(std::vector<FetchedRecord>& records) const {
  if (records.size() < 2) return;
  const auto& sources = task_->spec().sources;
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  order.reserve(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto kept = broker.record(sources[static_cast<std::size_t>(records[i].tag)], records[i].offset);
    order.emplace_back(kept ? kept->sequence : 0, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<FetchedRecord> sorted;
  sorted.reserve(records.size());
  for (const auto& [sequence, index] : order) sorted.push_back(std::move(records[index]));
  records = std::move(sorted);
}

void WholeTask::fetch() {
  addMatchingTopics();
  batch_.clear();
  consumer_->poll(0, SIZE_MAX, at_once, batch_);
  inOrderOfArrival(batch_.records);
  for (FetchedRecord& record : batch_.records) {
    const auto source = static_cast<std::size_t>(record.tag);
    task_->enqueue(source, std::move(record));
  }
  for (const FetchEvent& event : batch_.events) {
    if (event.kind == FetchEvent::Kind::end_of_partition) {
      task_->reachedEnd(static_cast<std::size_t>(event.tag), event.offset);
    }
  }
}

void WholeTask::run() {
  for (;;) {
    runGlobals();
    fetch();
    if (!processOne()) break;
    task_->punctuateStreamTime(clock.now());
    commit();
  }
  // Records that were skipped move offsets too.
  if (task_->commitNeeded()) commit();
}

bool WholeTask::processOne() {
  if (task_->bufferedRecords() == 0) return false;
  bool processed = false;
  waitForSinks([&] {
    processed = task_->process(1, clock.now()) > 0;
    return processed || task_->bufferedRecords() == 0;
  });
  return processed;
}

void WholeTask::punctuateWallClock() {
  task_->punctuateWallClock(clock.now());
  commit();
  run();
}

void WholeTask::commit() {
  task_->prepareCommit();
  waitForSinks([&] { return task_->flushed(); });
  do {
    (void)producer_->flush(task_->deliveries(), at_once);
  } while (task_->settle());
  const CommittedOffsets offsets = task_->committable();
  broker.commit(options_.application_id, offsets);
  task_->postCommit(offsets);
}

void WholeTask::stop() noexcept {
  if (!task_) return;
  consumer_->remove(task_->spec().sources);
  task_->close();
  dropped_before_ = droppedRecords();
  task_.reset();
  environment_.globals = nullptr;
  globals_.reset();
}

void WholeTask::deleteState() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

bool WholeTask::reads(const std::string& topic) const {
  const auto sources = wholeTopology(graph_, options_.application_id).sources;
  const auto globals = globalTopics(graph_);
  return std::any_of(sources.begin(), sources.end(), [&](const TopicPartition& at) { return at.topic == topic; }) ||
         std::find(globals.begin(), globals.end(), topic) != globals.end() ||
         !matchingPartitions(graph_, options_.application_id, {topic}).empty();
}

StateStore* WholeTask::store(const std::string& name) const {
  if (globals_ && graph_.global_stores.contains(name)) return globals_->store(name);
  return task_ ? task_->store(name) : nullptr;
}

}  // namespace widgetstream
