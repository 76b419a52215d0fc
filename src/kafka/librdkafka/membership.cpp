#include "kafka/librdkafka/membership.hpp"

#include <algorithm>
#include <chrono>

#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/group_identity.hpp"
#include "kafka/librdkafka/partition_list.hpp"

namespace widgetstream::rdkafka {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Of a client that has been closed.
constexpr Milliseconds shortest_end{200};

PropertyLayers layersOf(const MembershipSettings& settings, const ClientProperties& common) {
  PropertyLayers layers;
  layers.defaults = {
      // A member learns of a rebalance by its heartbeat: this is how long a join of another one takes.
      {"heartbeat.interval.ms", "500"},
      {"session.timeout.ms", std::to_string(default_session_timeout.count())},
      // How soon a missing topic is noticed once it is there; librdkafka's 300 s would leave the group without it.
      {"topic.metadata.refresh.interval.ms", "2000"},
      {"max.poll.interval.ms", "300000"},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
  };
  layers.common = common;
  layers.own = settings.properties;
  // It fetches nothing, and what bounds fetching must go together with what it is not told.
  for (const char* const name : {"fetch.max.bytes", "fetch.message.max.bytes", "max.partition.fetch.bytes",
                                 "message.max.bytes", "receive.message.max.bytes"}) {
    layers.common.erase(name);
    layers.own.erase(name);
  }
  layers.required = {
      {"group.id", settings.group},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      // Cooperative protocols lose all tasks for a second to a commit that is sent while a join is outstanding.
      {"partition.assignment.strategy", "range"},
      {"allow.auto.create.topics", "false"},
  };
  // The member id begins with it, and range deals out in the order of member ids.
  if (!settings.process_id.empty()) layers.required["client.id"] = settings.process_id;
  if (!settings.group_instance_id.empty()) layers.required["group.instance.id"] = settings.group_instance_id;
  return layers;
}

int millisUntil(SteadyClock::time_point deadline) {
  const auto left = std::chrono::ceil<Milliseconds>(deadline - SteadyClock::now());
  return static_cast<int>(std::max(left, Milliseconds{0}).count());
}

}  // namespace

LibrdkafkaMembership::LibrdkafkaMembership(const MembershipSettings& settings, const ClientProperties& common,
                                           Logger log)
    : group_(settings.group),
      static_member_(!settings.group_instance_id.empty() || settings.properties.contains("group.instance.id")),
      layers_(layersOf(settings, common)),
      log_(std::move(log)) {
  if (settings.group.empty()) throw Error{ErrorKind::invalid_config, "a group without a name (group.id is empty)"};
  open();
}

void LibrdkafkaMembership::open() {
  joins_ = std::make_shared<JoinWatch>(static_member_);
  auto client = std::make_shared<Client>(RD_KAFKA_CONSUMER, layers_, log_,
                                         [this](rd_kafka_conf_t* conf, ClientContext& context) {
                                           rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR);
                                           JoinWatch::install(conf, context, joins_);
                                         });
  rd_kafka_poll_set_consumer(client->get());
  queue_.reset(rd_kafka_queue_get_consumer(client->get()));
  fatal_.clear();
  const std::lock_guard lock{mutex_};
  client_ = std::move(client);
}

LibrdkafkaMembership::~LibrdkafkaMembership() {
  try {
    leave(Milliseconds{5000});
  } catch (...) {
    // The client has logged what it could.
  }
}

std::shared_ptr<Client> LibrdkafkaMembership::client() const {
  const std::lock_guard lock{mutex_};
  return client_;
}

void LibrdkafkaMembership::join(const std::vector<std::string>& topics) {
  if (!this->client()) open();
  const auto client = this->client();
  const ListHandle list = emptyList(topics.size());
  for (const std::string& topic : topics) append(*list, TopicPartition{topic, RD_KAFKA_PARTITION_UA});
  throwIfFailed(rd_kafka_subscribe(client->get(), list.get()), "joining group " + group_);
}

