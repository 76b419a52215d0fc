#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace widgetstream::detail {

/// Memory for entries of a table. What is given back is kept for the next ones, for rows come and go all the time, and are
/// of a few sizes.
///
/// Threads  one at a time
class EntryMemory {
 public:
  explicit EntryMemory(std::align_val_t alignment) noexcept : alignment_(alignment) {}
  ~EntryMemory() { clear(); }
  EntryMemory(const EntryMemory&) = delete;
  EntryMemory& operator=(const EntryMemory&) = delete;

  [[nodiscard]] void* take(std::size_t size) {
    const std::size_t step = stepOf(size);
    if (step < steps && kept_[step]) {
      Kept* const first = kept_[step];
      kept_[step] = first->next;
      --count_;
      return first;
    }
    return ::operator new(step < steps ? (step + 1) * step_bytes : size, alignment_);
  }
  /// Of the size it was taken with. Kept unless there are `most` pieces already.
  void give(void* memory, std::size_t size, std::size_t most) noexcept {
    const std::size_t step = stepOf(size);
    if (step >= steps || count_ >= most) return ::operator delete(memory, alignment_);
    kept_[step] = ::new (memory) Kept{kept_[step]};
    ++count_;
  }
  /// How many pieces are kept.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// Gives back all that is kept.
  void clear() noexcept {
    for (Kept*& first : kept_) {
      while (first) {
        Kept* const next = first->next;
        ::operator delete(first, alignment_);
        first = next;
      }
    }
    count_ = 0;
  }

 private:
  struct Kept {
    Kept* next;
  };
  static constexpr std::size_t step_bytes = 16;
  static constexpr std::size_t steps = 128;
  [[nodiscard]] static std::size_t stepOf(std::size_t size) noexcept { return (size - 1) / step_bytes; }

  std::align_val_t alignment_;
  std::array<Kept*, steps> kept_{};
  std::size_t count_ = 0;
};

}  // namespace widgetstream::detail
