#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace widgetstream {

/// True when scripts/torture runs the tests: those with rounds do as many as find what is rare.
[[nodiscard]] inline bool torturing() { return std::getenv("WIDGETSTREAM_TORTURE") != nullptr; }

/// How many rounds a test does: `usual` in scripts/test, `torture` in scripts/torture.
[[nodiscard]] inline int rounds(int usual, int torture) { return torturing() ? torture : usual; }

/// Prints one line that scripts/torture collects: what was done, and what came of it. Nothing when the test has failed.
template <class... Parts>
void figure(std::string_view scenario, const Parts&... parts) {
  if (testing::Test::HasFailure()) return;
  std::cout << "figure " << scenario << ": ";
  (std::cout << ... << parts) << std::endl;
}

}  // namespace widgetstream
