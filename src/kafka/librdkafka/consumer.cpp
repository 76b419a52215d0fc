#include "kafka/librdkafka/consumer.hpp"

#include <algorithm>
#include <set>

#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/offset_queries.hpp"
#include "kafka/librdkafka/partition_list.hpp"

namespace widgetstream::rdkafka {
namespace {

constexpr Milliseconds topic_timeout{5000};
// On the poker's thread, for whose end the destructor waits.
constexpr Milliseconds background_timeout{1000};
// Leaders move; one that is not known to lead is not woken.
constexpr std::chrono::seconds leaders_age{60};
// librdkafka takes no more.
constexpr std::size_t most_queued_records = 10'000'000;
// Its default of what one partition may have of an answer.
constexpr std::size_t partition_bytes = 1'000'000;

/// librdkafka refuses answers that are smaller than message.max.bytes, which the user may have set for all clients and
/// only producers need. A record that is larger comes all the same.
void boundAnswers(PropertyLayers& layers, std::size_t bytes) {
  layers.common.erase("message.max.bytes");
  layers.own.erase("message.max.bytes");
  const std::string of_partition = std::to_string(std::min(bytes, partition_bytes));
  layers.required["fetch.max.bytes"] = std::to_string(bytes);
  layers.required["fetch.message.max.bytes"] = of_partition;
  layers.required["message.max.bytes"] = of_partition;
}

PropertyLayers layersOf(const ConsumerSettings& settings, const ClientProperties& common) {
  PropertyLayers layers;
  layers.defaults = {
      {"queued.max.messages.kbytes", std::to_string(std::max<std::size_t>(settings.queue_bytes / 1024, 1))},
      {"queued.min.messages", std::to_string(std::clamp<std::size_t>(settings.queue_records, 1, most_queued_records))},
      {"check.crcs", "false"},
      // A broker answers as soon as there is a byte; this is how long a partition that is added waits behind the
      // others' fetch, and how often an idle client asks: 1.1 % of a core at 10 ms, 0.6 % at 20, 0.4 % at 100.
      {"fetch.wait.max.ms", "20"},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      {"isolation.level", settings.read_committed ? "read_committed" : "read_uncommitted"},
  };
  layers.defaults_if_known = {{"fetch.queue.backoff.ms", "5"}};
  layers.common = common;
  layers.own = settings.properties;
  layers.required = {
      // librdkafka assigns partitions through the group's part of the client even where no group is joined.
      {"group.id", settings.group.empty() ? "widgetstream-no-group" : settings.group},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"enable.partition.eof", "true"},
      {"auto.offset.reset", "error"},
      {"allow.auto.create.topics", "false"},
  };
  if (settings.response_bytes > 0) boundAnswers(layers, settings.response_bytes);
  return layers;
}

}  // namespace

LibrdkafkaConsumer::LibrdkafkaConsumer(const ConsumerSettings& settings, const ClientProperties& common, Logger log)
    : has_group_(!settings.group.empty()),
      group_(settings.group),
      client_(std::make_unique<Client>(RD_KAFKA_CONSUMER, layersOf(settings, common), std::move(log))),
      queue_bounds_{settings.queue_bytes, settings.queue_records} {
  if (settings.queues == 0) throw Error{ErrorKind::invalid_argument, "a consumer without queues fetches nothing"};
  rd_kafka_poll_set_consumer(client_->get());
  poker_ = std::make_unique<FetchPoker>(
      *client_, [this](std::size_t queue) { return leadersOf(queue); }, [this] { lookForMissing(); });
  for (std::size_t queue = 0; queue < settings.queues; ++queue) (void)addQueue();
}

LibrdkafkaConsumer::~LibrdkafkaConsumer() {
  try {
    std::vector<TopicPartition> all;
    for (const auto& [partition, added] : added_) all.push_back(partition);
    remove(all);
    poker_.reset();
    // Messages that came in while their partition was stopped wait in its own queue, hold references to the client,
    // and would keep its end waiting (#4724).
    for (const auto& [name, topic] : topics_) {
      for (const auto& [partition, leader] : topic.metadata.leaders) {
        const QueueHandle queue{rd_kafka_queue_get_partition(client_->get(), name.c_str(), partition)};
        while (queue && MessageHandle{rd_kafka_consume_queue(queue.get(), 0)}) {
        }
      }
    }
  } catch (const std::exception& error) {
    client_->log().warning("the fetching client ends in disorder", {{"why", error.what()}});
  }
  poker_.reset();
  queues_.clear();
  topics_.clear();
}

