#include "runtime/coordination/coordinator.hpp"

#include <algorithm>

#include "runtime/coordination/task_lookup.hpp"
#include "runtime/metrics/metric_set.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using std::chrono::nanoseconds;

constexpr Milliseconds request_timeout{3'000};
constexpr Milliseconds first_backoff{100};
/// A problem of longer ago is not what the group is waited for.
constexpr std::chrono::nanoseconds problem_is_news{std::chrono::minutes{1}};
constexpr Milliseconds longest_backoff{2'000};
constexpr Milliseconds look_for_topics{1'000};
constexpr Milliseconds look_for_matching_topics{1'000};
constexpr Milliseconds input_look_timeout{1'000};
constexpr int times_gone_to_be_deleted = 6;
constexpr Milliseconds patience_with_members{15'000};
/// The whole group waits for the slowest member to give up its tasks.
constexpr Milliseconds revoke_deadline{3'000};
constexpr Milliseconds purge_timeout{30'000};

}  // namespace

Coordinator::Coordinator(CoordinatorSetup setup)
    : setup_(std::move(setup)),
      log_(setup_.log),
      preparation_(setup_.graph, setup_.config, setup_.admin, setup_.log),
      distribution_(setup_.graph, setup_.config, setup_.consumer, setup_.threads),
      failed_threads_(setup_.metrics.counter(kafkaMetricName("stream-metrics", "failed-stream-threads"),
                                             "Stream threads that stopped with an error.")),
      watch_(setup_.threads, setup_.config.max_poll_interval, setup_.log),
      next_attempt_(now()),
      next_purge_(now() + nanoseconds{setup_.config.repartition_purge_interval}),
      next_cleaning_(now() + nanoseconds{setup_.config.state_cleanup_delay}) {
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
    if (setup_.lease.takeRefusal() && assignment_ && !ending()) dropTasks();
    takeReports();
    takeThreadRequests();
    if (close_requested_.load(std::memory_order_acquire) && !ending()) {
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
    case Phase::departing:
      return awaitDeparture(max_wait);
    case Phase::away:
      return comeBack(max_wait);
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
  phase_ = Phase::away;
  if (!setup_.globals) return;
  setup_.globals->begin(preparation_.globalCounts());
  waitFor("global stores being loaded");
  phase_ = Phase::loading_globals;
}

void Coordinator::awaitGlobals(Milliseconds max_wait) {
  if (!setup_.globals->loaded()) setup_.reports.wait(max_wait);
  if (setup_.globals->loaded()) phase_ = Phase::away;
}

/// Into the group, or back.
void Coordinator::join() {
  phase_ = Phase::member;
  next_look_ = now() + nanoseconds{look_for_matching_topics};
  const std::vector<std::string> topics = subscription(setup_.graph, setup_.config.application_id, *plan_);
  if (!topics.empty()) {
    group_quiet_at_ = now();
    setup_.membership.join(topics);
    in_group_ = true;
    return waitForGroup();
  }
  if (setup_.graph.usesPatterns()) return waitFor("topics that match its patterns");
  // Global stores are all there is: no tasks, and no group.
  waitFor({});
  setup_.state.change(StreamsState::running);
}

void Coordinator::attend(Milliseconds max_wait) {
  if (!in_group_) {
    if (now() >= next_look_) lookForTopics();
    if (!in_group_) setup_.reports.wait(std::min(max_wait, Milliseconds{50}));
    return;
  }
  if (predecessor_ && setup_.membership.joinSent()) removePredecessor();
  watchThreads();
  // Without a thread there is nobody to work for the group.
  if (phase_ == Phase::member && distribution_.placeable().empty()) depart("a stream thread: all were removed", {});
  if (phase_ != Phase::member) return;
  if (assignment_pending_) {
    if (now() >= next_attempt_) tryAssign();
  } else {
    orderTasks();
  }
  if (now() >= next_purge_) purge();
  if (now() >= next_look_) lookForTopics();
  if (inputs_doubtful_ && now() >= next_input_look_) watchInputs();
  if (now() >= next_cleaning_) cleanDirectory();
  std::optional<MembershipEvent> event = setup_.membership.poll(pollWait(max_wait));
  if (event) handle(*event);
  group_quiet_at_ = now();
}

/// Reports of threads do not end the wait of the group's poll, so it is short while they are awaited.
Milliseconds Coordinator::pollWait(Milliseconds max_wait) const {
  Milliseconds wait{50};
  if (assignment_pending_) wait = Milliseconds{10};
  if (!distribution_.settled()) wait = now() - assigned_at_ < std::chrono::seconds{1} ? Milliseconds{1} : Milliseconds{20};
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
      problem_at_ = now();
      inputs_doubtful_ = true;
      if (!assignment_) waitForGroup();
      return;
    case MembershipEvent::Kind::revoked:
      return beginRevoke();
    case MembershipEvent::Kind::lost:
      log_.warning("this member was thrown out of the group: its tasks start anew when it is back");
      dropTasks();
      setup_.membership.acknowledge();
      return;
    case MembershipEvent::Kind::assigned:
      if (setup_.lease.takeRefusal()) dropTasks();
      // The event may be old if this process slept: then the group is asked before anything is written.
      setup_.lease.begin(event.metadata, group_quiet_at_);
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

/// They are others' now, and what they made and did not get out stays here.
void Coordinator::dropTasks() {
  setup_.lease.end();
  setup_.state.change(StreamsState::rebalancing);
  waitForGroup();
  for (const auto& thread : setup_.threads.all()) thread->post(AbandonTasks{order_});
  distribution_.drop();
  assignment_.reset();
  assignment_pending_ = false;
}

void Coordinator::waitForGroup() {
  const bool told_lately = !last_problem_.empty() && now() - problem_at_ < problem_is_news;
  waitFor(told_lately ? "the group: " + last_problem_ : "the group");
}

void Coordinator::beginRevoke() {
  setup_.state.change(StreamsState::rebalancing);
  waitForGroup();
  assignment_pending_ = false;
  unacknowledged_ = true;
  deadline_ = now() + nanoseconds{revoke_deadline};
  ++order_;
  awaited_.clear();
  for (const auto& thread : setup_.threads.all()) {
    awaited_.insert(thread->index());
    thread->post(SuspendTasks{order_, deadline_});
  }
  distribution_.suspend();
  phase_ = Phase::revoking;
}

void Coordinator::awaitSuspended(Milliseconds max_wait) {
  if (!allReported(max_wait) || phase_ != Phase::revoking) return;  // a report may have ended everything
  tellOfSlowThreads("what it did since the last commit may be done again");
  setup_.membership.acknowledge();
  unacknowledged_ = false;
  phase_ = Phase::member;
}

bool Coordinator::allReported(Milliseconds max_wait) {
  if (awaited_.empty() || now() >= deadline_) return true;
  const auto left = std::chrono::ceil<Milliseconds>(deadline_ - now());
  setup_.reports.wait(std::min(max_wait, left));
  takeReports();
  return awaited_.empty() || now() >= deadline_;
}

void Coordinator::tellOfSlowThreads(const char* consequence) {
  for (const int index : std::exchange(awaited_, {})) {
    const auto thread = setup_.threads.find(index);
    if (!thread) continue;
    const std::optional<TaskId> task = thread->view().currentTask();
    log_.warning(std::string{"a stream thread does not answer in time: "} + consequence,
                 {{"thread", thread->name()}, {"task", task ? toString(*task) : "none"}});
  }
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
  in_group_ = true;
}

/// What is committed and kept of a topic that was deleted says nothing of a new one of its name, so nobody should wait for
/// that. A broker that has just started may not know its topics for a moment: they have to be gone in every answer, of
/// several one after the other.
void Coordinator::watchInputs() {
  std::vector<std::string> gone;
  try {
    gone = preparation_.goneFrom(*plan_, input_look_timeout);
  } catch (const Error& error) {
    // Nothing is known. The others have the time, for a cluster that is away takes it.
    log_.debug("the cluster cannot be asked for the inputs", {{"error", error.what()}});
    times_gone_ = 0;
    input_look_backoff_ = std::min(input_look_backoff_ * 2, longest_backoff * 2);
    next_input_look_ = now() + nanoseconds{input_look_backoff_};
    return;
  }
  input_look_backoff_ = look_for_topics;
  next_input_look_ = now() + nanoseconds{look_for_topics};
  if (gone.empty()) {
    inputs_doubtful_ = false;
    times_gone_ = 0;
    return;
  }
  if (++times_gone_ < times_gone_to_be_deleted) return;
  throw Error{ErrorKind::fatal,
              "input topic '" + gone.front() +
                  "' was deleted while the application ran: what is committed and kept of it does not go with a new one. "
                  "Take it out of the topology, or create it anew, reset the application and start it again"};
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
  if (distribution_.placeable().empty()) return;  // attend() leaves the group
  const std::vector<TaskId> tasks = tasksOf(*plan_, assignment_->partitions);
  try {
    obeyShutdownNotice();
    if (ending()) return;
    if (!groupAgrees()) {
      waitFor("the other members to see the topics that match");
      next_attempt_ = now() + nanoseconds{first_backoff};
      return;
    }
    distribution_.assign(*plan_, assignment_->metadata, tasks, request_timeout);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::retriable) throw;
    if (!trouble_told_)
      log_.warning("offsets cannot be looked up, tried again until they can", {{"error", error.what()}});
    trouble_told_ = true;
    next_attempt_ = now() + nanoseconds{first_backoff};
    return;
  }
  trouble_told_ = false;
  assignment_pending_ = false;
  assigned_at_ = now();
  log_.info("tasks assigned", {{"tasks", std::to_string(tasks.size())},
                               {"generation", std::to_string(assignment_->metadata.generation)}});
  waitFor("stores being restored");
}

void Coordinator::cleanDirectory() {
  next_cleaning_ = now() + nanoseconds{setup_.config.state_cleanup_delay};
  if (!setup_.directory) return;
  const auto gone = setup_.directory->clean(distribution_.mayBeHere(), setup_.config.state_cleanup_delay);
  if (!gone.empty())
    log_.info("directories of tasks that are elsewhere now are deleted", {{"tasks", std::to_string(gone.size())}});
}

/// Those that begin anew.
void Coordinator::orderTasks() {
  try {
    distribution_.step(now(), request_timeout);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::retriable) throw;
    log_.debug("offsets cannot be looked up, tried again until they can", {{"error", error.what()}});
  }
}

void Coordinator::purge() {
  if (purge_request_) {
    try {
      if (!purge_request_->finished()) return;
    } catch (const Error& error) {
      // What is not deleted now is deleted after the next commit: offsets only grow.
      log_.debug("repartition topics could not be trimmed", {{"error", error.what()}});
    }
    purge_request_.reset();
    next_purge_ = now() + nanoseconds{setup_.config.repartition_purge_interval};
    return;
  }
  const auto offsets = setup_.purge.take();
  if (offsets.empty()) {
    next_purge_ = now() + nanoseconds{setup_.config.repartition_purge_interval};
    return;
  }
  try {
    purge_request_ = setup_.admin.beginDeleteRecords(offsets, purge_timeout);
  } catch (const Error& error) {
    log_.debug("repartition topics could not be trimmed", {{"error", error.what()}});
    next_purge_ = now() + nanoseconds{setup_.config.repartition_purge_interval};
  }
}

}  // namespace widgetstream
