#pragma once

#include <filesystem>
#include <string>

namespace widgetstream {

/// Where the files of a store are: `<task directory>/rocksdb/<store>`.
[[nodiscard]] std::filesystem::path storeFiles(const std::filesystem::path& task_directory, const std::string& store);

/// Notes that the task has used its directory until now: the cleaner counts from here. Nothing there is no error.
void touchTaskDirectory(const std::filesystem::path& task_directory) noexcept;

/// Moves what a closed store has on disk out of its way, to `<task directory>/set-aside/<store>`, for whoever wants to
/// look at it: a damaged store, or one whose changelog does not contain it any more. Of each store the newest one is
/// kept. False when there is nothing.
///
/// Errors  Error{fatal} when the files can be neither moved nor deleted.
bool setStoreAside(const std::filesystem::path& task_directory, const std::string& store);

}  // namespace widgetstream
