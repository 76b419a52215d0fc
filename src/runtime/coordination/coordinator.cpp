#include "runtime/coordination/coordinator.hpp"

#include <algorithm>

#include "runtime/coordination/task_lookup.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using std::chrono::nanoseconds;

constexpr Milliseconds request_timeout{3'000};
constexpr Milliseconds first_backoff{100};
constexpr Milliseconds longest_backoff{2'000};
constexpr Milliseconds look_for_topics{1'000};
constexpr Milliseconds look_for_matching_topics{1'000};
constexpr Milliseconds patience_with_members{15'000};
/// The whole group waits for the slowest member to give up its tasks.
constexpr Milliseconds revoke_deadline{3'000};

}  // namespace

Coordinator::Coordinator(CoordinatorSetup setup)
    : setup_(std::move(setup)),
      log_(setup_.log),
      preparation_(setup_.graph, setup_.config, setup_.admin, setup_.log),
      next_attempt_(now()),
      next_purge_(now() + nanoseconds{setup_.config.repartition_purge_interval}) {
  if (setup_.directory) predecessor_ = setup_.directory->lastMemberId();
  waitFor("the cluster");
}

void Coordinator::requestClose(nanoseconds deadline) {
  {
    const std::lock_guard lock{mutex_};
    close_deadline_ = deadline;
  }
  close_requested_.store(true, std::memory_order_release);
  setup_.reports.wake();
}

nanoseconds Coordinator::closeDeadline() const {
  const std::lock_guard lock{mutex_};
  return close_deadline_;
}

std::string Coordinator::waitingFor() const {
  const std::lock_guard lock{mutex_};
  return waiting_for_;
}

std::optional<PartitionPlan> Coordinator::plan() const {
  const std::lock_guard lock{mutex_};
  return plan_;
}

void Coordinator::waitFor(std::string what) {
  const std::lock_guard lock{mutex_};
  waiting_for_ = std::move(what);
}

void Coordinator::step(Milliseconds max_wait) {
  try {
    takeReports();
    if (close_requested_.load(std::memory_order_acquire) && phase_ != Phase::closing && phase_ != Phase::closed) {
      setup_.state.change(StreamsState::pending_shutdown);
      beginClose(closeDeadline());
    }
    if (setup_.globals && phase_ != Phase::closing && phase_ != Phase::closed) {
      if (const std::exception_ptr failure = setup_.globals->failure()) std::rethrow_exception(failure);
    }
    stepPhase(max_wait);
  } catch (...) {
    shutDownWith(std::current_exception());
  }
}

void Coordinator::stepPhase(Milliseconds max_wait) {
  switch (phase_) {
    case Phase::preparing:
      return prepare(max_wait);
    case Phase::loading_globals:
      return awaitGlobals(max_wait);
    case Phase::member:
      return attend(max_wait);
    case Phase::revoking:
      return awaitSuspended(max_wait);
    case Phase::closing:
      return awaitClosed(max_wait);
    case Phase::closed:
      return;
  }
}

void Coordinator::prepare(Milliseconds max_wait) {
  const auto until = std::chrono::ceil<Milliseconds>(next_attempt_ - now());
  if (until > Milliseconds{0}) return setup_.reports.wait(std::min(max_wait, until));
  try {
    std::optional<PartitionPlan> plan = preparation_.attempt(request_timeout);
    if (!plan) {
      std::string topics;
      for (const std::string& topic : preparation_.missing()) topics += (topics.empty() ? "" : ", ") + topic;
      waitFor("missing source topics: " + topics);
      next_attempt_ = now() + look_for_topics;
      return;
    }
    const std::lock_guard lock{mutex_};
    plan_ = std::move(plan);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::retriable) throw;
    if (!trouble_told_)
      log_.warning("the cluster cannot be asked for topics, tried again until it can", {{"error", error.what()}});
    trouble_told_ = true;
    waitFor(std::string{"the cluster: "} + error.what());
    next_attempt_ = now() + backoff_;
    backoff_ = std::min(backoff_ * 2, longest_backoff);
    return;
  }
  backoff_ = first_backoff;
  trouble_told_ = false;
  if (!setup_.globals) return joinGroup();
  setup_.globals->begin(preparation_.globalCounts());
  waitFor("global stores being loaded");
  phase_ = Phase::loading_globals;
}

void Coordinator::awaitGlobals(Milliseconds max_wait) {
  if (!setup_.globals->loaded()) setup_.reports.wait(max_wait);
  if (setup_.globals->loaded()) joinGroup();
}

void Coordinator::joinGroup() {
  phase_ = Phase::member;
  next_look_ = now() + nanoseconds{look_for_matching_topics};
  const std::vector<std::string> topics = subscription(setup_.graph, setup_.config.application_id, *plan_);
  if (!topics.empty()) {
    setup_.membership.join(topics);
    joined_ = true;
    return waitFor("the group");
  }
  if (setup_.graph.usesPatterns()) return waitFor("topics that match its patterns");
  // Global stores are all there is: no tasks, and no group.
  waitFor({});
  setup_.state.change(StreamsState::running);
}

void Coordinator::attend(Milliseconds max_wait) {
  if (!joined_) {
    if (now() >= next_look_) lookForTopics();
    if (!joined_) setup_.reports.wait(std::min(max_wait, Milliseconds{50}));
    return;
  }
  if (predecessor_ && setup_.membership.joinSent()) removePredecessor();
  if (assignment_pending_ && now() >= next_attempt_) tryAssign();
  if (now() >= next_purge_) purge();
  if (now() >= next_look_) lookForTopics();
  std::optional<MembershipEvent> event = setup_.membership.poll(pollWait(max_wait));
  if (event) handle(*event);
}

/// Reports of threads do not end the wait of the group's poll, so it is short while they are awaited.
Milliseconds Coordinator::pollWait(Milliseconds max_wait) const {
  Milliseconds wait{50};
  if (assignment_pending_) wait = Milliseconds{10};
  if (!awaited_.empty()) wait = now() - assigned_at_ < std::chrono::seconds{1} ? Milliseconds{1} : Milliseconds{20};
  if (!assignment_ && predecessor_) wait = Milliseconds{5};
  return std::min(wait, max_wait);
}

void Coordinator::removePredecessor() {
  const std::string dead = *std::exchange(predecessor_, std::nullopt);
  try {
    setup_.admin.removeMember(setup_.config.application_id, dead, request_timeout);
    log_.info("the member that this process was before was removed from the group", {{"member", dead}});
  } catch (const Error& error) {
    log_.warning("the member that this process was before stays in the group until its session ends",
                 {{"member", dead}, {"error", error.what()}});
  }
}

void Coordinator::handle(MembershipEvent& event) {
  switch (event.kind) {
    case MembershipEvent::Kind::problem:
      if (event.message != last_problem_) log_.warning("the group reports a problem", {{"problem", event.message}});
      last_problem_ = event.message;
      return;
    case MembershipEvent::Kind::revoked:
      return beginRevoke();
    case MembershipEvent::Kind::lost:
      log_.warning("this member was thrown out of the group: its tasks start anew when it is back");
      setup_.state.change(StreamsState::rebalancing);
      waitFor("the group");
      for (StreamThread* thread : setup_.threads) thread->post(AbandonTasks{});
      assignment_.reset();
      assignment_pending_ = false;
      awaited_.clear();
      setup_.membership.acknowledge();
      return;
    case MembershipEvent::Kind::assigned:
      setup_.membership.acknowledge();
      setup_.state.change(StreamsState::rebalancing);
      last_problem_.clear();
      if (predecessor_ && *predecessor_ != event.metadata.member_id) removePredecessor();
      predecessor_.reset();
      if (setup_.directory) setup_.directory->rememberMemberId(event.metadata.member_id);
      assignment_ = Assignment{std::move(event.metadata), std::move(event.partitions)};
      assignment_pending_ = true;
      next_attempt_ = now();
      return tryAssign();
  }
}

void Coordinator::beginRevoke() {
  setup_.state.change(StreamsState::rebalancing);
  waitFor("the group");
  assignment_pending_ = false;
  unacknowledged_ = true;
  deadline_ = now() + nanoseconds{revoke_deadline};
  ++order_;
  awaited_.clear();
  for (std::size_t i = 0; i < setup_.threads.size(); ++i) {
    awaited_.insert(static_cast<int>(i));
    setup_.threads[i]->post(SuspendTasks{order_, deadline_});
  }
  phase_ = Phase::revoking;
}

void Coordinator::awaitSuspended(Milliseconds max_wait) {
  if (!awaited_.empty() && now() < deadline_) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline_ - now());
    setup_.reports.wait(std::min(max_wait, left));
    takeReports();
    if (!awaited_.empty() && now() < deadline_) return;
  }
  if (!awaited_.empty()) {
    for (const int index : awaited_) {
      const StreamThread& thread = *setup_.threads[static_cast<std::size_t>(index)];
      const std::optional<TaskId> task = thread.currentTask();
      log_.warning(
          "a stream thread does not give up its tasks in time: what it did since the last commit is done again",
          {{"thread", thread.name()}, {"task", task ? toString(*task) : "none"}});
    }
    awaited_.clear();
  }
  if (phase_ != Phase::revoking) return;  // a report has ended everything
  setup_.membership.acknowledge();
  unacknowledged_ = false;
  phase_ = Phase::member;
}

void Coordinator::lookForTopics() {
  next_look_ = now() + nanoseconds{look_for_matching_topics};
  if (!setup_.graph.usesPatterns()) return;
  std::optional<PartitionPlan> changed;
  try {
    changed = preparation_.lookAgain(*plan_, request_timeout);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::retriable) throw;
    log_.debug("the cluster cannot be asked for topics", {{"error", error.what()}});
  }
  if (!changed) return;
  const std::vector<std::string> topics = subscription(setup_.graph, setup_.config.application_id, *changed);
  if (topics.empty()) return;  // all are gone: nothing comes of them any more, and one may come back
  log_.info("other topics match the patterns than before: the group is told");
  {
    const std::lock_guard lock{mutex_};
    plan_ = std::move(changed);
  }
  setup_.membership.join(topics);
  joined_ = true;
}

bool Coordinator::groupAgrees() {
  if (!setup_.graph.usesPatterns()) return true;
  const std::string& id = setup_.config.application_id;
  const auto members = setup_.admin.groupSubscriptions(id, request_timeout);
  const std::vector<std::string> mine = matchingTopics(setup_.graph, id, subscription(setup_.graph, id, *plan_));
  const bool agrees = !members || std::all_of(members->begin(), members->end(), [&](const auto& member) {
    return matchingTopics(setup_.graph, id, member.second) == mine;
  });
  if (agrees) {
    disagrees_since_.reset();
    return true;
  }
  if (!disagrees_since_) disagrees_since_ = now();
  if (now() - *disagrees_since_ < nanoseconds{patience_with_members}) return false;
  log_.warning("members of the group read other topics than this one does, though they have had time to see them: do "
               "all instances run the same topology?");
  return true;
}

void Coordinator::tryAssign() {
  const std::vector<TaskId> tasks = tasksOf(*plan_, assignment_->partitions);
  std::vector<TaskOrder> orders;
  try {
    if (!groupAgrees()) {
      waitFor("the other members to see the topics that match");
      next_attempt_ = now() + nanoseconds{first_backoff};
      return;
    }
    orders = orderTasks(setup_.graph, setup_.config.application_id, *plan_, tasks, setup_.consumer, request_timeout);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::retriable) throw;
    if (!trouble_told_)
      log_.warning("offsets cannot be looked up, tried again until they can", {{"error", error.what()}});
    trouble_told_ = true;
    next_attempt_ = now() + nanoseconds{first_backoff};
    return;
  }
  trouble_told_ = false;
  placement_ = placeTasks(tasks, static_cast<int>(setup_.threads.size()), placement_);
  std::vector<AssignTasks> of_thread(setup_.threads.size());
  for (TaskOrder& order : orders)
    of_thread[static_cast<std::size_t>(placement_.at(order.spec.id))].tasks.push_back(std::move(order));
  ++order_;
  awaited_.clear();
  assigned_at_ = now();
  log_.info("tasks assigned", {{"tasks", std::to_string(tasks.size())},
                               {"generation", std::to_string(assignment_->metadata.generation)}});
  waitFor("stores being restored");
  for (std::size_t i = 0; i < setup_.threads.size(); ++i) {
    awaited_.insert(static_cast<int>(i));
    of_thread[i].order = order_;
    of_thread[i].metadata = assignment_->metadata;
    setup_.threads[i]->post(std::move(of_thread[i]));
  }
  assignment_pending_ = false;
}

void Coordinator::purge() {
  next_purge_ = now() + nanoseconds{setup_.config.repartition_purge_interval};
  const auto offsets = setup_.purge.take();
  if (offsets.empty()) return;
  try {
    setup_.admin.deleteRecords(offsets, request_timeout);
  } catch (const Error& error) {
    log_.debug("repartition topics could not be trimmed", {{"error", error.what()}});
  }
}

}  // namespace widgetstream
