#include "runtime/task/task.hpp"

#include <algorithm>
#include <utility>

#include "runtime/task/offset_metadata.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {

Task::Task(TaskSpec spec, const TaskEnvironment& environment)
    : spec_(std::move(spec)),
      deliveries_(std::make_shared<TaskDeliveries>()),
      context_(environment, spec_.id, deliveries_),
      stores_(spec_, context_) {
  makeNodes();
  makeQueues();
}

Task::~Task() {
  close();
}

void Task::makeNodes() {
  const TopologyGraph& graph = *context_.environment.graph;
  std::map<std::string, RuntimeNode*> by_name;
  for (const std::size_t index : spec_.nodes) {
    const GraphNode& node = graph.nodes[index];
    switch (node.kind) {
      case GraphNode::Kind::source:
        nodes_.push_back(std::make_unique<SourceNode>(node));
        break;
      case GraphNode::Kind::processor:
        nodes_.push_back(std::make_unique<ProcessorNode>(node, context_, stores_));
        break;
      case GraphNode::Kind::sink: {
        auto sink = std::make_unique<SinkNode>(node, context_);
        sinks_.push_back(sink.get());
        nodes_.push_back(std::move(sink));
        break;
      }
      case GraphNode::Kind::external: {
        auto external = std::make_unique<ExternalNode>(node, context_);
        externals_.push_back(external.get());
        nodes_.push_back(std::move(external));
        break;
      }
    }
    by_name[node.name] = nodes_.back().get();
  }
  for (const auto& node : nodes_) {
    for (const std::string& parent : node->graph().parents) by_name.at(parent)->addChild(*node);
  }
}

void Task::makeQueues() {
  queues_.reserve(spec_.sources.size());
  for (const TopicPartition& partition : spec_.sources) makeQueue(partition);
}

void Task::makeQueue(const TopicPartition& partition) {
  const TaskEnvironment& environment = context_.environment;
  const auto real = [&](const std::string& topic) {
    return realTopicName(*environment.graph, environment.application_id, topic);
  };
  for (const auto& node : nodes_) {
    const GraphNode& graph = node->graph();
    const auto read = std::find_if(graph.topics.begin(), graph.topics.end(),
                                   [&](const std::string& topic) { return real(topic) == partition.topic; });
    const bool by_name = read != graph.topics.end();
    if (!by_name && !(graph.topic_pattern && graph.topic_pattern->matches(partition.topic))) continue;
    queues_.emplace_back(partition, graph, *node, by_name && environment.graph->isInternal(*read), context_);
    return;
  }
  throw Error{ErrorKind::invalid_topology, "task " + toString(spec_.id) + " is given topic '" + partition.topic +
                                               "', which none of its sources reads"};
}

void Task::addInput(const TopicPartition& partition) {
  forgetOrder();
  makeQueue(partition);
  measure(queues_.back(), context_.measured.get());
  spec_.sources.push_back(partition);
}

void Task::worksOn(CacheBudget& cache, const std::string& thread, const ThreadMetrics* of_thread) {
  const TaskEnvironment& environment = context_.environment;
  context_.cache = &cache;
  auto metrics = std::make_unique<TaskMetrics>(environment.metrics, environment.clock, environment.measuring, spec_.id,
                                               thread, of_thread);
  measure(metrics.get());
  context_.measured = std::move(metrics);
}

void Task::worksNowhere() noexcept {
  measure(nullptr);
  context_.measured.reset();
  context_.cache = context_.environment.cache;
}

void Task::measure(TaskMetrics* metrics) {
  for (RecordQueue& queue : queues_) measure(queue, metrics);
  for (SinkNode* sink : sinks_) sink->measureBy(metrics);
  stores_.measureBy(metrics);
}

