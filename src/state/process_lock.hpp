#pragma once

#include <filesystem>

namespace widgetstream::detail {

/// A lock on a whole file, which Java's FileChannel.tryLock() respects and the kernel lifts when the process dies.
/// It belongs to the open file: two objects of one process exclude each other too.
class ProcessLock {
 public:
  /// Makes the file with mode 0600 when missing and writes our process id into it.
  ///
  /// Errors  Error{invalid_config} naming the file and the reason, or the process that holds the lock.
  explicit ProcessLock(const std::filesystem::path& file);
  ~ProcessLock();
  ProcessLock(ProcessLock&& other) noexcept;
  ProcessLock& operator=(ProcessLock&&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace widgetstream::detail
