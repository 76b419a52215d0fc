#include "runtime/global/global_state.hpp"

#include <algorithm>
#include <set>

#include "runtime/task/store_files.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/state/store_damage.hpp"

namespace widgetstream {
namespace {

using std::chrono::nanoseconds;

constexpr Milliseconds request_timeout{3'000};
constexpr nanoseconds try_again_after{std::chrono::milliseconds{200}};
constexpr std::size_t records_at_once = 10'000;
/// What no task has: Java's id of the global task.
constexpr TaskId global_id{-1, -1};

/// The global part of a graph as one that a task can run.
TopologyGraph globalPart(const TopologyGraph& whole) {
  TopologyGraph part;
  for (const GraphNode& node : whole.nodes) {
    if (node.is_global) part.nodes.push_back(node);
  }
  for (const auto& [name, store] : whole.global_stores) part.stores.emplace(name, store.builder);
  return part;
}

/// Takes the records of one input from the front of a batch.
std::span<FetchedRecord> runOfOneInput(std::span<FetchedRecord> records) {
  std::size_t length = 1;
  while (length < records.size() && records[length].tag == records.front().tag) ++length;
  return records.first(length);
}

}  // namespace

GlobalState::GlobalState(GlobalStateSetup setup)
    : setup_(std::move(setup)), graph_(globalPart(setup_.graph)), environment_(setup_.environment) {
  environment_.graph = &graph_;
  environment_.cache = &cache_;
  environment_.max_task_idle = Milliseconds{-1};
  environment_.globals = nullptr;
}

GlobalState::~GlobalState() {
  abandon();
}

void GlobalState::begin(PartitionCounts counts) {
  const std::lock_guard lock{mutex_};
  counts_ = std::move(counts);
}

bool GlobalState::begun() const {
  const std::lock_guard lock{mutex_};
  return counts_.has_value();
}

std::exception_ptr GlobalState::failure() const {
  const std::lock_guard lock{mutex_};
  return failure_;
}

bool GlobalState::step(Milliseconds max_wait) {
  try {
    return stepPhase(max_wait);
  } catch (const Error& error) {
    corrupted_ = error.kind() == ErrorKind::store_corrupted;
    fail(std::current_exception());
    return false;
  } catch (...) {
    fail(std::current_exception());
    return false;
  }
}

bool GlobalState::stepPhase(Milliseconds max_wait) {
  switch (phase_) {
    case Phase::waiting:
      if (begun() && now() >= next_attempt_ && open()) return true;
      setup_.consumer.poll(0, records_at_once, max_wait, batch_);  // the wait, which wake() ends
      return false;
    case Phase::loading:
      return loadStep(max_wait);
    case Phase::following:
      return followStep(max_wait);
    case Phase::ended:
      return false;
  }
  return false;
}

std::vector<GlobalState::Input> GlobalState::inputs() const {
  const std::lock_guard lock{mutex_};
  std::vector<Input> all;
  for (const auto& [name, store] : setup_.graph.global_stores) {
    const auto count = counts_->find(store.topic);
    for (std::int32_t partition = 0; count != counts_->end() && partition < count->second; ++partition) {
      all.push_back({{store.topic, partition}, name, store.reprocess_on_restore});
    }
  }
  return all;
}

bool GlobalState::open() {
  inputs_ = inputs();
  std::vector<TopicPartition> partitions;
  for (const Input& input : inputs_) partitions.push_back(input.partition);
  std::map<TopicPartition, OffsetRange> ranges;
  try {
    ranges = setup_.consumer.offsets(partitions, request_timeout);
    for (const TopicPartition& partition : partitions) {
      if (!ranges.contains(partition))
        throw Error{ErrorKind::retriable, "the cluster does not tell those of " + toString(partition)};
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::retriable) throw;
    environment_.log.warning("the offsets of global topics cannot be looked up, tried again until they can",
                             {{"error", error.what()}});
    next_attempt_ = now() + try_again_after;
    return false;
  }
  startFromPositions(ranges);

  TaskSpec spec{global_id, {}, {}, partitions, "global", true};
  for (std::size_t node = 0; node < graph_.nodes.size(); ++node) spec.nodes.push_back(node);
  for (const auto& [name, store] : graph_.stores) spec.stores.push_back(name);
  task_ = std::make_unique<Task>(std::move(spec), environment_);
  for (const auto& [name, store] : graph_.stores) {
    if (setup_.stores) setup_.stores->restoring(name, 0);
  }
  task_->openStores([this](const std::string& emptied) {
    forget(emptied);
    write(positions_);
  });

  std::vector<PartitionStart> starts;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const Input& input = inputs_[i];
    if (input.reprocess || std::max<std::int64_t>(input.next, 0) >= input.end) continue;
    starts.push_back({input.partition, input.next, 0, i});
  }
  loading_ = starts.size();
  phase_ = Phase::loading;
  environment_.log.info("global stores are being loaded", {{"stores", std::to_string(graph_.stores.size())},
                                                           {"partitions", std::to_string(inputs_.size())}});
  if (loading_ == 0) {
    follow();
  } else {
    setup_.consumer.add(starts);
  }
  return true;
}

/// A position that the topic does not have any more, or not yet, means that the store holds what the topic does not. A
/// store without any position holds what nobody knows the age of, and one without files holds nothing.
void GlobalState::startFromPositions(const std::map<TopicPartition, OffsetRange>& ranges) {
  const Positions written = readPositions(file());
  positions_.clear();
  std::set<std::string> unknown;
  for (const auto& [name, store] : graph_.stores) {
    if (store.persistent) unknown.insert(name);
  }
  std::set<std::string> stale;
  for (const auto& [partition, position] : written) {
    const auto of_topic = [&](const Input& input) { return input.partition.topic == partition.topic; };
    const auto first = std::find_if(inputs_.begin(), inputs_.end(), of_topic);
    if (first != inputs_.end() && !ranges.contains(partition)) stale.insert(first->store);  // it had more partitions
  }
  for (Input& input : inputs_) {
    const OffsetRange& range = ranges.at(input.partition);
    input.end = range.end;
    const auto position = written.find(input.partition);
    if (position == written.end() || !keepsFiles(input.store)) continue;
    if (position->second < range.first || position->second > range.end) {
      stale.insert(input.store);
    } else if (std::filesystem::exists(storeFiles(directory(), input.store))) {
      input.next = positions_[input.partition] = position->second;
      unknown.erase(input.store);
    }
  }
  for (const std::string& store : stale) {
    environment_.log.warning(
        "a topic does not contain what its global store says: the store is emptied and loaded anew",
        {{"store", store}});
    forget(store);
    unknown.insert(store);
  }
  if (positions_ != written) write(positions_);
  for (const std::string& store : unknown) std::filesystem::remove_all(storeFiles(directory(), store));
}

void GlobalState::forget(const std::string& store) {
  for (Input& input : inputs_) {
    if (input.store != store) continue;
    input.next = offset_earliest;
    positions_.erase(input.partition);
  }
}

bool GlobalState::keepsFiles(const std::string& store) const {
  return graph_.stores.at(store).persistent;
}

std::filesystem::path GlobalState::directory() const {
  return environment_.state_directory / "global";
}

bool GlobalState::loadStep(Milliseconds max_wait) {
  fetch(max_wait);
  bool done = false;
  std::span<FetchedRecord> left{batch_.records};
  while (!left.empty()) {
    const std::span<FetchedRecord> run = runOfOneInput(left);
    left = left.subspan(run.size());
    load(static_cast<std::size_t>(run.front().tag), run);
    done = true;
  }
  for (const FetchEvent& event : batch_.events) {
    if (event.kind == FetchEvent::Kind::end_of_partition) {
      Input& input = inputs_[static_cast<std::size_t>(event.tag)];
      if (std::max<std::int64_t>(input.next, 0) < input.end) --loading_;  // what was missing had been compacted away
      input.next = std::max(input.next, std::max(event.offset, input.end));
    }
  }
  if (loading_ == 0) follow();
  return done;
}

void GlobalState::load(std::size_t input, std::span<FetchedRecord> records) {
  Input& to = inputs_[input];
  const auto first_after = std::find_if(records.begin(), records.end(),
                                        [&](const FetchedRecord& record) { return record.offset >= to.end; });
  records = records.first(static_cast<std::size_t>(first_after - records.begin()));
  if (records.empty() || to.next >= to.end) return;
  std::vector<Headers> headers;
  StateStore& store = *task_->store(to.store);
  store.restore(changelogRecords(records, headers), records.back().offset);
  to.next = records.back().offset + 1;
  if (to.next >= to.end) --loading_;
}

/// From here on processors see the records.
void GlobalState::follow() {
  std::vector<TopicPartition> fetched;
  for (const Input& input : inputs_) {
    if (!input.reprocess) fetched.push_back(input.partition);
  }
  setup_.consumer.remove(fetched);
  CommittedOffsets from;
  std::vector<PartitionStart> starts;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    Input& input = inputs_[i];
    if (!input.reprocess && input.next < input.end) input.next = input.end;
    if (input.next >= 0) from[input.partition] = {input.next, {}};
    starts.push_back({input.partition, input.next, 0, i});
    if (!input.reprocess && keepsFiles(input.store)) positions_[input.partition] = input.next;
  }
  task_->initialize(from, environment_.clock.now());
  setup_.consumer.add(starts);
  next_commit_ = now();  // what was loaded is kept at once
  phase_ = Phase::following;
  checkLoaded();
}

