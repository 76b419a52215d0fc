#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// Messages for one reader from any thread.
template <class Message>
class Mailbox {
 public:
  void post(Message message) {
    {
      const std::lock_guard lock{mutex_};
      messages_.push_back(std::move(message));
      any_.store(true, std::memory_order_release);
    }
    arrived_.notify_one();
  }

  /// Cheap when nothing has come.
  [[nodiscard]] bool any() const noexcept { return any_.load(std::memory_order_acquire); }
  [[nodiscard]] std::vector<Message> take() {
    if (!any()) return {};
    const std::lock_guard lock{mutex_};
    any_.store(false, std::memory_order_relaxed);
    return std::exchange(messages_, {});
  }
  /// Waits up to `timeout` for a message or wake().
  void wait(Milliseconds timeout) {
    std::unique_lock lock{mutex_};
    arrived_.wait_for(lock, timeout, [this] { return any_.load(std::memory_order_relaxed) || woken_; });
    woken_ = false;
  }
  void wake() {
    {
      const std::lock_guard lock{mutex_};
      woken_ = true;
    }
    arrived_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Message> messages_;  // guarded by mutex_
  bool woken_ = false;             // guarded by mutex_
  std::atomic<bool> any_{false};
};

}  // namespace widgetstream