std::optional<MembershipEvent> LibrdkafkaMembership::poll(Milliseconds timeout) {
  const auto client = this->client();
  if (!client) return std::nullopt;
  const auto deadline = SteadyClock::now() + timeout;
  for (;;) {
    const bool wants_answer = [this] {
      const std::lock_guard lock{mutex_};
      return answer_ != Answer::none;
    }();
    if (!wants_answer && !waiting_.empty()) {
      MembershipEvent event = std::move(waiting_.front());
      waiting_.pop_front();
      return event;
    }
    if (!wants_answer && !fatal_.empty()) throw Error{ErrorKind::fatal, fatal_};
    // Also while an answer is awaited: it is what tells librdkafka that this application is alive.
    const EventHandle event{rd_kafka_queue_poll(queue_.get(), millisUntil(deadline))};
    if (!event) {
      if (SteadyClock::now() >= deadline) return std::nullopt;
      continue;
    }
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) {
      receiveRebalance(client->get(), *event);
      // Given out at once, even before problems that came earlier: the group waits.
      const std::lock_guard lock{mutex_};
      if (answer_ == Answer::none) continue;
      MembershipEvent rebalance = std::move(waiting_.back());
      waiting_.pop_back();
      return rebalance;
    }
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) receiveError(*event);
  }
}

void LibrdkafkaMembership::receiveRebalance(rd_kafka_t* client, const rd_kafka_event_t& constant) {
  auto* const event = const_cast<rd_kafka_event_t*>(&constant);  // librdkafka's getters are not const
  const bool assigned = rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  MembershipEvent told;
  if (const auto* list = rd_kafka_event_topic_partition_list(event)) {
    for (const auto& entry : entries(*list)) told.partitions.push_back(partitionOf(entry));
  }
  const std::lock_guard lock{mutex_};
  if (assigned) {
    problems_.forget();
    // Now and never later: a woken zombie that asks at commit time is told the generation of its successor.
    identity_ = identityOf(client);
    phase_ = Phase::assigned;
    answer_ = Answer::assign;
    told.kind = MembershipEvent::Kind::assigned;
  } else if (phase_ == Phase::assigned) {
    const bool lost = rd_kafka_assignment_lost(client) != 0;
    phase_ = lost ? Phase::nothing : Phase::revoking;
    answer_ = Answer::unassign;
    told.kind = lost ? MembershipEvent::Kind::lost : MembershipEvent::Kind::revoked;
  } else {
    // Nothing was owned, so there is nothing to tell.
    (void)rd_kafka_assign(client, nullptr);
    return;
  }
  told.metadata = identity_;
  waiting_.push_back(std::move(told));
}

void LibrdkafkaMembership::receiveError(const rd_kafka_event_t& constant) {
  auto* const event = const_cast<rd_kafka_event_t*>(&constant);
  const auto code = rd_kafka_event_error(event);
  const auto client = this->client();
  const std::string message =
      client->redact()(std::string{rd_kafka_err2name(code)} + ": " + rd_kafka_event_error_string(event));
  if (rd_kafka_event_error_is_fatal(event) != 0) {
    // librdkafka unassigns by itself then, without a word about it.
    fatal_ = "the membership in group " + group_ + " has ended: " + message;
    const std::lock_guard lock{mutex_};
    if (phase_ == Phase::assigned || phase_ == Phase::revoking) {
      MembershipEvent lost;
      lost.kind = MembershipEvent::Kind::lost;
      lost.metadata = identity_;
      lost.message = message;
      waiting_.push_front(std::move(lost));
    }
    phase_ = Phase::nothing;
    return;
  }
  if (!problems_.isNews(code, message)) return;
  MembershipEvent problem;
  problem.message = message;
  waiting_.push_back(std::move(problem));
}

void LibrdkafkaMembership::acknowledge() {
  const std::lock_guard lock{mutex_};
  const Answer answer = std::exchange(answer_, Answer::none);
  if (answer == Answer::none || !client_) return;
  if (answer == Answer::assign) {
    // Empty, not null: null would mean that the assignment is refused.
    const ListHandle nothing = emptyList();
    throwIfFailed(rd_kafka_assign(client_->get(), nothing.get()), "taking an assignment of group " + group_);
    return;
  }
  if (phase_ == Phase::revoking) phase_ = Phase::released;
  throwIfFailed(rd_kafka_assign(client_->get(), nullptr), "giving up an assignment of group " + group_);
}

