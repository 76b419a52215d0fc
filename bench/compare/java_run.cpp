#include "bench/compare/java_run.hpp"

#include <filesystem>
#include <stdexcept>

#include "tests/support/process.hpp"
#include "tests/support/server_files.hpp"
#include "tests/support/temp_dir.hpp"

using namespace widgetstream;

namespace {

/// Lives as long as the program.
const std::filesystem::path& classes() {
  static const TempDir directory;
  return directory.path();
}

}  // namespace

void buildJava() {
  const auto log = classes() / "javac.log";
  Process compiler{{.command = {"javac", "-cp", serverClassPath("streams"), "-d", classes().string(),
                                WIDGETSTREAM_COMPARE_JAVA},
                    .output = log,
                    .error_output = {},
                    .environment = {},
                    .working_directory = {}}};
  const auto ended = compiler.wait(std::chrono::minutes{2});
  if (!ended || ended->code != 0) throw std::runtime_error{"javac: " + readFile(log)};
}

std::vector<std::string> javaCommand(const std::string& workload, const Run& run, bool small,
                                     const std::string& started) {
  std::vector<std::string> command{"java"};
  if (small) command.emplace_back("-Xmx512m");
  command.insert(command.end(),
                 {"-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp",
                  classes().string() + ":" + serverClassPath("streams"), "Compare", workload, run.bootstrap_servers,
                  run.application_id, run.state_directory, run.input, run.table, run.output,
                  std::to_string(run.records), started});
  return command;
}
