#include "serde/iso8601.hpp"

#include <chrono>

namespace widgetstream::detail {
namespace {

/// Takes pieces off the front of a text; after the first that does not fit, nothing fits.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : text_(text) {}

  bool take(std::string_view one_of) noexcept {
    if (text_.empty() || one_of.find(text_.front()) == std::string_view::npos) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(std::string_view one_of) noexcept { good_ = take(one_of) && good_; }

  /// Exactly `digits` digits, at most `most`.
  int number(int digits, int most) noexcept {
    int value = 0;
    for (; digits > 0; --digits) value = value * 10 + digit();
    good_ = good_ && value <= most;
    return value;
  }

  int digit() noexcept {
    if (!atDigit()) {
      good_ = false;
      return 0;
    }
    const int value = text_.front() - '0';
    text_.remove_prefix(1);
    return value;
  }

  [[nodiscard]] bool atDigit() const noexcept { return !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; }
  [[nodiscard]] bool atEnd() const noexcept { return text_.empty(); }
  [[nodiscard]] bool good() const noexcept { return good_; }

 private:
  std::string_view text_;
  bool good_ = true;
};

std::chrono::sys_days date(Scanner& from, bool& exists) noexcept {
  const std::chrono::year year{from.number(4, 9999)};
  from.expect("-");
  const std::chrono::month month{static_cast<unsigned>(from.number(2, 12))};
  from.expect("-");
  const std::chrono::day day{static_cast<unsigned>(from.number(2, 31))};
  const std::chrono::year_month_day date{year, month, day};
  exists = date.ok();
  return exists ? std::chrono::sys_days{date} : std::chrono::sys_days{};
}

Milliseconds timeOfDay(Scanner& from) noexcept {
  const std::chrono::hours hours{from.number(2, 23)};
  from.expect(":");
  const std::chrono::minutes minutes{from.number(2, 59)};
  from.expect(":");
  const std::chrono::seconds seconds{from.number(2, 59)};
  int millis = 0;
  if (from.take(".,")) {
    int weight = 100;
    do {
      millis += from.digit() * weight;
      weight /= 10;
    } while (from.atDigit());
  }
  return hours + minutes + seconds + Milliseconds{millis};
}

std::chrono::minutes offset(Scanner& from) noexcept {
  if (from.take("Zz")) return std::chrono::minutes{0};
  const bool west = from.take("-");
  if (!west) from.expect("+");
  int minutes = from.number(2, 23) * 60;
  if (from.take(":") || from.atDigit()) minutes += from.number(2, 59);
  return std::chrono::minutes{west ? -minutes : minutes};
}

}  // namespace

std::optional<Timestamp> parseIso8601(std::string_view text) noexcept {
  Scanner from{text};
  bool exists = false;
  Timestamp at = date(from, exists);
  from.expect("Tt ");
  at += timeOfDay(from);
  at -= offset(from);
  if (!exists || !from.good() || !from.atEnd()) return std::nullopt;
  return at;
}

}  // namespace widgetstream::detail