void Task::measure(RecordQueue& queue, TaskMetrics* metrics) {
  queue.traffic.tellTo(nullptr, nullptr);
  if (metrics) metrics->connectSource(queue.traffic, queue.node().name(), queue.partition().topic);
  queue.end_to_end = metrics ? metrics->endToEnd(queue.node().name()) : nullptr;
  queue.lag = metrics ? metrics->lag(queue.partition()) : nullptr;
}

void Task::tellTraffic() noexcept {
  for (RecordQueue& queue : queues_) queue.traffic.tell();
  for (SinkNode* sink : sinks_) sink->tellTraffic();
}

void Task::restore(std::size_t changelog, std::span<const FetchedRecord> records) {
  stores_.restore(changelog, records);
  context_.measured->restored(context_.environment.clock.elapsed(), records.size());
}

void Task::openStores(const std::function<void(const std::string& store)>& emptying) {
  if (!context_.measured) worksOn(*context_.cache, {}, nullptr);
  state_ = State::restoring;
  stores_.open(emptying);
}

void Task::initialize(const CommittedOffsets& committed, Timestamp now) {
  context_.now = now;
  for (RecordQueue& queue : queues_) {
    const auto known = committed.find(queue.partition());
    if (known == committed.end()) continue;
    const OffsetMetadata metadata = decodeOffsetMetadata(known->second.metadata);
    queue.restore(known->second, metadata.partition_time);
    context_.stream_time = std::max(context_.stream_time, metadata.partition_time);
    for (const auto& [key, value] : metadata.processor) {
      if (key.starts_with(reserved_metadata_prefix)) continue;  // they are not committed again
      const auto [entry, added] = context_.processor_metadata.try_emplace(key, value);
      if (!added) entry->second = std::max(entry->second, value);
    }
  }
  stores_.restoreEnded();
  for (const auto& node : nodes_) node->init();
  state_ = State::running;
}

bool Task::sinksReady() {
  return std::all_of(externals_.begin(), externals_.end(), [](ExternalNode* sink) { return sink->ready(); });
}

/// Contract 8.2: the smallest first timestamp, once every input either has a record or is known to have none.
RecordQueue* Task::chooseQueue(Timestamp now) {
  if (queues_.size() == 1) return queues_.front().prepareHead() ? &queues_.front() : nullptr;
  // The one whose record was taken last comes before those that this record has filled, as in Java.
  if (RecordQueue* const before = std::exchange(taken_from_, nullptr)) order(*before);
  for (RecordQueue* const queue : arrived_) order(*queue);
  arrived_.clear();
  bool waits = false;
  bool enforced = false;
  for (RecordQueue& queue : queues_) {
    queue.watchIdle(now);
    if (queue.in_order) continue;
    waits = waits || !mayGoOnWithout(queue, now);
    enforced = true;
  }
  if (waits) {
    if (!order_.empty() && !idle_since_) idle_since_ = now;
    return nullptr;
  }
  taken_from_ = order_.poll();
  if (enforced && taken_from_ && context_.measured->settings().debug()) context_.measured->enforced(batch_began_);
  return taken_from_;
}

void Task::forgetOrder() noexcept {
  order_.clear();
  arrived_.clear();
  taken_from_ = nullptr;
  for (RecordQueue& queue : queues_) queue.in_order = false;
}

void Task::order(RecordQueue& queue) {
  queue.in_order = queue.prepareHead();
  if (queue.in_order) order_.offer(queue);
}

bool Task::mayGoOnWithout(const RecordQueue& empty, Timestamp now) {
  const Milliseconds patience = context_.environment.max_task_idle;
  if (patience < Milliseconds{0}) return true;
  if (!empty.caughtUp()) return false;
  if (patience == Milliseconds{0}) return true;
  // The time of an input that stays empty counts from when it was first seen so, not anew for each record of others.
  return now - *empty.idleSince() >= patience;
}

