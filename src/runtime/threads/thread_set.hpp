#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/threads/stream_thread.hpp"

namespace widgetstream {

/// The stream threads of an application, by index. An index that has become free is used again.
///
/// Threads  add() and remove() from the one that looks after them, once they run; the rest from any.
class ThreadSet {
 public:
  using Make = std::function<std::unique_ptr<StreamThread>(int index)>;
  /// Who calls runOnce() of the threads. `began` may throw when there can be no further thread; `ended` follows when a
  /// thread has closed and is taken out.
  struct Runner {
    std::function<void(StreamThread& thread)> began;
    std::function<void(StreamThread& thread)> ended;
  };

  /// `count` follows the number of threads.
  ThreadSet(Make make, std::atomic<std::size_t>& count) : make_(std::move(make)), count_(count) {}

  /// Threads there are already begin to run, too.
  void setRunner(Runner runner);
  /// A new thread, with the lowest free index. Errors  what making it throws; there is no such thread then.
  StreamThread& add();
  /// Takes out a thread that has closed.
  void remove(int index);
  /// Takes out all of them, run or not.
  void clear();

  /// The thread itself belongs to whoever looks after it; what is asked of it must be allowed from any thread.
  [[nodiscard]] std::vector<std::shared_ptr<StreamThread>> all() const;
  [[nodiscard]] std::shared_ptr<StreamThread> find(int index) const;
  [[nodiscard]] bool empty() const;

 private:
  const Make make_;
  std::atomic<std::size_t>& count_;
  Runner runner_;
  mutable std::mutex mutex_;
  std::map<int, std::shared_ptr<StreamThread>> threads_;  // guarded by mutex_
};

}  // namespace widgetstream
