#include "state/process_lock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw Error(ErrorKind::invalid_config, "cannot lock the state directory by " + file.string() + ": " + why);
}

[[nodiscard]] struct flock wholeFile() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

/// The process that wrote its id into the file; for Java, which writes none, what the kernel knows.
[[nodiscard]] std::string holder(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && (pid.back() < '0' || pid.back() > '9')) pid.pop_back();
  if (!pid.empty()) return "process " + pid;
  struct flock lock = wholeFile();
  if (::fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
    return "process " + std::to_string(lock.l_pid);
  return "another process";
}

}  // namespace

ProcessLock::ProcessLock(const std::filesystem::path& file) {
  fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (fd_ < 0) refuse(file, std::generic_category().message(errno));
  struct flock lock = wholeFile();
  if (::fcntl(fd_, F_OFD_SETLK, &lock) != 0) {
    const int reason = errno;
    const bool held = reason == EAGAIN || reason == EACCES;
    const std::string why = held ? holder(fd_) + " holds it; one process at a time may use one state.dir and " +
                                       "application.id, so give this one another state.dir or stop the other"
                                 : std::generic_category().message(reason);
    ::close(fd_);
    refuse(file, why);
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  // For people and messages only: the lock does not depend on it.
  if (::ftruncate(fd_, 0) == 0) static_cast<void>(::pwrite(fd_, pid.data(), pid.size(), 0) < 0);
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

ProcessLock::~ProcessLock() {
  if (fd_ < 0) return;
  // While we still hold it, so that no successor's id is wiped.
  static_cast<void>(::ftruncate(fd_, 0) != 0);
  ::close(fd_);
}

}  // namespace widgetstream::detail
