#include "state/small_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;

class FileDescriptor {
 public:
  FileDescriptor(const std::filesystem::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)) {}
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void refuse(const char* verb, const std::filesystem::path& file, const std::string& why) {
  throw Error(ErrorKind::invalid_config, std::string{"cannot "} + verb + " " + file.string() + ": " + why);
}
[[noreturn]] void refuse(const char* verb, const std::filesystem::path& file) {
  refuse(verb, file, std::generic_category().message(errno));
}

}  // namespace

std::optional<std::string> readSmallFile(const std::filesystem::path& file) {
  const FileDescriptor in(file, O_RDONLY);
  if (in.get() < 0 && errno == ENOENT) return std::nullopt;
  if (in.get() < 0) refuse("read", file);
  std::string text;
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t size = ::read(in.get(), part.data(), part.size());
    if (size < 0) refuse("read", file);
    if (size == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(size));
    if (text.size() > most_bytes) refuse("read", file, "it is larger than 1 MiB, so it is not ours");
  }
}

void writeSmallFile(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path temporary = file;
  temporary += ".tmp";
  {
    const FileDescriptor out(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (out.get() < 0) refuse("write", temporary);
    while (!text.empty()) {
      const ssize_t size = ::write(out.get(), text.data(), text.size());
      if (size < 0) refuse("write", temporary);
      text.remove_prefix(static_cast<std::size_t>(size));
    }
    if (::fsync(out.get()) != 0) refuse("write", temporary);
  }
  if (::rename(temporary.c_str(), file.c_str()) != 0) refuse("write", file);
}

}  // namespace widgetstream::detail
