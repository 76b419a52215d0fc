#include "widgetstream/runtime/signals.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(int number, const char* what) : number_(number) {
    if (number < 0) throw Error{ErrorKind::fatal, std::string{what} + " failed: " + std::strerror(errno)};
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

sigset_t shutdownSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

struct ShutdownSignals::Impl {
  explicit Impl(std::function<void(int)> callback)
      : on_signal(std::move(callback)),
        blocked(shutdownSignals()),
        masked(pthread_sigmask(SIG_BLOCK, &blocked, &before)),
        signals(signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd"),
        stop(eventfd(0, EFD_CLOEXEC), "eventfd"),
        watcher([this] { watch(); }) {}

  ~Impl() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop.get(), &one, sizeof one);
    watcher.join();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void watch() noexcept {
    pollfd waited[] = {{signals.get(), POLLIN, 0}, {stop.get(), POLLIN, 0}};
    while (::poll(waited, 2, -1) < 0) {
    }
    if (waited[1].revents) return;
    signalfd_siginfo info{};
    if (::read(signals.get(), &info, sizeof info) != sizeof info) return;
    // From now on the signals do again what they do by default, in this thread: the second one ends the process.
    pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
    const int number = static_cast<int>(info.ssi_signo);
    tell(number);
    if (on_signal) {
      try {
        on_signal(number);
      } catch (...) {
        // There is nobody to tell: main() wakes up all the same.
      }
    }
    while (::poll(&waited[1], 1, -1) < 0) {
    }
  }

  void tell(int number) {
    {
      const std::lock_guard lock{mutex};
      if (!received) received = number;
    }
    arrived.notify_all();
  }

  std::function<void(int)> on_signal;
  sigset_t blocked;
  sigset_t before{};
  int masked;
  Descriptor signals;
  Descriptor stop;
  mutable std::mutex mutex;
  std::condition_variable arrived;
  std::optional<int> received;  // guarded by mutex
  std::thread watcher;          // last: it uses all of the above
};

ShutdownSignals::ShutdownSignals(std::function<void(int)> on_signal)
    : impl_(std::make_unique<Impl>(std::move(on_signal))) {}
ShutdownSignals::~ShutdownSignals() = default;

int ShutdownSignals::wait() {
  std::unique_lock lock{impl_->mutex};
  impl_->arrived.wait(lock, [this] { return impl_->received.has_value(); });
  return *impl_->received;
}

void ShutdownSignals::request() {
  impl_->tell(0);
}

bool ShutdownSignals::requested() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->received.has_value();
}

}  // namespace widgetstream
