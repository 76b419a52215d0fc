#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tests/simulation/random.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::simulation {

/// What one store has on a disk: entries and how far in its changelog they are, as one.
struct StoreImage {
  std::map<Bytes, Bytes, std::less<>> entries;
  std::optional<std::int64_t> changelog_offset;
  std::optional<Bytes> position;

  friend bool operator==(const StoreImage&, const StoreImage&) = default;
};

/// The disk of one machine. What an engine has applied survives a crash from its last flush on, as with RocksDB without
/// a write-ahead log; reads and writes fail when told to.
///
/// State  outlives the engines that are opened on it, and those of a process that crashed
class SimulatedDisk {
 public:
  explicit SimulatedDisk(std::uint64_t seed) : random_(seed) {}

  /// How often a call fails: one in so many; 0 is never.
  std::uint64_t failing_write_one_in = 0;
  std::uint64_t failing_read_one_in = 0;
  /// How often a store is found to be damaged when it is opened.
  std::uint64_t corrupted_open_one_in = 0;
  /// How often an engine makes what it has durable by itself.
  std::uint64_t spontaneous_flush_one_in = 4;

  /// Engines opened before this call write nothing any more: their process is dead.
  void crash();
  /// The engine of a store, for StoreBuilder::open.
  [[nodiscard]] OpenEngine opener();
  /// What is durable, by `<task>/<store>`.
  [[nodiscard]] const std::map<std::string, StoreImage>& images() const noexcept { return images_; }

 private:
  friend class SimulatedEngine;

  Random random_;
  std::uint64_t incarnation_ = 0;
  std::map<std::string, StoreImage> images_;
};

}  // namespace widgetstream::simulation
