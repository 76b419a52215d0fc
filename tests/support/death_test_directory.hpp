#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "tests/support/temp_dir.hpp"

namespace widgetstream {

/// The process of a death test is this program, run again: it finds the directory of the test in the environment.
class DeathTestDirectory : public ::testing::Test {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    if (std::getenv(variable)) return;
    directory_ = std::make_unique<TempDir>();
    ::setenv(variable, directory_->path().c_str(), 1);
  }
  void TearDown() override {
    if (directory_) ::unsetenv(variable);
  }
  [[nodiscard]] static std::filesystem::path path() { return std::getenv(variable); }

 private:
  static constexpr const char* variable = "WIDGETSTREAM_TEST_CRASH_DIRECTORY";

  std::unique_ptr<TempDir> directory_;
};

}  // namespace widgetstream