std::size_t LibrdkafkaConsumer::addQueue() {
  const std::lock_guard lock{queues_mutex_};
  const std::size_t queue = queues_.size();
  queues_.push_back(
      std::make_unique<FetchQueue>(client_->get(), queue_bounds_, [this, queue] { poker_->request(queue); }));
  return queue;
}

FetchQueue& LibrdkafkaConsumer::queueAt(std::size_t queue) {
  const std::lock_guard lock{queues_mutex_};
  if (queue >= queues_.size()) {
    throw Error{ErrorKind::invalid_argument,
                "there is no fetch queue " + std::to_string(queue) + ", only " + std::to_string(queues_.size())};
  }
  return *queues_[queue];
}

LibrdkafkaConsumer::Topic& LibrdkafkaConsumer::topicOf(const std::string& name) {
  Topic& topic = topics_[name];
  if (!topic.handle) {
    topic.handle.reset(rd_kafka_topic_new(client_->get(), name.c_str(), nullptr));
    if (!topic.handle) throwIfFailed(rd_kafka_last_error(), "the handle of topic " + name);
  }
  return topic;
}

void LibrdkafkaConsumer::learnTopics(const std::vector<PartitionStart>& partitions) {
  // Without it the first fetch of a topic comes half a second late: 509 ms against 11 ms.
  for (const PartitionStart& start : partitions) {
    Topic& topic = topicOf(start.partition.topic);
    if (topic.metadata.leaders.contains(start.partition.partition)) continue;
    try {
      auto metadata = askForTopic(client_->get(), topic.handle.get(), topic_timeout);
      if (metadata) topic.metadata = std::move(*metadata);
    } catch (const Error& error) {
      // The fetch will find the topic by itself, or report what is wrong with it.
      client_->log().debug("a topic is fetched unseen", {{"topic", start.partition.topic}, {"why", error.what()}});
    }
  }
}

void LibrdkafkaConsumer::resolveOffsets(std::vector<PartitionStart>& partitions) {
  // Now, and not when the fetch begins or begins again after a pause: what comes in meanwhile belongs to the caller.
  std::map<TopicPartition, Timestamp> times;
  for (const PartitionStart& start : partitions) {
    if (start.offset == offset_by_time) times.emplace(start.partition, std::max(start.time, Timestamp{}));
  }
  const auto at_times = askForTimes(client_->get(), times, topic_timeout);
  std::vector<TopicPartition> latest;
  for (PartitionStart& start : partitions) {
    if (start.offset == offset_by_time) start.offset = at_times.at(start.partition);
    if (start.offset == offset_latest) latest.push_back(start.partition);
  }
  const auto ranges = askForOffsets(client_->get(), latest, topic_timeout);
  for (PartitionStart& start : partitions) {
    if (start.offset == offset_latest) start.offset = ranges.at(start.partition).end;
  }
}

void LibrdkafkaConsumer::add(const std::vector<PartitionStart>& partitions) {
  if (partitions.empty()) return;
  const std::lock_guard lock{mutex_};
  std::set<TopicPartition> seen;
  for (const PartitionStart& start : partitions) {
    (void)queueAt(start.queue);
    if (start.offset < offset_by_time) {
      throw Error{ErrorKind::invalid_argument,
                  toString(start.partition) + " cannot be fetched from offset " + std::to_string(start.offset)};
    }
    if (added_.contains(start.partition) || !seen.insert(start.partition).second) {
      throw Error{ErrorKind::invalid_argument, toString(start.partition) + " is being fetched already"};
    }
  }
  learnTopics(partitions);
  std::vector<PartitionStart> resolved = partitions;
  resolveOffsets(resolved);
  start(resolved);
  for (const PartitionStart& begun : resolved) added_[begun.partition] = Added{begun.queue, begun.ahead};
  tellOfMissing(resolved);
}

