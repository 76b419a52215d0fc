#include "kafka/librdkafka/fetch_poker.hpp"

#include <chrono>

#include "kafka/librdkafka/partition_list.hpp"

namespace widgetstream::rdkafka {
namespace {

// One round trip to the broker; more often than this it would cost more than it brings.
constexpr Milliseconds shortest_interval{5};
constexpr Milliseconds longest_answer{1000};
constexpr Milliseconds idle_interval{1000};

}  // namespace

FetchPoker::FetchPoker(Client& client, LeadersOf leaders, std::function<void()> now_and_then)
    : client_(client),
      leaders_(std::move(leaders)),
      now_and_then_(std::move(now_and_then)),
      thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

FetchPoker::~FetchPoker() = default;

void FetchPoker::request(std::size_t queue) {
  {
    const std::lock_guard lock{mutex_};
    queues_.insert(queue);
  }
  wanted_.notify_one();
}

void FetchPoker::run(std::stop_token stop) {
  auto last = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    std::set<std::size_t> queues;
    {
      std::unique_lock lock{mutex_};
      wanted_.wait_for(lock, stop, idle_interval, [this] { return !queues_.empty(); });
      queues.swap(queues_);
    }
    try {
      serveMainQueue();
      if (const auto now = std::chrono::steady_clock::now(); now - last >= idle_interval) {
        last = now;
        now_and_then_();
      }
      if (queues.empty()) continue;
      poke(queues);
      std::unique_lock lock{mutex_};
      wanted_.wait_for(lock, stop, shortest_interval, [] { return false; });
    } catch (const std::exception& error) {
      client_.log().warning("a broker could not be woken", {{"why", error.what()}});
    }
  }
}

void FetchPoker::poke(const std::set<std::size_t>& queues) {
  std::set<TopicPartition> partitions;
  for (const std::size_t queue : queues) {
    for (TopicPartition& partition : leaders_(queue)) partitions.insert(std::move(partition));
  }
  if (partitions.empty()) return;
  const ListHandle list = emptyList(partitions.size());
  for (const TopicPartition& partition : partitions) append(*list, partition).offset = RD_KAFKA_OFFSET_END;
  // The answer does not matter, and an error is seen by whoever fetches.
  (void)rd_kafka_offsets_for_times(client_.get(), list.get(), static_cast<int>(longest_answer.count()));
}

void FetchPoker::serveMainQueue() {
  while (const MessageHandle message{rd_kafka_consumer_poll(client_.get(), 0)}) {
    if (!message->err) continue;  // of a partition that was removed while it came
    client_.log().debug("the fetching client reports",
                        {{"error", rd_kafka_err2name(message->err)},
                         {"message", client_.redact()(rd_kafka_message_errstr(message.get()))}});
  }
}

}  // namespace widgetstream::rdkafka
