#include "state/private_directory.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {

void makePrivateDirectories(const std::filesystem::path& directory) {
  if (directory.empty()) return;
  if (::mkdir(directory.c_str(), S_IRWXU) == 0) return;
  int reason = errno;
  if (reason == ENOENT && directory.has_parent_path() && directory.parent_path() != directory) {
    makePrivateDirectories(directory.parent_path());
    if (::mkdir(directory.c_str(), S_IRWXU) == 0) return;
    reason = errno;
  }
  if (reason == EEXIST) {
    std::error_code ignored;
    if (std::filesystem::is_directory(directory, ignored)) return;
    reason = ENOTDIR;
  }
  throw Error(ErrorKind::invalid_config, "cannot make the directory " + directory.string() + ": " +
                                             std::generic_category().message(reason) +
                                             "; set state.dir to a place this user may write to");
}

}  // namespace widgetstream::detail
