#pragma once

#include <filesystem>
#include <fstream>

namespace widgetstream {

/// Changes a few bytes in the middle of each table that RocksDB has written below a directory, but for those of offsets,
/// which are small. Opening reads the first entry and the end, and so does not see it. Returns how many tables.
inline int damageTables(const std::filesystem::path& below) {
  int changed = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{below}) {
    if (entry.path().extension() != ".sst" || entry.file_size() < 5'000) continue;
    std::fstream file{entry.path(), std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(static_cast<std::streamoff>(entry.file_size() * 2 / 5));
    file.write("damaged", 7);
    ++changed;
  }
  return changed;
}

}  // namespace widgetstream
