// Times as text: what is taken, and that dates which do not exist are not.
#include "serde/iso8601.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/serde/random_values.hpp"

namespace widgetstream::tests {
namespace {

using detail::parseIso8601;

constexpr std::int64_t noon = 1'769'860'800'000;

TEST(Iso8601, IsReadInTheFormsInUse) {
  const std::vector<std::pair<std::string, std::int64_t>> table = {
      {"2026-01-31T12:00:00.000Z", noon},
      {"2026-01-31T12:00:00Z", noon},
      {"2026-01-31t12:00:00z", noon},
      {"2026-01-31 12:00:00Z", noon},
      {"2026-01-31T12:00:00.1Z", noon + 100},
      {"2026-01-31T12:00:00.1239999Z", noon + 123},
      {"2026-01-31T12:00:00,123456789Z", noon + 123},
      {"2026-01-31T13:30:00+01:30", noon},
      {"2026-01-31T05:00:00-0700", noon},
      {"2026-01-31T13:00:00+01", noon},
      {"1970-01-01T00:00:00.000Z", 0},
      {"1969-12-31T23:59:59.999Z", -1},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000},
      {"0000-01-01T00:00:00Z", -62'167'219'200'000},
      {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
  };
  for (const auto& [text, millis] : table) EXPECT_EQ(parseIso8601(text), fromMillis(millis)) << text;
}

TEST(Iso8601, IsRefusedInAnyOtherForm) {
  const std::vector<std::string> table = {
      "",
      "2026",
      "2026-01-31",
      "2026-01-31T12:00Z",
      "2026-01-31T12:00:00",  // nobody's time zone
      "2026-01-31T12:00:00.Z",
      "2026-01-31T12:00:00.000Zx",
      "2026-01-31T12:00:00.000 Z",
      " 2026-01-31T12:00:00.000Z",
      "2026-02-29T12:00:00Z",
      "2026-13-01T12:00:00Z",
      "2026-00-01T12:00:00Z",
      "2026-01-00T12:00:00Z",
      "2026-01-32T12:00:00Z",
      "2026-01-31T24:00:00Z",
      "2026-01-31T12:60:00Z",
      "2026-01-31T12:00:60Z",
      "2026-01-31T12:00:00+1",
      "2026-01-31T12:00:00+25:00",
      "2026-01-31T12:00:00+01:",
      "26-01-31T12:00:00Z",
      "2026/01/31T12:00:00Z",
      "+2026-01-31T12:00:00Z",
      "2026-01-31T1a:00:00Z",
  };
  for (const auto& text : table) EXPECT_EQ(parseIso8601(text), std::nullopt) << text;
}

TEST(Iso8601, IsWhatTheCoreWrites) {
  RandomValues values{7};
  for (int i = 0; i < 2000; ++i) {
    const Timestamp at = values.timestamp();
    const std::string text = toIso8601(at);
    if (text.size() != 24) continue;  // beyond the year 9999
    EXPECT_EQ(parseIso8601(text), at) << text;
  }
}

}  // namespace
}  // namespace widgetstream::tests
