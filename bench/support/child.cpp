#include "bench/support/child.hpp"

#include <sys/resource.h>

#include <filesystem>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace widgetstream;

namespace {

using Clock = Progress::Clock;

double secondsOf(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

double cpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return secondsOf(usage.ru_utime) + secondsOf(usage.ru_stime);
}

double peakResidentMb() {
  // Not ru_maxrss, which a child inherits from the process that started it.
  std::istringstream status{readFile("/proc/self/status")};
  for (std::string word; status >> word;) {
    double kb = 0;
    if (word == "VmHWM:" && status >> kb) return kb / 1024;
  }
  throw std::runtime_error{"/proc/self/status tells no VmHWM"};
}

std::string startedArgument() {
  return std::to_string(Clock::now().time_since_epoch().count());
}

std::string ownPath() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

RunFigures runInChild(std::vector<std::string> command) {
  const TempDir directory;
  Process child{{.command = std::move(command),
                 .output = directory.path() / "figures",
                 .error_output = directory.path() / "errors"}};
  const auto ended = child.wait(std::chrono::minutes{10});
  if (!ended || ended->code != 0)
    throw std::runtime_error{"a measured run " + std::string{ended ? "failed" : "took too long"} + ":\n" +
                             child.errorOutput()};
  return fromJson<RunFigures>(child.output());
}

RunFigures figuresOf(const Progress& progress, std::int64_t records, Clock::time_point started,
                     Clock::time_point ended) {
  const std::chrono::duration<double> took = ended - progress.firstAt();
  const std::chrono::duration<double, std::milli> before = progress.firstAt() - started;
  const auto count = static_cast<double>(records);
  return {.records_per_s = count / took.count(),
          .cpu_us_per_record = cpuSeconds() * 1e6 / count,
          .peak_rss_mb = peakResidentMb(),
          .first_record_ms = before.count()};
}
