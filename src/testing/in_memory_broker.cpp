#include "widgetstream/testing/in_memory_broker.hpp"

#include <algorithm>

#include "testing/broker/admin_client.hpp"
#include "testing/broker/consumer_client.hpp"
#include "testing/broker/membership_client.hpp"
#include "testing/broker/producer_client.hpp"

namespace widgetstream {
namespace {

NullableBytes owned(const NullableBytesView& view) {
  return view ? NullableBytes{Bytes{*view}} : std::nullopt;
}

void sortByArrival(std::vector<BrokerRecord>& records) {
  std::sort(records.begin(), records.end(),
            [](const BrokerRecord& a, const BrokerRecord& b) { return a.sequence < b.sequence; });
}

}  // namespace

struct InMemoryBroker::Impl {
  explicit Impl(InMemoryBrokerOptions options) : cluster(std::make_shared<in_memory::Cluster>(options)) {}

  [[nodiscard]] std::unique_lock<std::mutex> lock() const { return std::unique_lock{cluster->mutex}; }

  /// Producers hold what could not be delivered: tries again after the obstacle has changed.
  void drainProducers() {
    for (in_memory::ProducerClient* producer : cluster->producers) producer->drain();
    cluster->changed.notify_all();
  }

  std::shared_ptr<in_memory::Cluster> cluster;
};

InMemoryBroker::InMemoryBroker(InMemoryBrokerOptions options) : impl_(std::make_unique<Impl>(options)) {}
InMemoryBroker::~InMemoryBroker() = default;

std::unique_ptr<Consumer> InMemoryBroker::consumer(const ConsumerSettings& settings) {
  return std::make_unique<in_memory::ConsumerClient>(impl_->cluster, settings);
}
std::unique_ptr<Producer> InMemoryBroker::producer(const ProducerSettings& settings) {
  return std::make_unique<in_memory::ProducerClient>(impl_->cluster, settings);
}
std::unique_ptr<Membership> InMemoryBroker::membership(const MembershipSettings& settings) {
  return std::make_unique<in_memory::MembershipClient>(impl_->cluster, settings);
}
std::unique_ptr<Admin> InMemoryBroker::admin(const ClientProperties&) {
  return std::make_unique<in_memory::AdminClient>(impl_->cluster);
}

void InMemoryBroker::createTopic(const std::string& name, std::int32_t partitions,
                                 std::map<std::string, std::string> configs) {
  const auto lock = impl_->lock();
  impl_->cluster->makeTopic(name, partitions, std::move(configs));
}

void InMemoryBroker::addPartitions(const std::string& topic, std::int32_t partitions) {
  const auto lock = impl_->lock();
  in_memory::TopicState* state = impl_->cluster->findTopic(topic);
  const auto wanted = static_cast<std::size_t>(std::max(partitions, 0));
  if (!state || wanted < state->partitions.size()) {
    throw Error(ErrorKind::invalid_argument, "addPartitions: topic " + topic + " does not exist or has more than " +
                                                 std::to_string(partitions) + " partitions");
  }
  state->partitions.resize(wanted);
  impl_->cluster->topicChanged(topic);
}

std::vector<std::string> InMemoryBroker::topics() const {
  const auto lock = impl_->lock();
  std::vector<std::string> names;
  for (const auto& [name, topic] : impl_->cluster->topics) names.push_back(name);
  return names;
}

std::int32_t InMemoryBroker::partitionCount(const std::string& topic) const {
  const auto lock = impl_->lock();
  const in_memory::TopicState* state = impl_->cluster->findTopic(topic);
  return state ? static_cast<std::int32_t>(state->partitions.size()) : 0;
}

std::optional<std::map<std::string, std::string>> InMemoryBroker::topicConfigs(const std::string& topic) const {
  const auto lock = impl_->lock();
  const in_memory::TopicState* state = impl_->cluster->findTopic(topic);
  if (!state) return std::nullopt;
  return state->configs;
}

std::int64_t InMemoryBroker::append(const std::string& topic, const OutgoingRecord& record) {
  const auto lock = impl_->lock();
  in_memory::TopicState& state = impl_->cluster->makeTopic(topic, -1, {});
  BrokerRecord made;
  made.topic = topic;
  made.partition =
      record.partition == any_partition ? in_memory::Cluster::choosePartition(state, record.key) : record.partition;
  if (!impl_->cluster->findPartition({topic, made.partition})) {
    throw Error(ErrorKind::invalid_argument,
                "append: " + toString(TopicPartition{topic, made.partition}) + " does not exist");
  }
  made.timestamp = record.timestamp;
  made.key = owned(record.key);
  made.value = owned(record.value);
  if (record.headers) made.headers = *record.headers;
  return impl_->cluster->append(state, std::move(made))->offset;
}

std::int64_t InMemoryBroker::append(const std::string& topic, NullableBytesView key, NullableBytesView value,
                                    Timestamp timestamp) {
  OutgoingRecord record;
  record.key = key;
  record.value = value;
  record.timestamp = timestamp;
  return append(topic, record);
}

std::vector<BrokerRecord> InMemoryBroker::records(const std::string& topic) const {
  const auto lock = impl_->lock();
  std::vector<BrokerRecord> found;
  if (const in_memory::TopicState* state = impl_->cluster->findTopic(topic)) {
    for (const auto& log : state->partitions) {
      for (const auto& record : log.records) found.push_back(*record);
    }
  }
  sortByArrival(found);
  return found;
}

std::vector<BrokerRecord> InMemoryBroker::records(const TopicPartition& partition, std::int64_t from) const {
  const auto lock = impl_->lock();
  std::vector<BrokerRecord> found;
  const in_memory::PartitionLog* log = impl_->cluster->findPartition(partition);
  if (!log) return found;
  for (std::int64_t offset = std::max(from, log->first); offset < log->end(); ++offset) {
    found.push_back(*log->records[static_cast<std::size_t>(offset - log->first)]);
  }
  return found;
}

std::optional<BrokerRecord> InMemoryBroker::record(const TopicPartition& partition, std::int64_t offset) const {
  const auto lock = impl_->lock();
  const in_memory::PartitionLog* log = impl_->cluster->findPartition(partition);
  if (!log || offset < log->first || offset >= log->end()) return std::nullopt;
  return *log->records[static_cast<std::size_t>(offset - log->first)];
}

std::size_t InMemoryBroker::sentCount(const TopicPartition& partition, std::int64_t from) const {
  const auto lock = impl_->lock();
  const in_memory::PartitionLog* log = impl_->cluster->findPartition(partition);
  if (!log) return 0;
  const auto skipped = std::clamp<std::int64_t>(from - log->first, 0, log->end() - log->first);
  return static_cast<std::size_t>(std::count_if(log->records.begin() + skipped, log->records.end(),
                                                [](const in_memory::RecordPtr& record) { return record->sent; }));
}

std::vector<BrokerRecord> InMemoryBroker::allRecords(std::uint64_t from_sequence) const {
  const auto lock = impl_->lock();
  std::vector<BrokerRecord> found;
  for (const auto& [name, topic] : impl_->cluster->topics) {
    for (const auto& log : topic.partitions) {
      // Arrival grows along a log, so only its end is looked at.
      const auto begin = std::partition_point(log.records.begin(), log.records.end(),
                                              [&](const auto& record) { return record->sequence < from_sequence; });
      for (auto record = begin; record != log.records.end(); ++record) found.push_back(**record);
    }
  }
  sortByArrival(found);
  return found;
}

OffsetRange InMemoryBroker::offsets(const TopicPartition& partition) const {
  const auto lock = impl_->lock();
  const in_memory::PartitionLog* log = impl_->cluster->findPartition(partition);
  return log ? OffsetRange{log->first, log->end()} : OffsetRange{};
}

CommittedOffsets InMemoryBroker::committed(const std::string& group) const {
  const auto lock = impl_->lock();
  return impl_->cluster->group(group).committed;
}

void InMemoryBroker::commit(const std::string& group, const CommittedOffsets& offsets) {
  const auto lock = impl_->lock();
  for (const auto& [at, offset] : offsets) impl_->cluster->group(group).committed[at] = offset;
}

std::vector<std::string> InMemoryBroker::members(const std::string& group) const {
  const auto lock = impl_->lock();
  std::vector<std::string> ids;
  for (const auto& [id, member] : impl_->cluster->group(group).members()) ids.push_back(id);
  return ids;
}

std::int32_t InMemoryBroker::generation(const std::string& group) const {
  const auto lock = impl_->lock();
  return impl_->cluster->group(group).generation();
}

void InMemoryBroker::expire(const std::string& group, const std::string& member_id) {
  const auto lock = impl_->lock();
  impl_->cluster->group(group).remove(member_id);
  impl_->cluster->changed.notify_all();
}

void InMemoryBroker::setSilent(const std::string& group, const std::string& member_id, bool silent) {
  const auto lock = impl_->lock();
  in_memory::Member* member = impl_->cluster->group(group).find(member_id);
  if (!member || member->gone) return;
  if (!silent) {
    member->silent_since.reset();
  } else if (!member->silent_since) {
    member->silent_since = impl_->cluster->options.clock->elapsed();
  }
  impl_->cluster->changed.notify_all();
}

void InMemoryBroker::rebalance(const std::string& group) {
  const auto lock = impl_->lock();
  impl_->cluster->group(group).rebalance();
  impl_->cluster->changed.notify_all();
}

void InMemoryBroker::setUnavailable(bool unavailable) {
  const auto lock = impl_->lock();
  impl_->cluster->unavailable = unavailable;
  impl_->drainProducers();
}

void InMemoryBroker::setAcknowledgementsHeld(bool held) {
  const auto lock = impl_->lock();
  impl_->cluster->acknowledgements_held = held;
  impl_->drainProducers();
}

void InMemoryBroker::failNextSends(std::size_t count, ErrorKind kind, std::string message, std::string topic) {
  const auto lock = impl_->lock();
  if (count > 0) impl_->cluster->failures.push_back({count, kind, std::move(message), std::move(topic)});
}

void InMemoryBroker::setRebalanceRefusesCommits(bool refuses) {
  const auto lock = impl_->lock();
  impl_->cluster->rebalance_refuses_commits = refuses;
}

void InMemoryBroker::setFaults(std::function<BrokerFault(const BrokerCall&)> faults) {
  const auto lock = impl_->lock();
  impl_->cluster->faults = std::move(faults);
}

}  // namespace widgetstream