bool LibrdkafkaMembership::mayCommit(const GroupMetadata& as, CommitOutcome& otherwise) const {
  // The broker takes a commit without a generation and a member id from anybody.
  otherwise = CommitOutcome::fenced;
  if (!client_ || as.generation < 0 || as.member_id.empty() || as != identity_ || phase_ == Phase::nothing)
    return false;
  otherwise = CommitOutcome::retriable;
  return phase_ != Phase::released;
}

CommitOutcome LibrdkafkaMembership::commit(const CommittedOffsets& offsets, const GroupMetadata& as,
                                           Milliseconds timeout) {
  const ListHandle list = emptyList(offsets.size());
  for (const auto& [partition, offset] : offsets) {
    auto& entry = append(*list, partition);
    entry.offset = offset.offset;
    setMetadata(entry, offset.metadata);
  }
  const auto deadline = SteadyClock::now() + timeout;
  std::shared_ptr<Client> client;
  QueueHandle answers;
  {
    // The request must be queued before acknowledge() can let this member ask to join again, thus one lock for both.
    const std::lock_guard lock{mutex_};
    CommitOutcome refused{};
    if (!mayCommit(as, refused)) return refused;
    if (offsets.empty()) return CommitOutcome::committed;
    client = client_;
    answers.reset(rd_kafka_queue_new(client->get()));
    throwIfFailed(rd_kafka_commit_queue(client->get(), list.get(), answers.get(), nullptr, nullptr),
                  "a commit of group " + group_);
  }
  for (;;) {
    const EventHandle event{rd_kafka_queue_poll(answers.get(), millisUntil(deadline))};
    if (event && rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_OFFSET_COMMIT) {
      return outcomeOf(rd_kafka_event_error(event.get()));
    }
    if (SteadyClock::now() >= deadline) return CommitOutcome::retriable;
  }
}

CommitOutcome LibrdkafkaMembership::outcomeOf(rd_kafka_resp_err_t code) {
  // Of a failed commit librdkafka says so here only; the partitions in the answer bear no error.
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return CommitOutcome::committed;
  if (code == RD_KAFKA_RESP_ERR__FATAL) return CommitOutcome::fenced;
  switch (kindOf(code)) {
    case ErrorKind::task_migrated:
      return CommitOutcome::fenced;
    case ErrorKind::retriable:
      return CommitOutcome::retriable;
    default:
      throw Error{ErrorKind::fatal, "a commit of group " + group_ + " failed with " + describe(code)};
  }
}

void LibrdkafkaMembership::leave(Milliseconds timeout) {
  std::shared_ptr<Client> client;
  bool owes_answer = false;
  {
    const std::lock_guard lock{mutex_};
    client = std::exchange(client_, nullptr);
    phase_ = Phase::nothing;
    owes_answer = std::exchange(answer_, Answer::none) != Answer::none;
  }
  if (!client) return;
  // librdkafka does not close while it waits for one.
  if (owes_answer) (void)rd_kafka_assign(client->get(), nullptr);
  waiting_.clear();
  queue_.reset();  // librdkafka wants this before the close
  close(*client, timeout);
}

void LibrdkafkaMembership::close(Client& client, Milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  const QueueHandle last_events{rd_kafka_queue_new(client.get())};
  const ErrorHandle error{rd_kafka_consumer_close_queue(client.get(), last_events.get())};
  while (!error && rd_kafka_consumer_closed(client.get()) == 0 && SteadyClock::now() < deadline) {
    const EventHandle event{rd_kafka_queue_poll(last_events.get(), std::min(millisUntil(deadline), 20))};
    if (event && rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE) {
      (void)rd_kafka_assign(client.get(), nullptr);
    }
  }
  if (error || rd_kafka_consumer_closed(client.get()) == 0) {
    client.log().warning("a member could not leave its group in time", {{"group", group_}});
  }
  client.abandonAfter(std::max(Milliseconds{millisUntil(deadline)}, shortest_end));
}

}  // namespace widgetstream::rdkafka
