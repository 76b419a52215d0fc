#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <limits>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/window.hpp"

namespace widgetstream {

/// The windows of one size and step that a time falls into, in order of their start. Nothing is stored: they are
/// counted out.
class WindowSequence {
 public:
  /// From the one that starts at `first` to the one that starts at `last`, or none if that is before `first`.
  constexpr WindowSequence(Timestamp first, Timestamp last, Milliseconds step, Milliseconds size) noexcept
      : first_(first), count_(last < first ? 0 : (last - first) / step + 1), step_(step), size_(size) {}

  class Iterator {
   public:
    using value_type = Window;
    using difference_type = std::ptrdiff_t;

    constexpr Iterator() noexcept = default;
    constexpr Iterator(const WindowSequence& all, std::int64_t index) noexcept : all_(&all), index_(index) {}
    [[nodiscard]] constexpr Window operator*() const noexcept { return all_->at(index_); }
    constexpr Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    constexpr Iterator operator++(int) noexcept { return {*all_, index_++}; }
    friend constexpr bool operator==(const Iterator& left, const Iterator& right) noexcept {
      return left.index_ == right.index_;
    }

   private:
    const WindowSequence* all_ = nullptr;
    std::int64_t index_ = 0;
  };

  [[nodiscard]] constexpr Iterator begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] constexpr Iterator end() const noexcept { return {*this, count_}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return count_ == 0; }

  /// True when both have the same windows.
  friend constexpr bool operator==(const WindowSequence& left, const WindowSequence& right) noexcept {
    if (left.count_ != right.count_) return false;
    return left.empty() || (left.first_ == right.first_ && left.step_ == right.step_ && left.size_ == right.size_);
  }

 private:
  [[nodiscard]] constexpr Window at(std::int64_t index) const noexcept {
    const Timestamp start = first_ + index * step_;
    return {start, size_ > Timestamp::max() - start ? Timestamp::max() : start + size_};
  }

  Timestamp first_;
  std::int64_t count_;
  Milliseconds step_;
  Milliseconds size_;
};

/// Windows whose bounds are fixed beforehand: TimeWindows, UnlimitedWindows, or a type of your own (calendar months).
///
/// `windowsFor(at)` gives a range of Window: those that a record of this time belongs to. None starts before 1970, each
/// ends after its start, and none is longer than `size()`. `gracePeriod()` is how long after its end a window still
/// takes records.
template <class W>
concept FixedWindows = std::copy_constructible<W> && requires(const W& windows, Timestamp at) {
  { *windows.windowsFor(at).begin() } -> std::convertible_to<Window>;
  windows.windowsFor(at).end();
  { windows.size() } -> std::convertible_to<Milliseconds>;
  { windows.gracePeriod() } -> std::convertible_to<Milliseconds>;
};

namespace detail {

/// A sum that stays at the largest duration there is, as retention periods of endless windows must.
[[nodiscard]] constexpr Milliseconds saturatingSum(Milliseconds left, Milliseconds right) noexcept {
  return right > Milliseconds::max() - left ? Milliseconds::max() : left + right;
}
/// `at` less a duration that is not negative; never before the beginning of time as a timestamp can say it.
[[nodiscard]] constexpr Timestamp saturatingMinus(Timestamp at, Milliseconds by) noexcept {
  return at < Timestamp::min() + by ? Timestamp::min() : at - by;
}
[[nodiscard]] constexpr Timestamp saturatingPlus(Timestamp at, Milliseconds by) noexcept {
  return at > Timestamp::max() - by ? Timestamp::max() : at + by;
}

/// Errors  Error{invalid_topology} saying what is wrong and what is allowed.
void requireGrace(const char* windows, Milliseconds grace);

}  // namespace detail
}  // namespace widgetstream