bool Task::processOne(Timestamp now) {
  context_.now = now;
  if (!externals_.empty() && !sinksReady()) return false;
  const std::uint64_t dropped = context_.droppedTotal();
  RecordQueue* queue = chooseQueue(now);
  if (context_.droppedTotal() != dropped) commit_needed_ = true;  // records that are skipped move offsets too
  if (!queue) return false;

  const FetchedRecord& input = queue->head();
  const AnyRecord& record = queue->headRecord();
  queue->take();
  if (record.timestamp > context_.stream_time) context_.stream_time = record.timestamp;
  if (context_.sampled)
    queue->end_to_end->record(batch_began_, static_cast<double>((now - record.timestamp).count()));
  if (context_.measured->settings().debug())
    context_.measured->late(batch_began_, context_.stream_time - record.timestamp);
  context_.record = RecordContext{queue->partition().topic, queue->partition().partition, input.offset,
                                  record.timestamp, *record.headers};
  context_.input = &input;
  ++context_.sequence;
  commit_needed_ = true;
  queue->node().process(record);
  context_.input = nullptr;
  queue->pop();
  idle_since_.reset();
  return true;
}

std::size_t Task::process(std::size_t max, Timestamp now) {
  if (bufferedRecords() == 0) {
    for (RecordQueue& queue : queues_) queue.watchIdle(now);
    return 0;
  }
  const Clock& clock = context_.environment.clock;
  batch_began_ = clock.elapsed();
  std::size_t done = 0;
  context_.sampled = true;
  while (done < max && processOne(now)) {
    context_.sampled = false;
    ++done;
  }
  context_.sampled = false;
  if (done == 0) return 0;
  const std::chrono::nanoseconds ended = clock.elapsed();
  context_.measured->processed(ended, ended - batch_began_, done);
  tellTraffic();
  return done;
}

std::size_t Task::bufferedRecords() const noexcept {
  std::size_t records = 0;
  for (const RecordQueue& queue : queues_) records += queue.size();
  return records;
}

std::size_t Task::bufferedRecordBytes() const noexcept {
  std::size_t bytes = 0;
  for (const RecordQueue& queue : queues_) bytes += queue.bytes();
  return bytes;
}

bool Task::punctuateStreamTime(Timestamp now) {
  const Timestamp time = context_.stream_time;
  if (time == no_timestamp || !context_.stream_time_punctuation.isDue(time)) return false;
  context_.now = now;
  commit_needed_ = true;
  ++context_.sequence;
  return context_.stream_time_punctuation.run(
      time, [&](PunctuationQueue::Schedule& due) { due.node->punctuate(due.punctuate, time); });
}

bool Task::punctuateWallClock(Timestamp now) {
  if (!context_.wall_clock_punctuation.isDue(now)) return false;
  context_.now = now;
  commit_needed_ = true;
  ++context_.sequence;
  return context_.wall_clock_punctuation.run(
      now, [&](PunctuationQueue::Schedule& due) { due.node->punctuate(due.punctuate, now); });
}

std::optional<Timestamp> Task::nextWallClockPunctuation() const {
  return context_.wall_clock_punctuation.nextDue();
}

void Task::prepareCommit() {
  stores_.flushCaches();
  tellTraffic();
  flushing_ = externals_;
  for (ExternalNode* sink : flushing_) sink->beginFlush();
}

bool Task::flushed() {
  std::erase_if(flushing_, [](ExternalNode* sink) { return sink->flushed(); });
  return flushing_.empty();
}

