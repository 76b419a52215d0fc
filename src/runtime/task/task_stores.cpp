#include "runtime/task/task_stores.hpp"

#include <algorithm>

#include "runtime/task/store_files.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/kafka/consumer.hpp"
#include "widgetstream/state/store_damage.hpp"

namespace widgetstream {

/// One store with what it is given: its changelog and its place.
class TaskStores::Held final : public StoreContext {
 public:
  Held(const StoreBuilder& builder, TaskStores& owner) : owner_(owner), store_(builder.make(builder)) {
    if (!store_) throw Error{ErrorKind::invalid_topology, "the supplier of store '" + builder.name + "' made no store"};
    const TaskContext& context = owner.task_;
    const TopologyGraph& graph = *context.environment.graph;
    if (const auto source = graph.store_source_topics.find(builder.name); source != graph.store_source_topics.end()) {
      log_ = {realTopicName(graph, context.environment.application_id, source->second), context.task.partition};
      is_source_ = true;
    } else if (builder.logging) {
      log_ = {changelogTopic(context.environment.application_id, builder.name), context.task.partition};
      topic_ = &context.environment.producer.topic(log_->topic);
      use(context.collector.deliveries());
    }
  }

  void measureBy(StoreMeasure* measure) noexcept { measure_ = measure; }
  [[nodiscard]] StoreMeasure* measure() const noexcept override { return measure_; }

  void use(TaskDeliveries& deliveries) {
    if (topic_) channel_ = &deliveries.changelogs.emplace_back(deliveries.all);
  }

  [[nodiscard]] StateStore& store() const noexcept { return *store_; }
  [[nodiscard]] const std::optional<TopicPartition>& changelog() const noexcept { return log_; }
  [[nodiscard]] bool isSource() const noexcept { return is_source_; }

  [[nodiscard]] TaskId task() const override { return owner_.task_.task; }
  [[nodiscard]] const std::string& applicationId() const override { return owner_.task_.environment.application_id; }
  [[nodiscard]] std::filesystem::path taskDirectory() const override { return owner_.taskDirectory(); }
  [[nodiscard]] std::string changelogPartition(const std::string&) const override {
    return log_ ? toString(*log_) : std::string{};
  }
  [[nodiscard]] const Logger& log() const override { return owner_.task_.log; }
  [[nodiscard]] CacheBudget& cacheBudget() override { return *owner_.task_.cache; }
  [[nodiscard]] Timestamp recordTimestamp() const override { return owner_.task_.record.timestamp(); }

  [[nodiscard]] RecordStamp recordStamp() const override {
    const RecordContext& at = owner_.task_.record;
    return {at.topic(), at.partition(), at.offset(), at.timestamp(), &at.headers()};
  }
  void dropped(std::string_view reason) override { owner_.task_.dropped(reason); }
  [[nodiscard]] std::shared_ptr<EngineResources> engineResources() const override {
    return owner_.task_.environment.engine_resources;
  }
  [[nodiscard]] ReadCaches* readCaches() const noexcept override { return owner_.task_.environment.read_caches; }

  // The store is known by whom it asks, so its name need not be looked up.
  void logChange(const std::string& name, BytesView key, NullableBytesView value, Timestamp timestamp,
                 const Headers& headers) override {
    if (!topic_) return;
    const OutgoingRecord record{log_->partition, key, value, timestamp, headers.empty() ? nullptr : &headers};
    try {
      owner_.task_.collector.send(*topic_, record, *channel_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::bad_record) throw;
      // Skipping it would leave the store with what its changelog lacks.
      throw Error{ErrorKind::fatal, "an entry of store '" + name + "' is too large for its changelog " +
                                        toString(*log_) + ": " + error.what() +
                                        ". Raise max.message.bytes of the topic and "
                                        "message.max.bytes of the producer"};
    }
  }

  /// Offset of the newest changelog record the store contains once it has committed.
  [[nodiscard]] std::optional<std::int64_t> reached(const CommittedOffsets& inputs) const {
    if (is_source_) {
      const auto committed = inputs.find(*log_);
      return committed == inputs.end() ? std::nullopt : std::optional{committed->second.offset - 1};
    }
    const std::int64_t acknowledged = channel_ ? channel_->last_offset.load(std::memory_order_acquire) : -1;
    return acknowledged < 0 ? std::nullopt : std::optional{acknowledged};
  }

 private:
  TaskStores& owner_;
  std::unique_ptr<StateStore> store_;
  std::optional<TopicPartition> log_;
  bool is_source_ = false;
  Producer::Topic* topic_ = nullptr;
  DeliveryChannel* channel_ = nullptr;
  StoreMeasure* measure_ = nullptr;
};

std::vector<ChangelogRecord> changelogRecords(std::span<const FetchedRecord> records, std::vector<Headers>& headers) {
  std::vector<ChangelogRecord> changes;
  headers.resize(records.size());
  changes.reserve(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const FetchedRecord& record = records[i];
    if (!record.key) continue;  // no store writes these; somebody else did
    const Headers* of_record = &noHeaders();
    if (record.has_headers) {
      record.headers(headers[i]);
      of_record = &headers[i];
    }
    changes.push_back({*record.key, record.value, record.timestamp, of_record});
  }
  return changes;
}

TaskStores::TaskStores(const TaskSpec& spec, TaskContext& task)
    : task_(task),
      directory_(spec.directory.empty() ? toString(spec.id) : spec.directory),
      inputs_hold_stores_(spec.inputs_hold_stores) {
  for (const std::string& name : spec.stores) {
    const auto builder = task.environment.graph->stores.find(name);
    if (builder == task.environment.graph->stores.end())
      throw Error{ErrorKind::invalid_topology,
                  "task " + toString(task.task) + " needs store '" + name + "', which the topology lacks"};
    stores_.push_back(std::make_unique<Held>(builder->second, *this));
  }
}

TaskStores::~TaskStores() = default;

void TaskStores::open(const std::function<void(const std::string& store)>& emptying) {
  for (const auto& held : stores_) {
    StateStore& store = held->store();
    try {
      store.open(*held);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::store_corrupted) throw;
      task_.log.error("a store cannot be read: it is set aside and restored from its changelog",
                      {{"task", toString(task_.task)}, {"store", store.name()}, {"error", error.what()}});
      store.close();
      if (emptying) emptying(store.name());
      setAside(*held);
      store.open(*held);
      emptied_.insert(store.name());
    }
    if (!held->changelog()) continue;
    const std::optional<std::int64_t> newest = store.changelogOffset();
    changelogs_.push_back({store.name(), *held->changelog(), newest ? *newest + 1 : offset_earliest, held->isSource()});
    restored_from_.push_back(held.get());
  }
}

