#include "runtime/memory/memory_limit.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace widgetstream {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
/// Of a machine that does not say what it has.
constexpr std::size_t assumed = std::size_t{1} << 30;

/// "max", which is none, and what cannot be read are no limit.
[[nodiscard]] std::size_t limitIn(const fs::path& file) {
  std::ifstream in(file);
  std::string word;
  if (!(in >> word)) return no_limit;
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), bytes);
  return error == std::errc{} && end == word.data() + word.size() ? bytes : no_limit;
}

/// The smallest limit of a group and those above it. A group that the file system here does not show (it is named as
/// the host knows it) is seen as the uppermost one.
[[nodiscard]] std::size_t limitOfGroup(const fs::path& mount, const std::string& group, const std::string& file) {
  std::size_t least = limitIn(mount / file);
  fs::path at = mount;
  for (const fs::path& part : fs::path{group}.relative_path()) {
    if (part == "..") break;  // it lies outside what is shown here
    at /= part;
    least = std::min(least, limitIn(at / file));
  }
  return least;
}

[[nodiscard]] bool names(const std::string& controllers, const std::string& wanted) {
  std::stringstream list(controllers);
  std::string controller;
  while (std::getline(list, controller, ',')) {
    if (controller == wanted) return true;
  }
  return false;
}

/// Lines of /proc/self/cgroup are NUMBER:CONTROLLERS:PATH; version 2 has number 0 and no controllers.
[[nodiscard]] std::size_t limitOfGroups(const fs::path& root) {
  std::size_t least = no_limit;
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    if (controllers.empty()) {
      least = std::min(least, limitOfGroup(root / "sys/fs/cgroup", path, "memory.max"));
    } else if (names(controllers, "memory")) {
      least = std::min(least, limitOfGroup(root / "sys/fs/cgroup/memory", path, "memory.limit_in_bytes"));
    }
  }
  return least;
}

[[nodiscard]] std::optional<std::size_t> memoryOfMachine(const fs::path& root) {
  std::ifstream info(root / "proc/meminfo");
  for (std::string name; info >> name;) {
    std::size_t kilobytes = 0;
    if (name == "MemTotal:" && info >> kilobytes) return kilobytes * 1024;
    info.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return std::nullopt;
}

}  // namespace

std::size_t memoryOfProcess(const fs::path& root) {
  return std::min(limitOfGroups(root), memoryOfMachine(root).value_or(assumed));
}

}  // namespace widgetstream