void GlobalState::checkLoaded() {
  if (loaded()) return;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].reprocess && std::max<std::int64_t>(inputs_[i].next, 0) < inputs_[i].end) return;
  }
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [name, store] : graph_.stores) views_[name] = task_->store(name)->readOnlyView();
  }
  for (const auto& [name, store] : graph_.stores) {
    if (setup_.stores) setup_.stores->ready(0, *task_->store(name));
  }
  environment_.log.info("global stores are loaded", {{"stores", std::to_string(graph_.stores.size())}});
  loaded_.store(true, std::memory_order_release);
  if (setup_.notify) setup_.notify();
}

bool GlobalState::followStep(Milliseconds max_wait) {
  if (committing_) {
    commit(max_wait);
    return true;
  }
  noteDamage();
  fetch(max_wait);
  for (FetchedRecord& record : batch_.records) {
    const auto input = static_cast<std::size_t>(record.tag);
    inputs_[input].next = record.offset + 1;
    task_->enqueue(input, std::move(record));
  }
  for (const FetchEvent& event : batch_.events) {
    if (event.kind != FetchEvent::Kind::end_of_partition) continue;
    const auto input = static_cast<std::size_t>(event.tag);
    inputs_[input].next = std::max(inputs_[input].next, event.offset);
    task_->reachedEnd(input, event.offset);
  }
  const std::size_t processed = task_->process(SIZE_MAX, environment_.clock.now());
  checkLoaded();
  const std::size_t changes = task_->bufferedBytes();
  changes_bytes_.store(changes, std::memory_order_relaxed);
  if (now() >= next_commit_ || changes > setup_.changes_bytes) commit(Milliseconds{0});
  return processed > 0 || !batch_.records.empty();
}

