#include "testing/broker/producer_client.hpp"

#include <algorithm>
#include <charconv>

namespace widgetstream::in_memory {
namespace {

constexpr std::size_t librdkafka_message_max_bytes = 1'000'000;
/// Kafka's default of the topic config max.message.bytes.
constexpr std::size_t topic_max_message_bytes = 1'048'588;

std::size_t numberIn(const std::map<std::string, std::string>& configs, const char* name, std::size_t otherwise) {
  const auto found = configs.find(name);
  if (found == configs.end()) return otherwise;
  std::size_t number = otherwise;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
  return number;
}

std::size_t sizeOf(const NullableBytesView& key, const NullableBytesView& value, const Headers& headers) {
  std::size_t size = (key ? key->size() : 0) + (value ? value->size() : 0);
  for (const Header& header : headers) size += header.key.size() + (header.value ? header.value->size() : 0);
  return size;
}

/// Producer::Topic is a name that each client fills with what it wants and nobody else looks into. Defining the class
/// here too would clash with librdkafka's in one program, so ours goes under another name.
Producer::Topic& handleOf(std::string& name) {
  return reinterpret_cast<Producer::Topic&>(name);
}
const std::string& nameOf(Producer::Topic& topic) {
  return reinterpret_cast<std::string&>(topic);
}

NullableBytes owned(const NullableBytesView& view) {
  return view ? NullableBytes{Bytes{*view}} : std::nullopt;
}

}  // namespace

ProducerClient::ProducerClient(std::shared_ptr<Cluster> cluster, const ProducerSettings& settings)
    : cluster_(std::move(cluster)),
      message_max_bytes_(numberIn(settings.properties, "message.max.bytes", librdkafka_message_max_bytes)) {
  const std::lock_guard lock{cluster_->mutex};
  cluster_->producers.push_back(this);
}

ProducerClient::~ProducerClient() {
  const std::lock_guard lock{cluster_->mutex};
  std::erase(cluster_->producers, this);
  for (Waiting& waiting : waiting_) fail(waiting, ErrorKind::retriable, "the producer was closed before");
}

Producer::Topic& ProducerClient::topic(const std::string& name) {
  const std::lock_guard lock{cluster_->mutex};
  auto& topic = topics_[name];
  if (!topic) topic = std::make_unique<std::string>(name);
  return handleOf(*topic);
}

std::int32_t ProducerClient::partitionCount(Topic& topic, Milliseconds) {
  const std::lock_guard lock{cluster_->mutex};
  cluster_->reach(cluster_->fault(BrokerCall::Kind::admin, nameOf(topic)), "cannot read the partitions of a topic");
  const TopicState* state = cluster_->topicToWrite(nameOf(topic));
  return state ? static_cast<std::int32_t>(state->partitions.size()) : 0;
}

bool ProducerClient::send(Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel) {
  const Headers& headers = record.headers ? *record.headers : noHeaders();
  const std::size_t size = sizeOf(record.key, record.value, headers);
  if (size > message_max_bytes_) {
    throw Error(ErrorKind::bad_record, "a record of " + std::to_string(size) + " bytes for topic " + nameOf(topic) +
                                           " is larger than message.max.bytes, " + std::to_string(message_max_bytes_));
  }
  const std::lock_guard lock{cluster_->mutex};
  if (waiting_.size() >= cluster_->options.producer_queue_records) return false;
  channel.deliveries.began();
  Waiting waiting{{}, &channel, false};
  waiting.record.topic = nameOf(topic);
  waiting.record.partition = record.partition;
  waiting.record.timestamp = record.timestamp;
  waiting.record.key = owned(record.key);
  waiting.record.value = owned(record.value);
  waiting.record.headers = headers;
  waiting.record.sent = true;
  // Those whose acknowledgements are held have gone before; those that have not are not overtaken.
  if (cluster_->unavailable || (!waiting_.empty() && !waiting_.back().arrived)) {
    waiting_.push_back(std::move(waiting));
  } else {
    deliver(waiting);
    if (waiting.channel) waiting_.push_back(std::move(waiting));
  }
  return true;
}

/// Leaves `channel` null when the sender was told.
void ProducerClient::deliver(Waiting& waiting) {
  BrokerRecord& record = waiting.record;
  const auto ordered = std::find_if(cluster_->failures.begin(), cluster_->failures.end(), [&](const auto& failure) {
    return failure.topic.empty() || failure.topic == record.topic;
  });
  if (ordered != cluster_->failures.end()) {
    fail(waiting, ordered->kind, ordered->message);
    if (--ordered->count == 0) cluster_->failures.erase(ordered);
    return;
  }
  const BrokerFault fault = cluster_->fault(BrokerCall::Kind::send, record.topic);
  if (fault == BrokerFault::refuse) return fail(waiting, ErrorKind::retriable, "the broker did not answer in time");
  TopicState* topic = cluster_->topicToWrite(record.topic);
  if (!topic) return fail(waiting, ErrorKind::retriable, "topic " + record.topic + " does not exist");
  if (record.partition == any_partition) record.partition = Cluster::choosePartition(*topic, record.key);
  if (!cluster_->findPartition({record.topic, record.partition})) {
    return fail(waiting, ErrorKind::fatal,
                toString(TopicPartition{record.topic, record.partition}) + " does not exist");
  }
  const std::size_t most = numberIn(topic->configs, "max.message.bytes", topic_max_message_bytes);
  const std::size_t size = sizeOf(record.key, record.value, record.headers);
  if (size > most) {
    return fail(waiting, ErrorKind::bad_record,
                std::to_string(size) + " bytes are more than max.message.bytes of topic " + record.topic + ", " +
                    std::to_string(most));
  }
  if (fault == BrokerFault::lose_reply) {
    Waiting told{record, waiting.channel, true};
    cluster_->append(*topic, std::move(record));
    fail(told, ErrorKind::retriable, "the broker did not answer in time");
    waiting.channel = nullptr;
    return;
  }
  const RecordPtr kept = cluster_->append(*topic, record);
  waiting.arrived = true;
  record.offset = kept->offset;
  if (cluster_->acknowledgements_held) return;
  waiting.channel->acknowledged(kept->offset);
  waiting.channel = nullptr;
}

void ProducerClient::fail(Waiting& waiting, ErrorKind kind, const std::string& message) {
  BrokerRecord& record = waiting.record;
  waiting.channel->deliveries.failed({std::move(record.topic), record.partition, std::move(record.key),
                                      std::move(record.value), std::move(record.headers), record.timestamp, kind,
                                      message});
  waiting.channel = nullptr;
}

void ProducerClient::drain() {
  for (Waiting& waiting : waiting_) {
    if (cluster_->unavailable) break;
    if (!waiting.channel) continue;
    if (!waiting.arrived) {
      deliver(waiting);
    } else if (!cluster_->acknowledgements_held) {
      waiting.channel->acknowledged(waiting.record.offset);
      waiting.channel = nullptr;
    }
  }
  while (!waiting_.empty() && !waiting_.front().channel) waiting_.pop_front();
}

void ProducerClient::poll(Milliseconds timeout) {
  std::unique_lock lock{cluster_->mutex};
  const std::size_t before = waiting_.size();
  if (before > 0) cluster_->wait(lock, timeout, [&] { return waiting_.size() < before; });
}

void ProducerClient::discard() {
  const std::lock_guard lock{cluster_->mutex};
  for (Waiting& waiting : waiting_) {
    if (waiting.channel) fail(waiting, ErrorKind::task_migrated, "given up by its producer");
  }
  waiting_.clear();
  cluster_->changed.notify_all();
}

bool ProducerClient::flush(Deliveries& deliveries, Milliseconds timeout) {
  std::unique_lock lock{cluster_->mutex};
  cluster_->wait(lock, timeout, [&] { return deliveries.underWay() == 0; });
  return deliveries.underWay() == 0;
}

}  // namespace widgetstream::in_memory
