#include "tests/support/process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

[[noreturn]] void throwErrno(const std::string& what) {
  throw std::system_error{errno, std::generic_category(), what};
}

int openForAppend(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) throwErrno("open " + path.string());
  return file;
}

std::vector<std::string> environmentWith(const std::map<std::string, std::string>& added) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text{*variable};
    if (!added.contains(std::string{text.substr(0, text.find('='))})) variables.emplace_back(text);
  }
  for (const auto& [name, value] : added) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (auto& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

ProcessExit decode(int status) {
  if (WIFSIGNALED(status)) return {.code = -1, .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status), .signal = 0};
}

}  // namespace

Process::Process(const ProcessOptions& options)
    : output_(options.output), error_output_(options.error_output.empty() ? options.output : options.error_output) {
  if (options.command.empty()) throw std::invalid_argument{"Process: no command"};
  // All memory is allocated before the fork: the child of a process with threads may only make system calls.
  auto command = options.command;
  auto environment = environmentWith(options.environment);
  const auto arguments = pointers(command);
  const auto variables = pointers(environment);
  const int null_input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int out = openForAppend(output_);
  const int err = openForAppend(error_output_);
  int failure[2];
  if (::pipe2(failure, O_CLOEXEC) != 0) throwErrno("pipe");
  const pid_t parent = ::getpid();

  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::dup2(null_input, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const bool entered = options.working_directory.empty() || ::chdir(options.working_directory.c_str()) == 0;
    if (entered) ::execvpe(arguments[0], arguments.data(), variables.data());
    const int code = errno;
    [[maybe_unused]] const auto written = ::write(failure[1], &code, sizeof code);
    ::_exit(127);
  }
  const int fork_error = errno;
  for (const int file : {null_input, out, err, failure[1]}) ::close(file);
  int code = pid_ < 0 ? fork_error : 0;
  // The pipe closes without a word when exec succeeds.
  if (pid_ > 0 && ::read(failure[0], &code, sizeof code) > 0) ::waitpid(pid_, nullptr, 0);
  ::close(failure[0]);
  if (code != 0) throw std::system_error{code, std::generic_category(), "cannot start " + options.command.front()};
}

Process::~Process() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Process::running() {
  if (exit_) return false;
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
  if (ended == pid_) exit_ = decode(status);
  return ended == 0;
}

void Process::signal(int number) {
  if (running()) ::kill(pid_, number);
}

std::optional<ProcessExit> Process::wait(std::chrono::milliseconds timeout) {
  (void)waitUntil([this] { return !running(); }, timeout);
  return exit_;
}

ProcessExit Process::end(int number, std::chrono::milliseconds timeout) {
  signal(number);
  if (const auto ended = wait(timeout)) return *ended;
  signal(SIGKILL);
  return wait(std::chrono::seconds{30}).value_or(ProcessExit{});
}

std::string Process::output() const {
  return readFile(output_);
}
std::string Process::errorOutput() const {
  return readFile(error_output_);
}

bool Process::waitForOutput(std::string_view text, std::chrono::milliseconds timeout) {
  const auto written = [&] { return output().find(text) != std::string::npos; };
  (void)waitUntil([&] { return written() || !running(); }, timeout);
  return written();
}

std::chrono::milliseconds Process::processorTime() const {
  // The second field is the program's name in brackets and may hold anything; the 14th and 15th are what is asked for.
  const std::string stat = readFile("/proc/" + std::to_string(pid_) + "/stat");
  std::istringstream fields{stat.substr(std::min(stat.size(), stat.rfind(')') + 1))};
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  long user = 0;
  long system = 0;
  fields >> user >> system;
  return std::chrono::milliseconds{(user + system) * 1000 / ::sysconf(_SC_CLK_TCK)};
}

std::size_t Process::residentBytes() const {
  std::istringstream pages{readFile("/proc/" + std::to_string(pid_) + "/statm")};
  std::size_t all = 0;
  std::size_t resident = 0;
  pages >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::string readFile(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

int freePort() {
  std::random_device seed;
  std::uniform_int_distribution<int> any{15'000, 31'999};
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int port = any(seed);
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) throwErrno("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool free = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    if (free) return port;
  }
  throw std::runtime_error{"freePort: no free port of 127.0.0.1 between 15000 and 31999"};
}

}  // namespace widgetstream
