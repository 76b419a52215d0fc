#include "tests/support/server_files.hpp"

#include <cstdlib>
#include <stdexcept>

#include "tests/support/process.hpp"

namespace widgetstream {

std::string serverClassPath(const std::string& server) {
  const char* named = std::getenv("WIDGETSTREAM_TEST_SERVERS");
  const std::filesystem::path servers = named != nullptr ? named : WIDGETSTREAM_TEST_SERVERS_DIR;
  const auto jars = servers / server;
  if (!std::filesystem::exists(servers / "complete")) {
    throw std::runtime_error{"the " + server + " test server is missing in " + jars.string() +
                             ": run scripts/fetch-servers, which needs Java 17 and Maven (scripts/setup test)"};
  }
  return jars.string() + "/*:" + jars.string();
}

std::string logTail(const std::filesystem::path& log) {
  constexpr std::size_t shown_bytes = 4000;
  const auto text = readFile(log);
  return text.size() <= shown_bytes ? text : "..." + text.substr(text.size() - shown_bytes);
}

}  // namespace widgetstream
