#include "tests/simulation/mortal_clients.hpp"

#include <utility>

#include "widgetstream/core/error.hpp"

namespace widgetstream::simulation {
namespace {

using FatePtr = std::shared_ptr<Fate>;

[[noreturn]] void noAnswer() {
  throw Error{ErrorKind::retriable, "the cluster does not answer"};
}

/// Asks the cluster through `ask`; what is lost on the way there or back is told as retriable.
template <class F>
auto asked(Fate& fate, F&& ask) {
  if (!fate.reaches()) noAnswer();
  if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
    ask();
    if (!fate.answers()) noAnswer();
  } else {
    auto answer = ask();
    if (!fate.answers()) noAnswer();
    return answer;
  }
}

class MortalConsumer final : public Consumer {
 public:
  MortalConsumer(std::unique_ptr<Consumer> inner, FatePtr fate) : inner_(std::move(inner)), fate_(std::move(fate)) {}

  [[nodiscard]] std::size_t addQueue() override { return inner_->addQueue(); }
  [[nodiscard]] std::optional<std::int64_t> knownEnd(const TopicPartition& partition) const override {
    return inner_->knownEnd(partition);
  }
  void add(const std::vector<PartitionStart>& partitions) override { inner_->add(partitions); }
  void remove(const std::vector<TopicPartition>& partitions) override { inner_->remove(partitions); }
  void pause(const std::vector<TopicPartition>& partitions) override { inner_->pause(partitions); }
  void resume(const std::vector<TopicPartition>& partitions) override { inner_->resume(partitions); }
  void poll(std::size_t queue, std::size_t max_records, Milliseconds timeout, FetchBatch& into) override {
    // Fewer at a time than an application asks for: more places for something to happen between.
    const auto few = static_cast<std::size_t>(fate_->random.between(0, 8));
    if (fate_->reaches()) inner_->poll(queue, std::min(max_records, few), timeout, into);
  }
  void wake(std::size_t queue) override { inner_->wake(queue); }
  [[nodiscard]] std::map<TopicPartition, OffsetRange> offsets(const std::vector<TopicPartition>& partitions,
                                                              Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->offsets(partitions, timeout); });
  }
  [[nodiscard]] CommittedOffsets committed(const std::vector<TopicPartition>& partitions,
                                           Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->committed(partitions, timeout); });
  }

 private:
  std::unique_ptr<Consumer> inner_;
  FatePtr fate_;
};

/// Records of a dead process are under way for ever; those of one that is cut off go out when it is back and calls.
class MortalProducer final : public Producer {
 public:
  MortalProducer(std::unique_ptr<Producer> inner, FatePtr fate) : inner_(std::move(inner)), fate_(std::move(fate)) {}

  [[nodiscard]] Topic& topic(const std::string& name) override { return inner_->topic(name); }
  [[nodiscard]] std::int32_t partitionCount(Topic& topic, Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->partitionCount(topic, timeout); });
  }
  [[nodiscard]] bool send(Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel) override {
    (void)fate_->reaches();
    drain();
    if (fate_->connected()) return inner_->send(topic, record, channel);
    channel.deliveries.began();
    waiting_.push_back({&topic, record.partition, owned(record.key), owned(record.value), record.timestamp,
                        record.headers ? *record.headers : noHeaders(), &channel});
    return true;
  }
  void poll(Milliseconds timeout) override {
    drain();
    inner_->poll(timeout);
  }
  [[nodiscard]] bool flush(Deliveries& deliveries, Milliseconds timeout) override {
    (void)fate_->reaches();
    drain();
    return inner_->flush(deliveries, timeout);
  }
  void discard() override {
    for (Waiting& waiting : std::exchange(waiting_, {})) {
      DeliveryFailure failure;
      failure.partition = waiting.partition;
      failure.key = std::move(waiting.key);
      failure.value = std::move(waiting.value);
      failure.error = ErrorKind::task_migrated;
      failure.message = "given up";
      waiting.channel->deliveries.failed(std::move(failure));
    }
    if (!fate_->dead) inner_->discard();
  }

 private:
  struct Waiting {
    Topic* topic;
    std::int32_t partition;
    NullableBytes key;
    NullableBytes value;
    Timestamp timestamp;
    Headers headers;
    DeliveryChannel* channel;
  };
  static NullableBytes owned(const NullableBytesView& view) {
    return view ? NullableBytes{Bytes{*view}} : std::nullopt;
  }
  static NullableBytesView view(const NullableBytes& bytes) {
    return bytes ? NullableBytesView{*bytes} : std::nullopt;
  }

  void drain() {
    if (!fate_->connected()) return;
    for (const Waiting& waiting : std::exchange(waiting_, {})) {
      const OutgoingRecord record{waiting.partition, view(waiting.key), view(waiting.value), waiting.timestamp,
                                  &waiting.headers};
      waiting.channel->deliveries.succeeded();  // the cluster's own producer begins it anew
      (void)inner_->send(*waiting.topic, record, *waiting.channel);
    }
  }

  std::unique_ptr<Producer> inner_;
  FatePtr fate_;
  std::vector<Waiting> waiting_;
};

class MortalMembership final : public Membership {
 public:
  MortalMembership(std::unique_ptr<Membership> inner, FatePtr fate)
      : inner_(std::move(inner)), fate_(std::move(fate)) {}

