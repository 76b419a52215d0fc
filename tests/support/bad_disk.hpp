#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>

#include "tests/support/temp_dir.hpp"

namespace widgetstream {

/// The disk of a program that is started with environment(): good until a test says otherwise, and then for what lies
/// below one directory only. Takes the library that tests/disk_faults builds.
class BadDisk {
 public:
  BadDisk(std::filesystem::path library, std::filesystem::path below)
      : library_(std::move(library)), below_(std::filesystem::weakly_canonical(below)) {
    std::ofstream{control_, std::ios::binary} << std::string(2 * sizeof(std::int32_t), '\0');
  }

  void isGood() { become(0); }
  void isFull() { become(-1); }
  /// One write, truncation or sync in `times` fails.
  void failsOnceIn(std::int32_t times) { become(times); }

  /// How many calls have failed so far.
  [[nodiscard]] std::uint32_t faults() const {
    std::uint32_t count = 0;
    std::ifstream file{control_, std::ios::binary};
    file.seekg(sizeof count);
    file.read(reinterpret_cast<char*>(&count), sizeof count);
    return count;
  }

  [[nodiscard]] std::map<std::string, std::string> environment() const {
    const char* const asan = std::getenv("ASAN_OPTIONS");
    return {{"LD_PRELOAD", library_.string()},
            {"WIDGETSTREAM_DISK_FAULTS", control_.string()},
            {"WIDGETSTREAM_DISK_FAULTS_BELOW", below_.string()},
            // A program that is watched wants its watcher to be the first library.
            {"ASAN_OPTIONS", std::string{asan ? asan : ""} + ":verify_asan_link_order=0"}};
  }

 private:
  void become(std::int32_t state) {
    std::fstream file{control_, std::ios::in | std::ios::out | std::ios::binary};
    file.write(reinterpret_cast<const char*>(&state), sizeof state);
  }

  std::filesystem::path library_;
  std::filesystem::path below_;
  TempDir directory_;
  std::filesystem::path control_ = directory_.path() / "state-of-disk";
};

}  // namespace widgetstream