void LibrdkafkaConsumer::tellOfMissing(const std::vector<PartitionStart>& partitions) {
  // librdkafka 2.0.2 does not: a partition that is assigned and does not exist stays silent.
  for (const PartitionStart& start : partitions) {
    const TopicPartition& partition = start.partition;
    const Topic& topic = topicOf(partition.topic);
    if (topic.metadata.leaders.contains(partition.partition)) continue;
    FetchEvent event;
    event.kind = FetchEvent::Kind::failed;
    event.message = toString(partition) + " has not been found; it will be fetched when it appears";
    queueAt(start.queue).tell(topic.handle.get(), partition.partition, std::move(event));
  }
}

void LibrdkafkaConsumer::lookForMissing() {
  std::map<std::string, rd_kafka_topic_t*> missing;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [partition, added] : added_) {
      const Topic& topic = topicOf(partition.topic);
      if (!topic.metadata.leaders.contains(partition.partition)) missing.emplace(partition.topic, topic.handle.get());
    }
  }
  // The answer also tells librdkafka, which asks by itself only every five minutes.
  for (const auto& [name, handle] : missing) {
    auto metadata = askForTopic(client_->get(), handle, background_timeout);
    const std::lock_guard lock{mutex_};
    if (metadata) topics_[name].metadata = std::move(*metadata);
  }
}

void LibrdkafkaConsumer::start(const std::vector<PartitionStart>& partitions) {
  if (partitions.empty()) return;
  const ListHandle list = emptyList(partitions.size());
  for (const PartitionStart& start : partitions) {
    const TopicPartition& partition = start.partition;
    FetchQueue& queue = queueAt(start.queue);
    queue.begin(topicOf(partition.topic).handle.get(), Fetching{partition, start.tag, start.offset});
    // Before the assignment: afterwards some messages would have gone to the client's main queue.
    const QueueHandle source{
        rd_kafka_queue_get_partition(client_->get(), partition.topic.c_str(), partition.partition)};
    if (!source) throw Error{ErrorKind::invalid_argument, toString(partition) + " is no partition"};
    rd_kafka_queue_forward(source.get(), queue.get(start.ahead));
    append(*list, partition).offset = start.offset;
  }
  try {
    throwIfFailed(rd_kafka_incremental_assign(client_->get(), list.get()), "the start of fetching");
  } catch (const Error&) {
    for (const PartitionStart& start : partitions) {
      queueAt(start.queue).end(topicOf(start.partition.topic).handle.get(), start.partition.partition);
    }
    throw;
  }
}

void LibrdkafkaConsumer::stop(const std::vector<TopicPartition>& partitions) {
  if (partitions.empty()) return;
  const ListHandle list = emptyList(partitions.size());
  for (const TopicPartition& partition : partitions) append(*list, partition);
  throwIfFailed(rd_kafka_incremental_unassign(client_->get(), list.get()), "the end of fetching");
  // The stop takes the queue's forwarding away, some time after the call has returned; a partition that is added again
  // meanwhile would lose it. Stop and this question pass through one queue, so the answer tells that it is over.
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  (void)rd_kafka_assignment(client_->get(), &assigned);
  const ListHandle owned{assigned};
}

void LibrdkafkaConsumer::remove(const std::vector<TopicPartition>& partitions) {
  const std::lock_guard lock{mutex_};
  std::vector<TopicPartition> running;
  for (const TopicPartition& partition : partitions) {
    const auto found = added_.find(partition);
    if (found == added_.end()) continue;
    if (!found->second.paused) {
      queueAt(found->second.queue).end(topicOf(partition.topic).handle.get(), partition.partition);
      running.push_back(partition);
    }
    added_.erase(found);
  }
  stop(running);
}

void LibrdkafkaConsumer::pause(const std::vector<TopicPartition>& partitions) {
  const std::lock_guard lock{mutex_};
  std::vector<TopicPartition> running;
  for (const TopicPartition& partition : partitions) {
    const auto found = added_.find(partition);
    if (found == added_.end() || found->second.paused) continue;
    auto position = queueAt(found->second.queue).end(topicOf(partition.topic).handle.get(), partition.partition);
    if (position) found->second.paused_at = std::move(*position);
    found->second.paused = true;
    running.push_back(partition);
  }
  stop(running);
}

