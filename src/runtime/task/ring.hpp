#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace widgetstream {

/// A first-in first-out queue that keeps its memory: filling and emptying it again and again allocates nothing.
template <class T>
class Ring {
 public:
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] T& front() noexcept { return slots_[first_]; }
  [[nodiscard]] const T& front() const noexcept { return slots_[first_]; }

  void push(T&& value) {
    if (size_ == slots_.size()) grow();
    slots_[(first_ + size_) & (slots_.size() - 1)] = std::move(value);
    ++size_;
  }

  /// The slot keeps what it holds until it is used again: empty it first where that matters.
  void pop() noexcept {
    first_ = (first_ + 1) & (slots_.size() - 1);
    --size_;
  }

  void clear() noexcept {
    while (!empty()) {
      slots_[first_] = T{};
      pop();
    }
  }

 private:
  void grow() {
    std::vector<T> wider(slots_.empty() ? 64 : slots_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i) wider[i] = std::move(slots_[(first_ + i) & (slots_.size() - 1)]);
    slots_ = std::move(wider);
    first_ = 0;
  }

  std::vector<T> slots_;  // a power of two of them
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace widgetstream
