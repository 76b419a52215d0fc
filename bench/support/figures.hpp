#pragma once

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "widgetstream/serde/json.hpp"

/// What one run of a workload came to; units are in the names.
struct RunFigures {
  double records_per_s = 0;      ///< from the first record's arrival to the end of close
  double cpu_us_per_record = 0;  ///< user and system time of the whole process
  double peak_rss_mb = 0;        ///< VmHWM; a MB is 2^20 bytes
  double first_record_ms = 0;    ///< from the start of the process to the first record's arrival
  double running_ms = 0;         ///< from the start of the process to RUNNING; 0: a loop that has no such state
  double gets_ratio = 0;         ///< time of gets in the store as it was left, by that in a compacted one
};

template <>
struct widgetstream::Describe<RunFigures> {
  static constexpr auto fields = describe(field("records_per_s", &RunFigures::records_per_s),
                                          field("cpu_us_per_record", &RunFigures::cpu_us_per_record),
                                          field("peak_rss_mb", &RunFigures::peak_rss_mb),
                                          field("first_record_ms", &RunFigures::first_record_ms),
                                          field("running_ms", &RunFigures::running_ms),
                                          field("gets_ratio", &RunFigures::gets_ratio));
};

/// Two digits after the point: more would be noise.
[[nodiscard]] inline double rounded(double figure) {
  return std::round(figure * 100) / 100;
}

/// The value that a share of `portion` of the others do not exceed, by nearest rank.
[[nodiscard]] inline double percentile(std::vector<double> values, double portion) {
  if (values.empty()) throw std::invalid_argument{"no values to take a percentile of"};
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(portion * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

[[nodiscard]] inline double median(std::vector<double> values) {
  return percentile(std::move(values), 0.5);
}

/// Each figure's median by itself.
[[nodiscard]] inline RunFigures medianOf(const std::vector<RunFigures>& runs) {
  RunFigures result;
  for (double RunFigures::*figure : {&RunFigures::records_per_s, &RunFigures::cpu_us_per_record,
                                     &RunFigures::peak_rss_mb, &RunFigures::first_record_ms, &RunFigures::running_ms,
                                     &RunFigures::gets_ratio}) {
    std::vector<double> values;
    for (const RunFigures& run : runs) values.push_back(run.*figure);
    result.*figure = rounded(median(std::move(values)));
  }
  return result;
}