void LibrdkafkaConsumer::resume(const std::vector<TopicPartition>& partitions) {
  const std::lock_guard lock{mutex_};
  std::vector<PartitionStart> again;
  for (const TopicPartition& partition : partitions) {
    const auto found = added_.find(partition);
    if (found == added_.end() || !found->second.paused) continue;
    const Added& added = found->second;
    again.push_back({.partition = partition,
                     .offset = added.paused_at.next,
                     .queue = added.queue,
                     .tag = added.paused_at.tag,
                     .ahead = added.ahead});
  }
  start(again);
  for (const PartitionStart& start : again) added_[start.partition].paused = false;
}

void LibrdkafkaConsumer::poll(std::size_t queue, std::size_t max_records, Milliseconds timeout, FetchBatch& into) {
  queueAt(queue).poll(max_records, timeout, into);
}

void LibrdkafkaConsumer::wake(std::size_t queue) {
  queueAt(queue).wake();
}

void LibrdkafkaConsumer::refreshLeaders() {
  std::map<std::string, rd_kafka_topic_t*> topics;
  {
    const std::lock_guard lock{mutex_};
    const auto now = std::chrono::steady_clock::now();
    if (now < leaders_asked_ + leaders_age) return;
    leaders_asked_ = now;
    for (const auto& [name, topic] : topics_) topics.emplace(name, topic.handle.get());
  }
  for (const auto& [name, handle] : topics) {
    auto metadata = askForTopic(client_->get(), handle, background_timeout);
    const std::lock_guard lock{mutex_};
    if (metadata) topics_[name].metadata = std::move(*metadata);
  }
}

std::vector<TopicPartition> LibrdkafkaConsumer::leadersOf(std::size_t queue) {
  refreshLeaders();
  const std::lock_guard lock{mutex_};
  std::set<std::int32_t> leaders;
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, added] : added_) {
    if (added.queue != queue || added.paused) continue;
    const auto topic = topics_.find(partition.topic);
    if (topic == topics_.end()) continue;
    const auto leader = topic->second.metadata.leaders.find(partition.partition);
    if (leader == topic->second.metadata.leaders.end()) continue;
    if (leaders.insert(leader->second).second) partitions.push_back(partition);
  }
  return partitions;
}

std::map<TopicPartition, OffsetRange> LibrdkafkaConsumer::offsets(const std::vector<TopicPartition>& partitions,
                                                                  Milliseconds timeout) {
  // A question for the offsets of a partition that does not exist would wait until the timeout.
  std::vector<TopicPartition> existing;
  std::map<std::string, std::optional<TopicMetadata>> seen;
  for (const TopicPartition& partition : partitions) {
    auto found = seen.find(partition.topic);
    if (found == seen.end()) {
      rd_kafka_topic_t* topic = nullptr;
      {
        const std::lock_guard lock{mutex_};
        topic = topicOf(partition.topic).handle.get();
      }
      found = seen.emplace(partition.topic, askForTopic(client_->get(), topic, timeout)).first;
    }
    if (found->second && found->second->leaders.contains(partition.partition)) existing.push_back(partition);
  }
  return askForOffsets(client_->get(), existing, timeout);
}

std::optional<std::int64_t> LibrdkafkaConsumer::knownEnd(const TopicPartition& partition) const {
  std::int64_t first = RD_KAFKA_OFFSET_INVALID;
  std::int64_t end = RD_KAFKA_OFFSET_INVALID;
  const auto code =
      rd_kafka_get_watermark_offsets(client_->get(), partition.topic.c_str(), partition.partition, &first, &end);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || end < 0) return std::nullopt;
  return end;
}

std::size_t LibrdkafkaConsumer::queuedBytes() const {
  const std::lock_guard lock{queues_mutex_};
  std::size_t bytes = 0;
  for (const auto& queue : queues_) bytes += queue->queuedBytes();
  return bytes;
}

CommittedOffsets LibrdkafkaConsumer::committed(const std::vector<TopicPartition>& partitions, Milliseconds timeout) {
  if (!has_group_) throw Error{ErrorKind::invalid_argument, "this consumer has no group to ask for committed offsets"};
  return askForCommitted(client_->get(), partitions, timeout);
}

}  // namespace widgetstream::rdkafka