  void join(const std::vector<std::string>& topics) override {
    if (fate_->reaches()) return inner_->join(topics);
    noAnswer();
  }
  [[nodiscard]] std::optional<MembershipEvent> poll(Milliseconds timeout) override {
    const bool reached = fate_->reaches();
    if (fate_->dead) return std::nullopt;
    // Whoever hears nothing for a session knows without being told that it is out.
    if (!reached && !(fate_->cut_off && assigned_)) return std::nullopt;
    std::optional<MembershipEvent> event = inner_->poll(timeout);
    if (event && event->kind != MembershipEvent::Kind::problem)
      assigned_ = event->kind == MembershipEvent::Kind::assigned;
    return event;
  }
  void acknowledge() override {
    if (!fate_->dead) inner_->acknowledge();
  }
  [[nodiscard]] CommitOutcome commit(const CommittedOffsets& offsets, const GroupMetadata& as,
                                     Milliseconds timeout) override {
    if (!fate_->reaches()) return CommitOutcome::retriable;
    const CommitOutcome outcome = inner_->commit(offsets, as, timeout);
    return outcome == CommitOutcome::committed && !fate_->answers() ? CommitOutcome::retriable : outcome;
  }
  [[nodiscard]] bool joinSent() const override { return inner_->joinSent(); }
  void leave(Milliseconds timeout) override {
    if (!fate_->dead) inner_->leave(timeout);
  }

 private:
  std::unique_ptr<Membership> inner_;
  FatePtr fate_;
  bool assigned_ = false;
};

class MortalAdmin final : public Admin {
 public:
  MortalAdmin(std::unique_ptr<Admin> inner, FatePtr fate) : inner_(std::move(inner)), fate_(std::move(fate)) {}

  [[nodiscard]] std::map<std::string, std::int32_t> partitionCounts(const std::vector<std::string>& topics,
                                                                    Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->partitionCounts(topics, timeout); });
  }
  [[nodiscard]] std::map<std::string, std::int32_t> allPartitionCounts(Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->allPartitionCounts(timeout); });
  }
  [[nodiscard]] std::optional<std::map<std::string, std::vector<std::string>>> groupSubscriptions(
      const std::string& group, Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->groupSubscriptions(group, timeout); });
  }
  void createTopics(const std::vector<TopicSpec>& topics, Milliseconds timeout) override {
    asked(*fate_, [&] { inner_->createTopics(topics, timeout); });
  }
  void deleteTopics(const std::vector<std::string>& topics, Milliseconds timeout) override {
    asked(*fate_, [&] { inner_->deleteTopics(topics, timeout); });
  }
  void deleteRecords(const std::map<TopicPartition, std::int64_t>& before, Milliseconds timeout) override {
    asked(*fate_, [&] { inner_->deleteRecords(before, timeout); });
  }
  [[nodiscard]] std::unique_ptr<AdminRequest> beginDeleteRecords(const std::map<TopicPartition, std::int64_t>& before,
                                                                 Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->beginDeleteRecords(before, timeout); });
  }
  [[nodiscard]] std::map<std::string, std::int32_t> allTopics(Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->allTopics(timeout); });
  }
  [[nodiscard]] std::map<TopicPartition, std::int64_t> offsetsForTime(const std::vector<TopicPartition>& partitions,
                                                                      Timestamp at, Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->offsetsForTime(partitions, at, timeout); });
  }
  [[nodiscard]] std::vector<GroupMember> groupMembers(const std::string& group, Milliseconds timeout) override {
    return asked(*fate_, [&] { return inner_->groupMembers(group, timeout); });
  }
  void setGroupOffsets(const std::string& group, const CommittedOffsets& offsets, Milliseconds timeout) override {
    asked(*fate_, [&] { inner_->setGroupOffsets(group, offsets, timeout); });
  }
  void removeMember(const std::string& group, const std::string& member_id, Milliseconds timeout) override {
    asked(*fate_, [&] { inner_->removeMember(group, member_id, timeout); });
  }

 private:
  std::unique_ptr<Admin> inner_;
  FatePtr fate_;
};

class MortalClients final : public KafkaClients {
 public:
  MortalClients(KafkaClients& cluster, FatePtr fate) : cluster_(cluster), fate_(std::move(fate)) {}

  [[nodiscard]] std::unique_ptr<Consumer> consumer(const ConsumerSettings& settings) override {
    return std::make_unique<MortalConsumer>(cluster_.consumer(settings), fate_);
  }
  [[nodiscard]] std::unique_ptr<Producer> producer(const ProducerSettings& settings) override {
    return std::make_unique<MortalProducer>(cluster_.producer(settings), fate_);
  }
  [[nodiscard]] std::unique_ptr<Membership> membership(const MembershipSettings& settings) override {
    return std::make_unique<MortalMembership>(cluster_.membership(settings), fate_);
  }
  [[nodiscard]] std::unique_ptr<Admin> admin(const ClientProperties& properties) override {
    return std::make_unique<MortalAdmin>(cluster_.admin(properties), fate_);
  }

 private:
  KafkaClients& cluster_;
  FatePtr fate_;
};

}  // namespace

std::shared_ptr<KafkaClients> mortalClients(KafkaClients& cluster, std::shared_ptr<Fate> fate) {
  return std::make_shared<MortalClients>(cluster, std::move(fate));
}

}  // namespace widgetstream::simulation
