#include "runtime/task/sink_node.hpp"

#include "runtime/task/task_spec.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr Milliseconds metadata_timeout{10'000};

}  // namespace

SinkNode::SinkNode(const GraphNode& graph, TaskContext& task)
    : RuntimeNode(graph), task_(task), encoder_(graph.encoder()) {
  if (graph.topic_extractor) return;
  fixed_.name = realTopicName(*task.environment.graph, task.environment.application_id, graph.topic);
  fixed_.topic = &task.environment.producer.topic(fixed_.name);
}

void SinkNode::addChild(AnyNode& child) {
  throw Error{ErrorKind::invalid_topology, "sink '" + name() + "' cannot have a child ('" + child.name() + "')"};
}

void SinkNode::process(const AnyRecord& record) {
  const FollowRecord follow{task_, record};
  stage_ = ErrorStage::delivery;
  try {
    write(record);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_record) throw;
    decide();
  } catch (...) {
    decide();
  }
}

void SinkNode::decide() {
  task_.decide({task_.environment.production_handler, "writing of a record", "production-error", name(), stage_});
}

void SinkNode::write(const AnyRecord& record) {
  if (record.timestamp < Timestamp{})
    throw Error{ErrorKind::bad_record, "sink '" + name() + "' was given a record with the negative timestamp " +
                                           std::to_string(toMillis(record.timestamp))};
  Destination& to = graph().topic_extractor ? destinationOf(record) : fixed_;
  OutgoingRecord out;
  if (record.key) {
    stage_ = ErrorStage::key_serialization;
    key_.clear();
    encoder_->key(to.name, record.key, key_);
    out.key = key_;
  }
  if (record.value) {
    stage_ = ErrorStage::value_serialization;
    value_.clear();
    encoder_->value(to.name, record.value, value_);
    out.value = value_;
  }
  stage_ = ErrorStage::delivery;
  out.timestamp = record.timestamp;
  out.headers = record.headers->empty() ? nullptr : record.headers;
  if (graph().partitioner) {
    writePartitioned(to, record, out);
  } else {
    send(to, out);
  }
}

void SinkNode::writePartitioned(Destination& to, const AnyRecord& record, OutgoingRecord& out) {
  if (to.partitions == 0) to.partitions = task_.environment.producer.partitionCount(*to.topic, metadata_timeout);
  if (to.partitions == 0)
    throw Error{ErrorKind::retriable, "sink '" + name() + "' writes to topic '" + to.name + "', which does not exist"};
  const PartitionChoice choice = graph().partitioner(to.name, record, to.partitions);
  const auto sendTo = [&](std::int32_t partition) {
    if (partition < 0 || partition >= to.partitions)
      throw Error{ErrorKind::bad_record, "the partitioner of sink '" + name() + "' chose partition " +
                                             std::to_string(partition) + " of topic '" + to.name + "', which has " +
                                             std::to_string(to.partitions)};
    out.partition = partition;
    send(to, out);
  };
  switch (choice.kind) {
    case PartitionChoice::Kind::by_key:
      return send(to, out);
    case PartitionChoice::Kind::one:
      return sendTo(choice.partition);
    case PartitionChoice::Kind::several:
      if (choice.partitions.empty()) task_.dropped("no-partition");
      for (const std::int32_t partition : choice.partitions) sendTo(partition);
      return;
    case PartitionChoice::Kind::none:
      return task_.dropped("no-partition");
  }
}

SinkNode::Destination& SinkNode::destinationOf(const AnyRecord& record) {
  std::string topic = graph().topic_extractor(record, task_.record);
  const auto [found, added] = computed_.try_emplace(topic);
  if (added) {
    found->second.name = std::move(topic);
    found->second.topic = &task_.environment.producer.topic(found->second.name);
    if (metrics_) metrics_->connectSink(found->second.traffic, name(), found->second.name);
  }
  return found->second;
}

void SinkNode::send(Destination& to, const OutgoingRecord& out) {
  task_.collector.send(*to.topic, out, task_.collector.deliveries().records);
  to.traffic.add(to.name, out.key, out.value, out.headers);
  if (task_.sampled && end_to_end_) {
    const Clock& clock = task_.environment.clock;
    end_to_end_->record(clock.elapsed(), static_cast<double>((clock.now() - out.timestamp).count()));
  }
}

void SinkNode::measureBy(TaskMetrics* metrics) {
  metrics_ = metrics;
  end_to_end_ = metrics ? metrics->endToEnd(name()) : nullptr;
  const auto connect = [&](Destination& destination) {
    destination.traffic.tellTo(nullptr, nullptr);
    if (metrics && destination.topic) metrics->connectSink(destination.traffic, name(), destination.name);
  };
  connect(fixed_);
  for (auto& [topic, destination] : computed_) connect(destination);
}

void SinkNode::tellTraffic() noexcept {
  fixed_.traffic.tell();
  for (auto& [topic, destination] : computed_) destination.traffic.tell();
}

void SinkNode::committed() {
  fixed_.partitions = 0;
  for (auto& [name, destination] : computed_) destination.partitions = 0;
}

}  // namespace widgetstream
