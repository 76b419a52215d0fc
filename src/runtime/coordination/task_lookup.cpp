#include "runtime/coordination/task_lookup.hpp"

#include <algorithm>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

std::vector<TopicPartition> changelogsOf(const TopologyGraph& graph, const std::string& application_id,
                                         const TaskSpec& spec) {
  std::vector<TopicPartition> changelogs;
  for (const std::string& store : spec.stores) {
    if (const auto source = graph.store_source_topics.find(store); source != graph.store_source_topics.end()) {
      changelogs.push_back({realTopicName(graph, application_id, source->second), spec.id.partition});
    } else if (graph.stores.at(store).logging) {
      changelogs.push_back({changelogTopic(application_id, store), spec.id.partition});
    }
  }
  return changelogs;
}

}  // namespace

std::vector<TaskId> tasksOf(const PartitionPlan& plan, const std::vector<TopicPartition>& assigned) {
  std::vector<TaskId> tasks;
  for (std::size_t part = 0; part < plan.parts.size(); ++part) {
    for (const TopicPartition& partition : assigned) {
      if (partition.topic != plan.lead_topics[part]) continue;
      if (partition.partition >= plan.tasks[part])
        throw Error{ErrorKind::fatal,
                    "topic '" + partition.topic + "' has more partitions than the " + std::to_string(plan.tasks[part]) +
                        " it had at the start: changelogs and repartition topics do not fit it any "
                        "more, and keys move. Use another application.id, or delete the application's "
                        "internal topics and local state and process its input anew"};
      tasks.push_back({plan.parts[part].id, partition.partition});
    }
  }
  std::sort(tasks.begin(), tasks.end());
  return tasks;
}

std::vector<TaskOrder> orderTasks(const TopologyGraph& graph, const std::string& application_id,
                                  const PartitionPlan& plan, const std::vector<TaskId>& tasks, Consumer& consumer,
                                  Milliseconds timeout) {
  std::vector<TaskOrder> orders;
  std::vector<TopicPartition> inputs;
  std::vector<TopicPartition> changelogs;
  for (const TaskId& task : tasks) {
    const auto part = std::find_if(plan.parts.begin(), plan.parts.end(),
                                   [&](const SubTopology& candidate) { return candidate.id == task.subtopology; });
    orders.push_back({taskOf(graph, application_id, *part, task.partition, plan.partitions), {}, {}});
    const TaskSpec& spec = orders.back().spec;
    inputs.insert(inputs.end(), spec.sources.begin(), spec.sources.end());
    const auto logs = changelogsOf(graph, application_id, spec);
    changelogs.insert(changelogs.end(), logs.begin(), logs.end());
  }
  const CommittedOffsets committed = inputs.empty() ? CommittedOffsets{} : consumer.committed(inputs, timeout);
  const auto ranges =
      changelogs.empty() ? std::map<TopicPartition, OffsetRange>{} : consumer.offsets(changelogs, timeout);
  for (TaskOrder& order : orders) {
    for (const TopicPartition& input : order.spec.sources) {
      if (const auto known = committed.find(input); known != committed.end()) order.committed.insert(*known);
    }
    for (const TopicPartition& changelog : changelogsOf(graph, application_id, order.spec)) {
      if (const auto known = ranges.find(changelog); known != ranges.end()) order.changelogs.insert(*known);
    }
  }
  return orders;
}

}  // namespace widgetstream
