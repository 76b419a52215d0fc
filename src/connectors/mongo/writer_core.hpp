#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/mongo/writer.hpp"

namespace widgetstream {

/// What the writer's thread does, and what it shares with the tasks.
class MongoWriter::Core {
 public:
  explicit Core(MongoWriterSetup setup);

  /// The thread.
  void run(const std::stop_token& stop) noexcept;

  void submit(MongoOperation operation);
  [[nodiscard]] bool hasRoom() const noexcept;
  [[nodiscard]] Progress progress(MongoChannel& channel);
  [[nodiscard]] std::uint64_t offered(const MongoChannel& channel);
  void close(MongoChannel& channel) noexcept;
  /// False when the thread is still at work after `wait`; then it says and counts nothing from now on.
  [[nodiscard]] bool waitForEnd(std::chrono::milliseconds wait) noexcept;

 private:
  using Index = MongoBatch::Index;
  enum class Settled { yes, stopped, failed };

  [[nodiscard]] std::vector<MongoOperation> take(const std::stop_token& stop);
  void write(const MongoBatch& batch, const std::stop_token& stop);
  [[nodiscard]] Settled settle(const MongoBatch& batch, std::vector<Index> heads, const std::stop_token& stop);
  /// Tells the rejection of `head`; what had the same `_id` before it is to be written instead, and is returned.
  [[nodiscard]] Index reject(const MongoBatch& batch, Index head, const std::string& reason);
  void landed();
  void complete(const MongoBatch& batch);
  void fail(const MongoBatch& batch, const std::string& message);
  void dropQueued(const MongoChannel& channel);  // mutex_ held
  void noteBuffered() noexcept;

  /// Waits before the next try. False when it is time to stop.
  [[nodiscard]] bool backOff(const std::string& message, const std::stop_token& stop);
  void noteRecovery();

  const MongoWriterSetup setup_;
  MongoWriterLog log_;
  std::unique_ptr<MongoTransport> transport_;  ///< the thread's

  std::mutex mutex_;
  std::condition_variable_any work_;
  std::condition_variable idle_;
  std::deque<MongoOperation> queue_;       // guarded by mutex_
  const MongoBatch* in_flight_ = nullptr;  // guarded by mutex_; only while a call to the transport is under way
  std::optional<std::chrono::steady_clock::time_point> close_deadline_;  // guarded by mutex_; of the call under way
  bool ended_ = false;                                                   // guarded by mutex_
  std::atomic<std::size_t> documents_{0};                                ///< queued or in the batch
  std::atomic<std::size_t> bytes_{0};

  // Of the outage that lasts; the thread's.
  std::uint32_t tries_ = 0;
  std::chrono::steady_clock::time_point away_since_;
  std::chrono::steady_clock::time_point next_warning_;
  std::minstd_rand random_{std::random_device{}()};

  std::shared_ptr<Counter> bulks_;
  std::shared_ptr<Counter> retries_;
  std::shared_ptr<Gauge> buffered_documents_;
  std::shared_ptr<Gauge> buffered_bytes_;
};

}  // namespace widgetstream
