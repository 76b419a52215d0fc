#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>

#include "widgetstream/core/error.hpp"
#include "widgetstream/runtime/application_reset.hpp"

namespace widgetstream {
namespace {

/// Takes a text apart from the left; once something does not fit, nothing does.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool fits() const noexcept { return fits_; }
  [[nodiscard]] bool atEnd() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool next(char wanted) noexcept {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void need(char wanted) noexcept { fits_ = next(wanted) && fits_; }

  /// Exactly `digits` digits.
  int number(std::size_t digits) noexcept {
    int value = 0;
    const auto part = rest_.substr(0, digits);
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc{} || part.size() < digits || end != part.data() + digits || part.front() == '-') fits_ = false;
    if (fits_) rest_.remove_prefix(digits);
    return value;
  }
  /// Digits and perhaps a fraction.
  double decimal() noexcept {
    std::size_t size = 0;
    while (size < rest_.size() && (std::isdigit(static_cast<unsigned char>(rest_[size])) || rest_[size] == '.')) ++size;
    double value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + size, value);
    if (size == 0 || error != std::errc{} || end != rest_.data() + size) fits_ = false;
    if (fits_) rest_.remove_prefix(size);
    return value;
  }

 private:
  std::string_view rest_;
  bool fits_ = true;
};

[[noreturn]] void refuse(std::string_view text, const char* expected) {
  throw Error{ErrorKind::invalid_argument, "'" + std::string{text} + "' is not " + expected};
}

constexpr const char* expected_time = "a point in time like 2026-01-31T12:00:00.000 or 2026-01-31T12:00:00Z";
constexpr const char* expected_duration = "a duration like P7D, PT1H30M or P1DT12H";

}  // namespace

Timestamp parseIso8601(std::string_view text) {
  using namespace std::chrono;
  Reader reader{text};
  const int year_number = reader.number(4);
  reader.need('-');
  const int month_number = reader.number(2);
  reader.need('-');
  const int day_number = reader.number(2);
  const year_month_day date{year{year_number}, month{static_cast<unsigned>(month_number)},
                            day{static_cast<unsigned>(day_number)}};
  reader.need('T');
  const int hour = reader.number(2);
  reader.need(':');
  const int minute = reader.number(2);
  double second = 0;
  if (reader.fits() && reader.next(':')) second = reader.decimal();
  if (!reader.fits() || !date.ok() || hour > 23 || minute > 59 || second >= 61) refuse(text, expected_time);
  Timestamp at = sys_days{date} + hours{hour} + minutes{minute} +
                 Milliseconds{static_cast<std::int64_t>(std::llround(second * 1000))};
  const bool east = reader.next('+');
  if (east || reader.next('-')) {
    const int offset_hours = reader.number(2);
    (void)reader.next(':');
    const int offset_minutes = reader.number(2);
    const Milliseconds offset = hours{offset_hours} + minutes{offset_minutes};
    at += east ? -offset : offset;
  } else {
    (void)reader.next('Z');
  }
  if (!reader.fits() || !reader.atEnd()) refuse(text, expected_time);
  return at;
}

Milliseconds parseIso8601Duration(std::string_view text) {
  Reader reader{text};
  reader.need('P');
  double millis = 0;
  bool of_time = false;
  bool any = false;
  while (reader.fits() && !reader.atEnd()) {
    if (!of_time && reader.next('T')) {
      of_time = true;
      any = false;
      continue;
    }
    const double amount = reader.decimal();
    if (!of_time && reader.next('D')) {
      millis += amount * 86'400'000;
    } else if (!of_time && reader.next('W')) {
      millis += amount * 7 * 86'400'000;
    } else if (of_time && reader.next('H')) {
      millis += amount * 3'600'000;
    } else if (of_time && reader.next('M')) {
      millis += amount * 60'000;
    } else if (of_time && reader.next('S')) {
      millis += amount * 1'000;
    } else {
      refuse(text, expected_duration);
    }
    any = true;
  }
  if (!reader.fits() || !any) refuse(text, expected_duration);
  return Milliseconds{static_cast<std::int64_t>(std::llround(millis))};
}

}  // namespace widgetstream