void GlobalState::fetch(Milliseconds max_wait) {
  batch_.clear();
  setup_.consumer.poll(0, records_at_once, max_wait, batch_);
  for (const FetchEvent& event : batch_.events) {
    if (event.kind == FetchEvent::Kind::offset_out_of_range) {
      const std::string& store = inputs_[static_cast<std::size_t>(event.tag)].store;
      damaged_.insert(store);
      write(readPositions(file()));
      throw Error{ErrorKind::fatal, "topic partition " + toString(event.partition) + " of the global store '" + store +
                                        "' has lost records that were not read yet: the store no longer is what the "
                                        "topic says. Start the application again, and it is loaded anew"};
    }
    if (event.kind != FetchEvent::Kind::failed) continue;
    if (event.error != ErrorKind::retriable)
      throw Error{event.error, "fetching of global topic " + toString(event.partition) + " failed: " + event.message};
    environment_.log.warning("fetching of a global topic failed, it goes on by itself",
                             {{"partition", toString(event.partition)}, {"error", event.message}});
  }
}

/// Dead letters are acknowledged before positions move on; stores survive a crash before their positions say so.
void GlobalState::commit(Milliseconds max_wait) {
  if (!committing_) {
    task_->prepareCommit();
    committing_ = true;
  }
  static_cast<void>(environment_.producer.flush(task_->deliveries(), max_wait));
  if (task_->settle()) return;
  committing_ = false;
  next_commit_ = now() + nanoseconds{setup_.commit_interval};
  const CommittedOffsets reached = task_->committable();
  task_->postCommit(reached);
  bool any_file = false;
  for (const Input& input : inputs_) {
    if (!keepsFiles(input.store)) continue;
    any_file = true;
    if (const auto at = reached.find(input.partition); at != reached.end()) {
      positions_[input.partition] = at->second.offset;
    }
  }
  if (!any_file) return;
  for (StateStore* store : task_->stores()) {
    if (store->persistent()) store->flushEngine();
  }
  write(positions_);
}

