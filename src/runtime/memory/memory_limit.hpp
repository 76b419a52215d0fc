#pragma once

#include <cstddef>
#include <filesystem>

namespace widgetstream {

/// The memory this process may have: the smallest limit of its control groups (version 2 or 1) and of those above them,
/// or the memory of the machine. `root` is where `proc` and `sys` are, for tests.
[[nodiscard]] std::size_t memoryOfProcess(const std::filesystem::path& root = "/");

}  // namespace widgetstream
