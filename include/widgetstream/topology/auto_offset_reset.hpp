#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// Where a source begins in a partition of which the group has no offset, or one that is not there any more.
class AutoOffsetReset {
 public:
  enum class Kind { by_config, earliest, latest, none, by_duration };

  static const AutoOffsetReset by_config;  ///< as auto.offset.reset of the application says; earliest if it does not
  static const AutoOffsetReset earliest;   ///< at the first record there is
  static const AutoOffsetReset latest;     ///< behind the last one
  static const AutoOffsetReset none;       ///< nowhere: the application fails
  /// At the first record that is not older than `ago`, counted from when the partition is taken up; behind the last one
  /// when all are.
  /// Errors  Error{invalid_argument} for a negative duration
  [[nodiscard]] static AutoOffsetReset byDuration(Milliseconds ago);

  /// `earliest`, `latest`, `none` or `by_duration:` and an ISO-8601 duration, as in `by_duration:P7DT12H`; nullopt for
  /// what is none of these.
  [[nodiscard]] static std::optional<AutoOffsetReset> parse(std::string_view text);

  [[nodiscard]] constexpr Kind kind() const noexcept { return kind_; }
  /// Of byDuration().
  [[nodiscard]] constexpr Milliseconds duration() const noexcept { return duration_; }

  friend constexpr bool operator==(const AutoOffsetReset&, const AutoOffsetReset&) = default;

 private:
  explicit constexpr AutoOffsetReset(Kind kind, Milliseconds duration = Milliseconds{0})
      : kind_(kind), duration_(duration) {}

  Kind kind_;
  Milliseconds duration_;
};

inline constexpr AutoOffsetReset AutoOffsetReset::by_config{Kind::by_config};
inline constexpr AutoOffsetReset AutoOffsetReset::earliest{Kind::earliest};
inline constexpr AutoOffsetReset AutoOffsetReset::latest{Kind::latest};
inline constexpr AutoOffsetReset AutoOffsetReset::none{Kind::none};

/// As parse() reads it; `by_config` for that.
[[nodiscard]] std::string toString(const AutoOffsetReset& reset);

}  // namespace widgetstream