StateStore& GlobalState::readOnly(const std::string& name) {
  const std::lock_guard lock{mutex_};
  const auto view = views_.find(name);
  if (view == views_.end())
    throw Error{ErrorKind::invalid_topology, "there is no global store '" + name + "', or it is not loaded"};
  // A kind of the user's own that has no view: its reads have to be fit for other threads.
  return view->second ? *view->second : *task_->store(name);
}

/// What a query has found. It is on disk before anything else happens to the application.
void GlobalState::noteDamage() {
  if (!anyDamage(environment_.engine_resources)) return;
  for (const std::string& store : task_->damagedStores()) {
    if (!damaged_.insert(store).second) continue;
    environment_.log.error("files of a global store are damaged: start the application again, and it is loaded anew",
                           {{"store", store}});
    write(readPositions(file()));
  }
}

/// The next start loads what they had from their topics.
void GlobalState::setDamagedAside() {
  for (const std::string& store : task_->damagedStores()) damaged_.insert(store);
  if (corrupted_ && damaged_.empty()) {
    for (const auto& [name, store] : graph_.stores) {
      if (store.persistent) damaged_.insert(name);
    }
  }
  if (damaged_.empty()) return;
  // First, and of what is known to be on disk: a store without its position is loaded, one without its files would be
  // empty.
  write(readPositions(file()));
  for (const std::string& store : damaged_) {
    environment_.log.warning("a damaged global store is set aside: the next start loads it anew", {{"store", store}});
    task_->setStoreAside(store);
  }
}

void GlobalState::write(Positions positions) const {
  if (std::none_of(inputs_.begin(), inputs_.end(), [&](const Input& input) { return keepsFiles(input.store); })) return;
  for (const Input& input : inputs_) {
    if (damaged_.contains(input.store)) positions.erase(input.partition);
  }
  writePositions(file(), positions);
}

void GlobalState::fail(std::exception_ptr error) noexcept {
  environment_.log.error("global stores cannot be kept any more", {{"error", exceptionText(error).message}});
  phase_ = Phase::ended;
  {
    const std::lock_guard lock{mutex_};
    failure_ = std::move(error);
  }
  if (setup_.notify) setup_.notify();
}

void GlobalState::close() noexcept {
  try {
    if (phase_ == Phase::following) {
      for (int round = 0; round < 10 && (round == 0 || committing_); ++round) commit(Milliseconds{100});
    }
  } catch (...) {
    environment_.log.error("global stores could not be written, what was not is read again at the next start",
                           {{"error", exceptionText(std::current_exception()).message}});
  }
  abandon();
}

void GlobalState::abandon() noexcept {
  phase_ = Phase::ended;
  if (!task_ || task_->state() == Task::State::closed) return;
  for (const auto& [name, store] : graph_.stores) {
    if (setup_.stores) setup_.stores->gone(name, 0);
  }
  try {
    std::vector<TopicPartition> fetched;
    for (const Input& input : inputs_) fetched.push_back(input.partition);
    setup_.consumer.remove(fetched);
  } catch (const std::exception& error) {
    environment_.log.warning("fetching of global topics could not be stopped", {{"error", error.what()}});
  }
  task_->close();
  try {
    setDamagedAside();
  } catch (const std::exception& error) {
    environment_.log.error("a damaged global store could not be set aside", {{"error", error.what()}});
  }
}

}  // namespace widgetstream