void TaskStores::restore(std::size_t index, std::span<const FetchedRecord> records) {
  if (records.empty()) return;
  std::vector<Headers> headers;
  restored_from_[index]->store().restore(changelogRecords(records, headers), records.back().offset);
  changelogs_[index].next_offset = records.back().offset + 1;
}

void TaskStores::restoreEnded(std::size_t index) {
  restored_from_[index]->store().restoreEnded();
}

void TaskStores::restoreEnded() {
  for (const auto& held : stores_) held->store().restoreEnded();
}

void TaskStores::wipe(std::size_t index) {
  Held& held = *restored_from_[index];
  held.store().close();
  setAside(held);
  held.store().open(held);
  changelogs_[index].next_offset = offset_earliest;
}

void TaskStores::setAside(const Held& held) {
  if (!held.store().persistent() || !setStoreAside(taskDirectory(), held.store().name())) return;
  task_.environment.metrics
      .counter("widgetstream_stores_set_aside_total",
               "Stores that were damaged or did not fit their changelog, and were restored.",
               {{"task", toString(task_.task)}, {"store", held.store().name()}})
      ->add();
}

void TaskStores::checkFiles() const {
  if (!anyDamage(task_.environment.engine_resources)) return;
  for (const auto& held : stores_) {
    // Where it would come back empty, what can still be read stays.
    if (!comesBack(*held)) continue;
    if (const auto damage = damageTo(*held))
      throw Error{ErrorKind::store_corrupted,
                  "the files of store '" + held->store().name() + "' cannot be used: " + *damage};
  }
}

std::optional<std::string> TaskStores::damageTo(const Held& held) const {
  if (!held.store().persistent()) return std::nullopt;
  const std::filesystem::path directory = task_.environment.state_directory / directory_;
  return damageOf(held.engineResources(), storeFiles(directory, held.store().name()));
}

bool TaskStores::comesBack(const Held& held) const {
  return held.changelog() || inputs_hold_stores_;
}

std::vector<std::string> TaskStores::damaged() const {
  std::vector<std::string> names;
  if (!anyDamage(task_.environment.engine_resources)) return names;
  for (const auto& held : stores_) {
    if (comesBack(*held) && damageTo(*held)) names.push_back(held->store().name());
  }
  return names;
}

void TaskStores::setDamagedAside() {
  // One that does not come back may be damaged where nobody needs it: it stays as long as another one explains the
  // error.
  const std::vector<std::string> known = damaged();
  for (const std::string& store : known) setAside(store);
  if (!known.empty()) return;
  for (const auto& held : stores_) setAside(*held);
}

void TaskStores::setAside(const std::string& store) {
  for (const auto& held : stores_) {
    if (held->store().name() == store) setAside(*held);
  }
}

StateStore& TaskStores::get(const std::string& name) const {
  if (StateStore* store = find(name)) return *store;
  throw Error{ErrorKind::invalid_topology, "task " + toString(task_.task) + " has no store '" + name + "'"};
}

StateStore* TaskStores::find(const std::string& name) const noexcept {
  for (const auto& held : stores_) {
    if (held->store().name() == name) return &held->store();
  }
  return nullptr;
}

std::vector<StateStore*> TaskStores::all() const {
  std::vector<StateStore*> stores;
  for (const auto& held : stores_) stores.push_back(&held->store());
  return stores;
}

void TaskStores::flushCaches() {
  for (const auto& held : stores_) held->store().flushCache();
  for (const auto& held : stores_) held->store().logChanges();
}

void TaskStores::commit(const CommittedOffsets& inputs) {
  for (const auto& held : stores_) held->store().commit(held->reached(inputs));
}

void TaskStores::measureBy(TaskMetrics* metrics) {
  for (const auto& held : stores_) held->measureBy(metrics ? metrics->store(held->store().name()) : nullptr);
}

void TaskStores::rollBack(TaskDeliveries& deliveries) {
  for (const auto& held : stores_) {
    held->store().discard();
    held->use(deliveries);
  }
}

void TaskStores::close() noexcept {
  bool on_disk = false;
  for (const auto& held : stores_) {
    held->store().close();
    on_disk = on_disk || held->store().persistent();
  }
  if (on_disk) touchTaskDirectory(task_.environment.state_directory / directory_);
}

std::size_t TaskStores::bufferedBytes() const {
  std::size_t bytes = 0;
  for (const auto& held : stores_) bytes += held->store().bufferedBytes();
  return bytes;
}

std::filesystem::path TaskStores::taskDirectory() const {
  std::filesystem::path directory = task_.environment.state_directory / directory_;
  if (std::filesystem::create_directories(directory))
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all);
  return directory;
}

}  // namespace widgetstream
