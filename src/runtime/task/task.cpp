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
      stores_(spec_, context_),
      processed_(environment.metrics.counter("widgetstream_records_processed_total", "Input records processed.",
                                             {{"task", toString(spec_.id)}})) {
  makeNodes();
  makeQueues();
}

Task::~Task() {
  close();
}

void Task::makeNodes() {
  const TopologyGraph& graph = context_.environment.graph;
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
    return realTopicName(environment.graph, environment.application_id, topic);
  };
  for (const auto& node : nodes_) {
    const GraphNode& graph = node->graph();
    const auto read = std::find_if(graph.topics.begin(), graph.topics.end(),
                                   [&](const std::string& topic) { return real(topic) == partition.topic; });
    const bool by_name = read != graph.topics.end();
    if (!by_name && !(graph.topic_pattern && graph.topic_pattern->matches(partition.topic))) continue;
    queues_.emplace_back(partition, graph, *node, by_name && environment.graph.isInternal(*read), context_);
    return;
  }
  throw Error{ErrorKind::invalid_topology, "task " + toString(spec_.id) + " is given topic '" + partition.topic +
                                               "', which none of its sources reads"};
}

void Task::addInput(const TopicPartition& partition) {
  makeQueue(partition);
  spec_.sources.push_back(partition);
}

void Task::openStores() {
  state_ = State::restoring;
  stores_.open();
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
      const auto [entry, added] = context_.processor_metadata.try_emplace(key, value);
      if (!added) entry->second = std::max(entry->second, value);
    }
  }
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
  const bool waits = std::any_of(queues_.begin(), queues_.end(), [&](const RecordQueue& queue) {
    return queue.empty() && !mayGoOnWithout(queue, now);
  });
  if (waits) return nullptr;
  taken_from_ = order_.poll();
  return taken_from_;
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
  if (!idle_since_) idle_since_ = now;
  return now - *idle_since_ >= patience;
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
  std::size_t done = 0;
  while (done < max && processOne(now)) ++done;
  if (done > 0) processed_->add(done);
  return done;
}

std::size_t Task::bufferedRecords() const noexcept {
  std::size_t records = 0;
  for (const RecordQueue& queue : queues_) records += queue.size();
  return records;
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
    if (changelog)
      throw Error{ErrorKind::fatal, "an entry of a store was refused by its changelog " + failure.topic + ": " +
                                        failure.message + ". Raise max.message.bytes of the topic"};
    const RecordContext at{failure.topic, failure.partition, -1, failure.timestamp, failure.headers};
    const auto view = [](const NullableBytes& bytes) { return bytes ? NullableBytesView{*bytes} : std::nullopt; };
    context_.decide(context_.environment.production_handler, "delivery of a record to topic '" + failure.topic + "'",
                    "production-error", {}, at, view(failure.key), view(failure.value), std::move(cause));
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

void Task::close() noexcept {
  if (state_ == State::closed) return;
  const bool initialized = state_ == State::running;
  state_ = State::closed;
  context_.stream_time_punctuation.clear();
  context_.wall_clock_punctuation.clear();
  if (initialized) {
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
  order_.clear();
  arrived_.clear();
  taken_from_ = nullptr;
  for (RecordQueue& queue : queues_) queue.clear();
  stores_.close();
}

}  // namespace widgetstream