bool Task::settle() {
  if (!deliveries_->all.anyFailed()) return deliveries_->all.underWay() > 0;
  context_.collector.settle([this](const DeliveryFailure& failure, std::exception_ptr cause) {
    const bool changelog = std::any_of(stores_.changelogs().begin(), stores_.changelogs().end(),
                                       [&](const Changelog& log) { return log.partition.topic == failure.topic; });
    if (changelog && failure.error == ErrorKind::retriable)
      throw Error{ErrorKind::retriable,
                  "an entry of a store did not reach its changelog " + failure.topic + ": " + failure.message};
    if (changelog)
      throw Error{ErrorKind::fatal, "an entry of a store was refused by its changelog " + failure.topic + ": " +
                                        failure.message + ". Raise max.message.bytes of the topic"};
    const RecordContext at{failure.topic, failure.partition, -1, failure.timestamp, failure.headers};
    const auto view = [](const NullableBytes& bytes) { return bytes ? NullableBytesView{*bytes} : std::nullopt; };
    const std::string what = "delivery of a record to topic '" + failure.topic + "'";
    context_.decide(
        {context_.environment.production_handler, what, "production-error", {}, ErrorStage::delivery}, at,
        view(failure.key), view(failure.value), std::move(cause));
  });
  return deliveries_->all.underWay() > 0;
}

CommittedOffsets Task::committable() const {
  CommittedOffsets offsets;
  for (const RecordQueue& queue : queues_) {
    // Notes of processors go to all inputs, so that whoever reads one of them finds the newest.
    auto offset = queue.committable(context_.processor_metadata, context_.processor_metadata_changed);
    if (offset) offsets[queue.partition()] = std::move(*offset);
  }
  return offsets;
}

void Task::postCommit(const CommittedOffsets& committed) {
  for (RecordQueue& queue : queues_) {
    const auto offset = committed.find(queue.partition());
    if (offset != committed.end()) queue.markCommitted(offset->second);
  }
  stores_.commit(committed);
  for (SinkNode* sink : sinks_) sink->committed();
  for (ExternalNode* sink : externals_) sink->committed();
  context_.commit_requested = false;
  context_.processor_metadata_changed = false;
  commit_needed_ = false;
}

std::map<TopicPartition, std::int64_t> Task::purgeable() const {
  std::map<TopicPartition, std::int64_t> offsets;
  for (const RecordQueue& queue : queues_) {
    if (queue.internal() && queue.committedOffset() > 0) offsets[queue.partition()] = queue.committedOffset();
  }
  return offsets;
}

std::shared_ptr<TaskDeliveries> Task::rollBack(Timestamp now) {
  CommittedOffsets committed;
  std::vector<std::int64_t> begun;
  for (const RecordQueue& queue : queues_) {
    if (queue.committedOffset() >= 0) committed[queue.partition()] = queue.committed();
    begun.push_back(queue.firstOffset());
  }
  closeNodes();
  flushing_.clear();
  forgetOrder();
  queues_.clear();
  externals_.clear();
  sinks_.clear();
  nodes_.clear();
  std::shared_ptr<TaskDeliveries> before = std::exchange(deliveries_, std::make_shared<TaskDeliveries>());
  context_.rollBack(deliveries_);
  stores_.rollBack(*deliveries_);
  idle_since_.reset();
  commit_needed_ = false;
  makeNodes();
  makeQueues();
  for (RecordQueue& queue : queues_) measure(queue, context_.measured.get());
  for (SinkNode* sink : sinks_) sink->measureBy(context_.measured.get());
  initialize(committed, now);
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (queues_[i].position() < 0) queues_[i].beginAt(begun[i]);
  }
  return before;
}

void Task::closeNodes() noexcept {
  context_.stream_time_punctuation.clear();
  context_.wall_clock_punctuation.clear();
  if (state_ != State::running) return;
  for (const auto& node : nodes_) {
    try {
      node->close();
    } catch (...) {
      context_.log.error("close() of a node threw", {{"task", toString(spec_.id)},
                                                     {"node", node->name()},
                                                     {"error", exceptionText(std::current_exception()).message}});
    }
  }
}

void Task::close() noexcept {
  if (state_ == State::closed) return;
  closeNodes();
  state_ = State::closed;
  forgetOrder();
  for (RecordQueue& queue : queues_) queue.clear();
  stores_.close();
}

}  // namespace widgetstream
