#pragma once

#include <filesystem>
#include <string>

namespace widgetstream {

/// The class path of a Java program: the servers "kafka" and "mongo", and "streams". Read from the directory WIDGETSTREAM_TEST_SERVERS names, or
/// from build/servers of the source tree.
///
/// Errors   std::runtime_error when the files are missing; it says what to run
[[nodiscard]] std::string serverClassPath(const std::string& server);

/// The last lines of a server's log, for the message of a failure.
[[nodiscard]] std::string logTail(const std::filesystem::path& log);

}  // namespace widgetstream
