#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

/// When a process handled a record of a partition.
struct HandledRecord {
  std::int32_t partition = -1;
  std::int64_t at_ns = 0;  ///< the steady clock, which is the same for all processes
};

/// What a process has handled, in a file that outlives it however it ends: mapped memory, which the kernel keeps.
///
/// Threads  add() from one.
/// Errors   std::system_error when the file cannot be mapped
class EventLog {
 public:
  /// Makes the file, with room for `capacity` records; further ones are not kept.
  EventLog(const std::filesystem::path& file, std::size_t capacity);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  void add(std::int32_t partition) noexcept;
  /// What a log holds so far; nothing when there is no such file yet.
  [[nodiscard]] static std::vector<HandledRecord> read(const std::filesystem::path& file);

 private:
  struct Header;
  Header* header_;
  std::size_t bytes_;
};
