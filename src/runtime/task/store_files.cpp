#include "runtime/task/store_files.hpp"

#include <system_error>

#include "widgetstream/core/error.hpp"

namespace widgetstream {

namespace fs = std::filesystem;

fs::path storeFiles(const fs::path& task_directory, const std::string& store) {
  return task_directory / "rocksdb" / store;
}

void touchTaskDirectory(const fs::path& task_directory) noexcept {
  std::error_code error;
  fs::last_write_time(task_directory, fs::file_time_type::clock::now(), error);
}

bool setStoreAside(const fs::path& task_directory, const std::string& store) {
  const fs::path from = storeFiles(task_directory, store);
  std::error_code error;
  if (!fs::exists(fs::symlink_status(from, error))) return false;
  const fs::path place = task_directory / "set-aside";
  fs::create_directories(place, error);
  fs::permissions(place, fs::perms::owner_all, error);
  fs::remove_all(place / store, error);
  fs::rename(from, place / store, error);
  touchTaskDirectory(place / store);  // it is kept for a while from now on
  if (error) fs::remove_all(from, error);  // it must not stand in the way of the new one
  if (error)
    throw Error{ErrorKind::fatal, "the damaged store " + from.string() + " can be neither moved nor deleted: " +
                                      error.message()};
  return true;
}

}  // namespace widgetstream
