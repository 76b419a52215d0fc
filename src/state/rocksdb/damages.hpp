#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace widgetstream::detail {

/// Which databases, by directory, could not be read since they were opened.
///
/// Threads  any.
class Damages {
 public:
  void found(const std::string& directory, const std::string& what);
  /// The directory has been opened: what was known is of files before.
  void forget(const std::string& directory);
  [[nodiscard]] bool any() const noexcept { return count_.load(std::memory_order_relaxed) > 0; }
  [[nodiscard]] std::optional<std::string> of(const std::string& directory) const;

 private:
  std::atomic<std::size_t> count_{0};  // so that nobody waits for anybody while all is well
  mutable std::mutex mutex_;
  std::map<std::string, std::string> by_directory_;  // guarded by mutex_
};

}  // namespace widgetstream::detail
