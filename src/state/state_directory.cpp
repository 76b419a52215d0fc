#include "widgetstream/state/state_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>

#include "state/private_directory.hpp"
#include "state/process_id.hpp"
#include "state/process_lock.hpp"
#include "state/small_file.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

namespace fs = std::filesystem;

constexpr int layout_version = 1;
constexpr std::string_view lock_name = ".lock";
constexpr std::string_view format_name = ".format";
constexpr std::string_view member_name = ".member-id";
constexpr std::string_view set_aside_name = "set-aside";
constexpr std::chrono::hours longest_set_aside{24};

[[nodiscard]] fs::path applicationPath(const fs::path& state_dir, const std::string& application_id) {
  const bool one_name = !application_id.empty() && application_id != "." && application_id != ".." &&
                        application_id.find('/') == std::string::npos;
  if (!one_name)
    throw Error(ErrorKind::invalid_config,
                "application.id '" + application_id + "' cannot name a directory: it must not be empty or have a '/'");
  return state_dir / application_id;
}

void prepare(const fs::path& directory) {
  detail::makePrivateDirectories(directory);
  // Java makes it 0750, and a directory of ours is nobody else's to read. Rights are only taken: what its owner made
  // read-only stays so.
  struct stat now {};
  if (::stat(directory.c_str(), &now) == 0 && (now.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    static_cast<void>(::chmod(directory.c_str(), now.st_mode & S_IRWXU) != 0);
  if (::faccessat(AT_FDCWD, directory.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) != 0)
    throw Error(ErrorKind::invalid_config, "cannot use the state directory " + directory.string() + ": " +
                                               std::generic_category().message(errno) +
                                               "; set state.dir to a place this user may write to");
}

void checkLayout(const fs::path& file) {
  const auto text = detail::readSmallFile(file);
  if (!text) {
    detail::writeSmallFile(file, std::to_string(layout_version) + "\n");
    return;
  }
  int version = 0;
  std::from_chars(text->data(), text->data() + text->size(), version);
  if (version < 1 || version > layout_version)
    throw Error(ErrorKind::invalid_config, file.string() + " names layout '" + text->substr(0, text->find('\n')) +
                                               "' of the state directory, and this version knows up to " +
                                               std::to_string(layout_version) + ": delete the directory or upgrade");
}

/// nullopt if the name is not one of a task directory.
[[nodiscard]] std::optional<TaskId> taskOf(const std::string& name) {
  TaskId task;
  const char* const end = name.data() + name.size();
  const auto first = std::from_chars(name.data(), end, task.subtopology);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '_') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, task.partition);
  if (second.ec != std::errc{} || second.ptr != end || toString(task) != name) return std::nullopt;
  if (task.subtopology < 0 || task.partition < 0) return std::nullopt;
  return task;
}

[[nodiscard]] std::vector<TaskId> tasksIn(const fs::path& directory) {
  std::vector<TaskId> tasks;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    const auto task = taskOf(entry.path().filename());
    if (task && entry.symlink_status().type() == fs::file_type::directory) tasks.push_back(*task);
  }
  if (error) throw Error(ErrorKind::invalid_config, "cannot list " + directory.string() + ": " + error.message());
  std::sort(tasks.begin(), tasks.end());
  return tasks;
}

[[nodiscard]] bool isOlder(const fs::path& path, std::chrono::nanoseconds age) {
  std::error_code error;
  const fs::file_time_type changed = fs::last_write_time(path, error);
  return !error && fs::file_time_type::clock::now() - changed >= age;
}

/// Deletes what is there, never what a symbolic link points at.
void wipe(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) throw Error(ErrorKind::fatal, "cannot delete " + path.string() + ": " + error.message());
}

void wipeOldEntries(const fs::path& directory, std::chrono::nanoseconds age) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    if (isOlder(entry.path(), age)) wipe(entry.path());
  }
}

}  // namespace

struct StateDirectory::State {
  fs::path path;
  detail::ProcessLock lock;
  std::string process_id;
  Logger log;
};

StateDirectory::StateDirectory(const fs::path& state_dir, const std::string& application_id, Logger log) {
  const fs::path path = applicationPath(state_dir, application_id);
  prepare(path);
  state_.reset(new State{path, detail::ProcessLock{path / lock_name}, {}, std::move(log)});
  checkLayout(path / format_name);
  state_->process_id = detail::loadOrMakeProcessId(path, state_->log);
}

StateDirectory::~StateDirectory() = default;
StateDirectory::StateDirectory(StateDirectory&&) noexcept = default;
StateDirectory& StateDirectory::operator=(StateDirectory&&) noexcept = default;

const fs::path& StateDirectory::path() const noexcept {
  return state_->path;
}
const std::string& StateDirectory::processId() const noexcept {
  return state_->process_id;
}

std::optional<std::string> StateDirectory::lastMemberId() const {
  auto text = detail::readSmallFile(state_->path / member_name);
  if (!text) return std::nullopt;
  while (text->ends_with('\n')) text->pop_back();
  return text->empty() ? std::nullopt : text;
}

void StateDirectory::rememberMemberId(const std::string& member_id) {
  detail::writeSmallFile(state_->path / member_name, member_id + "\n");
}

void StateDirectory::forgetMemberId() {
  wipe(state_->path / member_name);
}

fs::path StateDirectory::taskDirectory(const TaskId& task) {
  const fs::path directory = state_->path / toString(task);
  std::error_code error;
  if (fs::is_symlink(fs::symlink_status(directory, error)))
    throw Error(ErrorKind::invalid_config,
                directory.string() + " is a symbolic link: state is kept in the state directory itself, so remove it");
  detail::makePrivateDirectories(directory);
  return directory;
}

std::vector<TaskId> StateDirectory::tasksOnDisk() const {
  return tasksIn(state_->path);
}

std::vector<TaskId> StateDirectory::clean(const std::set<TaskId>& in_use, Milliseconds age) {
  std::vector<TaskId> gone;
  for (const TaskId& task : tasksOnDisk()) {
    const fs::path directory = state_->path / toString(task);
    try {
      if (in_use.contains(task)) {
        wipeOldEntries(directory / set_aside_name, longest_set_aside);
      } else if (isOlder(directory, age)) {
        wipe(directory);
        gone.push_back(task);
      }
    } catch (const std::exception& error) {
      state_->log.warning("what is not used any more cannot be deleted",
                          {{"directory", directory.string()}, {"error", error.what()}});
    }
  }
  return gone;
}

void StateDirectory::wipeTask(const TaskId& task) {
  wipe(state_->path / toString(task));
}

void StateDirectory::wipeStore(const TaskId& task, const std::string& store) {
  const fs::path directory = state_->path / toString(task);
  std::error_code error;
  // A link in the task's place leads out of the state directory.
  if (fs::is_symlink(fs::symlink_status(directory, error))) return wipe(directory);
  wipe(directory / "rocksdb" / store);
}

void StateDirectory::cleanUp(const fs::path& state_dir, const std::string& application_id) {
  const fs::path directory = applicationPath(state_dir, application_id);
  std::error_code error;
  if (!fs::exists(directory, error)) return;
  const detail::ProcessLock lock{directory / lock_name};
  for (const TaskId& task : tasksIn(directory)) wipe(directory / toString(task));
  wipe(directory / "global");
}

}  // namespace widgetstream
