#pragma once

#include <cstdint>

namespace widgetstream::simulation {

/// Numbers that depend on the seed alone: the standard's distributions differ from library to library, and a seed that
/// failed must fail again everywhere. SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15ULL;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
  }
  /// 0 <= result < end
  std::uint64_t below(std::uint64_t end) noexcept { return next() % end; }
  /// first <= result <= last
  std::int64_t between(std::int64_t first, std::int64_t last) noexcept {
    return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first + 1)));
  }
  /// True in one of `times` cases on average; never for 0.
  bool oneIn(std::uint64_t times) noexcept { return times > 0 && below(times) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace widgetstream::simulation
