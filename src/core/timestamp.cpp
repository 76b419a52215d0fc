#include "widgetstream/core/timestamp.hpp"

#include <cstdio>

namespace widgetstream {
namespace {

struct Date {
  std::int64_t year;
  int month;
  int day;
};

// std::chrono::year ends at 32767, Kafka's timestamps at 292278994. Source: Howard Hinnant, "chrono-Compatible
// Low-Level Date Algorithms", civil_from_days.
Date dateOf(std::int64_t days_since_1970) {
  const std::int64_t days = days_since_1970 + 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return Date{year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

}  // namespace

std::string toIso8601(Timestamp at) {
  constexpr std::int64_t day_millis = 86'400'000;
  const std::int64_t millis = toMillis(at);
  std::int64_t days = millis / day_millis;
  std::int64_t rest = millis % day_millis;
  if (rest < 0) {
    rest += day_millis;
    --days;
  }
  const Date date = dateOf(days);
  // ISO 8601 asks for a sign where four digits do not do, as Java's Instant prints it.
  const char* const sign = date.year < 0 ? "-" : date.year > 9999 ? "+" : "";
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%s%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", sign,
                                 static_cast<long long>(date.year < 0 ? -date.year : date.year), date.month, date.day,
                                 static_cast<int>(rest / 3'600'000), static_cast<int>(rest / 60'000 % 60),
                                 static_cast<int>(rest / 1000 % 60), static_cast<int>(rest % 1000));
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace widgetstream
