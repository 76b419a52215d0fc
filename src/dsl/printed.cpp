#include "widgetstream/dsl/printed.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "widgetstream/core/error.hpp"
#include "widgetstream/dsl/operators/print.hpp"

namespace widgetstream::detail {
namespace {

class FileTarget final : public PrintTarget {
 public:
  FileTarget(std::FILE* file, std::string name, bool owned) : file_(file), name_(std::move(name)), owned_(owned) {}
  ~FileTarget() override {
    if (owned_) std::fclose(file_);
  }
  FileTarget(const FileTarget&) = delete;
  FileTarget& operator=(const FileTarget&) = delete;

  void write(const std::string& line) override {
    const std::lock_guard lock{mutex_};
    const std::string whole = line + '\n';
    const bool written = std::fwrite(whole.data(), 1, whole.size(), file_) == whole.size();
    if (!written || std::fflush(file_) != 0) {
      throw Error{ErrorKind::bad_record, "a record cannot be printed to " + name_ + ": " + std::strerror(errno)};
    }
  }

 private:
  std::mutex mutex_;
  std::FILE* file_;  // guarded by mutex_
  std::string name_;
  bool owned_;
};

template <class Number>
std::string shortest(Number number) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

}  // namespace

std::shared_ptr<PrintTarget> standardOutput() {
  return std::make_shared<FileTarget>(stdout, "the standard output", false);
}

std::shared_ptr<PrintTarget> printedFile(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (!file) {
    throw Error{ErrorKind::invalid_topology,
                "print() cannot write to the file '" + path + "': " + std::strerror(errno)};
  }
  return std::make_shared<FileTarget>(file, "the file '" + path + "'", true);
}

std::string printedText(double number) { return shortest(number); }
std::string printedText(float number) { return shortest(number); }

}  // namespace widgetstream::detail
