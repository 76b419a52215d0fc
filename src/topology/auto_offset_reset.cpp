#include "widgetstream/topology/auto_offset_reset.hpp"

#include <cctype>
#include <charconv>
#include <chrono>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr std::string_view by_duration = "by_duration:";
/// Of a part of a duration, in milliseconds: a quarter of a million years.
constexpr std::int64_t most = std::int64_t{1} << 53;

/// Reads what java.time.Duration reads: `PT20.345S`, `P2DT3H4M`, `PT-6H3M`, `-PT6H`.
class IsoDuration {
 public:
  explicit IsoDuration(std::string_view text) : left_(text) {}

  /// nullopt for anything else, and for what has too many milliseconds.
  std::optional<Milliseconds> read() {
    const bool negative = takeSign();
    if (!take('P')) return std::nullopt;
    bool any = part('D', 86'400'000);
    if (take('T')) {
      const bool hours = part('H', 3'600'000);
      const bool minutes = part('M', 60'000);
      const bool seconds = part('S', 1'000);
      any = hours || minutes || seconds;
    }
    if (failed_ || !any || !left_.empty()) return std::nullopt;
    return Milliseconds{negative ? -total_ : total_};
  }

 private:
  bool take(char letter) {
    if (left_.empty() || std::toupper(static_cast<unsigned char>(left_.front())) != letter) return false;
    left_.remove_prefix(1);
    return true;
  }
  bool takeSign() {
    const bool minus = take('-');
    return minus || (take('+') && false);
  }

  /// A number and its unit; leaves everything as it was when the next unit is another.
  bool part(char unit, std::int64_t milliseconds) {
    const std::string_view before = left_;
    const bool negative = takeSign();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), number);
    const bool is_number = error == std::errc{} && std::isdigit(static_cast<unsigned char>(left_.front())) != 0;
    if (is_number) left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
    const std::int64_t fraction = is_number && unit == 'S' ? takeFraction() : 0;
    if (!is_number || !take(unit)) {
      left_ = before;
      return false;
    }
    if (number > most / milliseconds) {
      failed_ = true;
      return true;
    }
    const std::int64_t sum = number * milliseconds + fraction;
    total_ += negative ? -sum : sum;
    return true;
  }

  /// Thousandths; finer digits are cut off.
  std::int64_t takeFraction() {
    if (!take('.') && !take(',')) return 0;
    std::int64_t thousandths = 0;
    std::int64_t worth = 100;
    for (; !left_.empty() && std::isdigit(static_cast<unsigned char>(left_.front())) != 0; left_.remove_prefix(1)) {
      thousandths += (left_.front() - '0') * worth;
      worth /= 10;
    }
    return thousandths;
  }

  std::string_view left_;
  std::int64_t total_ = 0;
  bool failed_ = false;
};

}  // namespace

AutoOffsetReset AutoOffsetReset::byDuration(Milliseconds ago) {
  if (ago < Milliseconds{0}) {
    throw Error{ErrorKind::invalid_argument, "an offset reset by a duration of " + std::to_string(ago.count()) +
                                                 " ms: the duration says how long ago, so it cannot be negative"};
  }
  return AutoOffsetReset{Kind::by_duration, ago};
}

std::optional<AutoOffsetReset> AutoOffsetReset::parse(std::string_view text) {
  if (text == "earliest") return earliest;
  if (text == "latest") return latest;
  if (text == "none") return none;
  if (!text.starts_with(by_duration)) return std::nullopt;
  const auto ago = IsoDuration{text.substr(by_duration.size())}.read();
  if (!ago || *ago < Milliseconds{0}) return std::nullopt;
  return byDuration(*ago);
}

std::string toString(const AutoOffsetReset& reset) {
  switch (reset.kind()) {
    case AutoOffsetReset::Kind::by_config:
      return "by_config";
    case AutoOffsetReset::Kind::earliest:
      return "earliest";
    case AutoOffsetReset::Kind::latest:
      return "latest";
    case AutoOffsetReset::Kind::none:
      return "none";
    case AutoOffsetReset::Kind::by_duration:
      break;
  }
  std::string text{by_duration};
  text += "PT" + std::to_string(reset.duration().count() / 1'000);
  if (const auto thousandths = reset.duration().count() % 1'000; thousandths != 0) {
    const std::string digits = std::to_string(thousandths);
    text += "." + std::string(3 - digits.size(), '0') + digits;
  }
  return text + "S";
}

}  // namespace widgetstream
