#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "kafka/librdkafka/client.hpp"
#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream::rdkafka {

/// Keeps the broker threads of a fetching client awake.
///
/// When a fetch queue is full, librdkafka 2.0.2 puts the thread of the broker to sleep for up to a second, and draining
/// the queue does not wake it: a pass-through with 4 MB queues fell from 1,700,000 to 142,000 records a second. Any
/// request to that broker wakes it. This thread sends one, away from the hot loop, because it waits for the answer.
/// It also serves what librdkafka puts into the client's main queue, which nobody else reads.
class FetchPoker {
 public:
  /// One partition of each broker that fills `queue`.
  using LeadersOf = std::function<std::vector<TopicPartition>(std::size_t queue)>;

  /// `now_and_then` is called about once a second.
  FetchPoker(Client& client, LeadersOf leaders, std::function<void()> now_and_then);
  ~FetchPoker();
  FetchPoker(const FetchPoker&) = delete;
  FetchPoker& operator=(const FetchPoker&) = delete;

  /// The queue ran low; returns at once.
  void request(std::size_t queue);

 private:
  void run(std::stop_token stop);
  void poke(const std::set<std::size_t>& queues);
  void serveMainQueue();

  Client& client_;
  const LeadersOf leaders_;
  const std::function<void()> now_and_then_;
  std::mutex mutex_;
  std::condition_variable_any wanted_;
  std::set<std::size_t> queues_;  // guarded by mutex_
  std::jthread thread_;           // last: it uses the others
};

}  // namespace widgetstream::rdkafka
