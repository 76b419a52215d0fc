// The shutdown of a whole application: one instance tells all.

#include <algorithm>

#include "runtime/coordination/coordinator.hpp"
#include "runtime/coordination/shutdown_notice.hpp"
#include "runtime/coordination/task_lookup.hpp"
#include "runtime/task/offset_metadata.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr Milliseconds request_timeout{2'000};
constexpr Milliseconds shortest_timeout{100};
/// A notice that does not get through at once is tried again until the close has to end.
constexpr Milliseconds patience{50};

}  // namespace

/// Errors  Error{retriable} when the offsets cannot be looked up.
void Coordinator::obeyShutdownNotice() {
  const std::int32_t generation = assignment_->metadata.generation;
  if (!first_generation_) first_generation_ = generation;
  std::vector<TopicPartition> all;
  for (const std::string& topic : subscription(setup_.graph, setup_.config.application_id, *plan_)) {
    const auto count = plan_->partitions.find(topic);
    if (count == plan_->partitions.end()) continue;
    for (std::int32_t partition = 0; partition < count->second; ++partition) all.push_back({topic, partition});
  }
  const auto given = shutdown_notice::find(setup_.consumer.committed(all, request_timeout));
  if (!given || *given < *first_generation_ || *given >= generation) return;
  shutDownWith(std::make_exception_ptr(
      Error{ErrorKind::fatal, "another instance has shut down the whole application (generation " +
                                  std::to_string(*given) + " of its group): its log says why"}));
}

/// True when the others will know, or cannot be told.
bool Coordinator::announceShutdown() {
  try {
    if (!assignment_) throw Error{ErrorKind::not_available, "this instance has no part in the group"};
    const auto place = placeForNotice();
    if (!place) throw Error{ErrorKind::not_available, "this instance has no input to commit to"};
    const GroupMetadata& as = assignment_->metadata;
    const CommittedOffsets notice{{place->first, shutdown_notice::in(place->second, as.generation)}};
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline_ - now());
    switch (setup_.membership.commit(notice, as, std::clamp(left, shortest_timeout, request_timeout))) {
      case CommitOutcome::committed:
        log_.info("the other instances are told to shut down", {{"generation", std::to_string(as.generation)}});
        announce_shutdown_ = false;
        return true;
      case CommitOutcome::fenced:
        throw Error{ErrorKind::task_migrated, "the group does not take this member's commits any more"};
      case CommitOutcome::retriable:
        break;
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::retriable) {
      log_.error("the other instances could not be told to shut down", {{"error", error.what()}});
      announce_shutdown_ = false;
      return true;
    }
  }
  if (now() >= deadline_) {
    log_.error("the other instances could not be told to shut down in time");
    return true;
  }
  // A rebalance may be under way: its end brings an assignment under which commits are taken again.
  const std::optional<MembershipEvent> event = setup_.membership.poll(patience);
  if (!event || event->kind == MembershipEvent::Kind::problem) return false;
  setup_.membership.acknowledge();
  unacknowledged_ = false;
  if (event->kind == MembershipEvent::Kind::assigned) assignment_ = Assignment{event->metadata, event->partitions};
  if (event->kind == MembershipEvent::Kind::lost) assignment_.reset();
  return false;
}

std::vector<TopicPartition> Coordinator::inputsOf(const std::vector<TaskId>& tasks) const {
  std::vector<TopicPartition> inputs;
  for (const TaskId& task : tasks) {
    const auto part = std::find_if(plan_->parts.begin(), plan_->parts.end(),
                                   [&](const SubTopology& candidate) { return candidate.id == task.subtopology; });
    const TaskSpec spec =
        taskOf(setup_.graph, setup_.config.application_id, *part, task.partition, plan_->partitions);
    inputs.insert(inputs.end(), spec.sources.begin(), spec.sources.end());
  }
  return inputs;
}

/// An input of ours and where the group stands on it; where it would begin to read, if it has not been committed yet.
std::optional<std::pair<TopicPartition, CommittedOffset>> Coordinator::placeForNotice() const {
  const std::vector<TopicPartition> inputs = inputsOf(tasksOf(*plan_, assignment_->partitions));
  if (inputs.empty()) return std::nullopt;
  const auto left = std::chrono::duration_cast<Milliseconds>(deadline_ - now());
  const Milliseconds timeout = std::clamp(left, shortest_timeout, request_timeout);
  const CommittedOffsets committed = setup_.consumer.committed(inputs, timeout);
  if (!committed.empty()) return *committed.begin();
  const auto ranges = setup_.consumer.offsets({inputs.front()}, timeout);
  if (ranges.empty()) return std::nullopt;
  const bool latest = setup_.config.auto_offset_reset == AutoOffsetReset::latest;
  return std::pair{inputs.front(), CommittedOffset{latest ? ranges.begin()->second.end : ranges.begin()->second.first, {}}};
}

}  // namespace widgetstream
