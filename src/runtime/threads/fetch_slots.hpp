#pragma once

#include <cstdint>
#include <vector>

namespace widgetstream {

class HeldTask;

/// Whose partition a record is: what a tag stands for.
struct FetchSlot {
  HeldTask* task = nullptr;
  std::uint32_t index = 0;  ///< of the task's inputs or changelogs
  bool changelog = false;
  std::uint32_t epoch = 0;
};

/// Hands out tags and finds what they stand for by index. A slot that is used again has another epoch, so that a
/// record which was still under way to its former owner finds nobody.
class FetchSlots {
 public:
  [[nodiscard]] std::uint64_t add(HeldTask& task, std::size_t index, bool changelog) {
    std::size_t at = 0;
    if (free_.empty()) {
      at = slots_.size();
      slots_.emplace_back();
    } else {
      at = free_.back();
      free_.pop_back();
    }
    FetchSlot& slot = slots_[at];
    slot.task = &task;
    slot.index = static_cast<std::uint32_t>(index);
    slot.changelog = changelog;
    return static_cast<std::uint64_t>(slot.epoch) << 32 | at;
  }

  void remove(std::uint64_t tag) {
    FetchSlot* slot = find(tag);
    if (!slot) return;
    slot->task = nullptr;
    ++slot->epoch;
    free_.push_back(tag & 0xffffffff);
  }

  /// nullptr when the tag's owner is gone.
  [[nodiscard]] FetchSlot* find(std::uint64_t tag) noexcept {
    const std::size_t at = tag & 0xffffffff;
    if (at >= slots_.size() || slots_[at].epoch != tag >> 32 || !slots_[at].task) return nullptr;
    return &slots_[at];
  }

 private:
  std::vector<FetchSlot> slots_;
  std::vector<std::size_t> free_;
};

}  // namespace widgetstream
