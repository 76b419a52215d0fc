#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "widgetstream/core/log.hpp"
#include "widgetstream/core/task_id.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// `<state.dir>/<application.id>/` on disk, locked for one process as long as this object lives. Laid out like Java's
/// (contract 5.12), so that an instance finds its tasks again whichever language it was started in.
///
/// Shape    .lock                            locked by fcntl on the whole file, as Java's FileChannel.tryLock; holds
/// our pid
///          kafka-streams-process-metadata   {"processId":"<uuid>"}; fields it does not know stay
///          .member-id                       what rememberMemberId() was told last
///          .format                          version of this layout
///          <sub-topology>_<partition>/      a task: rocksdb/<store>/, and set-aside/<store>/ of a damaged store
/// Errors   Error{invalid_config} naming the path and the reason: locked by another process (with its pid), not
///          writable, not a directory, of a newer layout. Directories are made with mode 0700, files with 0600.
/// Threads  any; task directories are created and wiped by their owners.
class StateDirectory {
 public:
  StateDirectory(const std::filesystem::path& state_dir, const std::string& application_id, Logger log = {});
  ~StateDirectory();
  StateDirectory(StateDirectory&&) noexcept;
  StateDirectory& operator=(StateDirectory&&) noexcept;

  [[nodiscard]] const std::filesystem::path& path() const noexcept;
  /// Made at the first start and the same ever after: partitions return to the process that holds their state.
  [[nodiscard]] const std::string& processId() const noexcept;

  /// The member id of the process that was here before; nullopt if it left its group or there was none.
  [[nodiscard]] std::optional<std::string> lastMemberId() const;
  void rememberMemberId(const std::string& member_id);
  void forgetMemberId();

  /// The directory of a task, made when missing. A symbolic link in its place is refused.
  std::filesystem::path taskDirectory(const TaskId& task);
  /// Tasks that have a directory here, ascending.
  [[nodiscard]] std::vector<TaskId> tasksOnDisk() const;
  /// Deletes the directories of tasks that nobody has used for `age`, but for those `in_use`, and of those what was set
  /// aside a day ago. Answers the tasks whose directories are gone. What cannot be deleted is left, with a warning.
  std::vector<TaskId> clean(const std::set<TaskId>& in_use, Milliseconds age);
  /// Deletes what a task or one of its stores has on disk; nothing there is no error.
  void wipeTask(const TaskId& task);
  void wipeStore(const TaskId& task, const std::string& store);

  /// Deletes the local state of an application that is not running: Java's KafkaStreams#cleanUp. The process id stays.
  static void cleanUp(const std::filesystem::path& state_dir, const std::string& application_id);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace widgetstream
