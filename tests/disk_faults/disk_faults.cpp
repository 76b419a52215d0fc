// Preloaded into a program, makes its disk full or bad below one directory, while the program runs. WIDGETSTREAM_DISK_FAULTS
// names a file with two numbers of four bytes. The first is 0 for a good disk, -1 for a full one, n for one on which one write,
// truncation or sync in n fails; in the second the calls that failed are counted. WIDGETSTREAM_DISK_FAULTS_BELOW names the
// directory.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct Control {
  volatile std::int32_t state;
  std::atomic<std::uint32_t> faults;
};

Control* openControl() {
  const char* const path = std::getenv("WIDGETSTREAM_DISK_FAULTS");
  if (!path) return nullptr;
  const int file = ::open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const shared = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  return shared == MAP_FAILED ? nullptr : static_cast<Control*>(shared);
}

bool isBelow(int file) {
  const char* const below = std::getenv("WIDGETSTREAM_DISK_FAULTS_BELOW");
  if (!below) return false;
  char link[64];
  char path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = ::readlink(link, path, sizeof path - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  return std::strncmp(path, below, std::strlen(below)) == 0;
}

/// The error that the next call on `file` has; 0 for none. `grows` tells a call that needs room.
int faultOf(int file, bool grows) {
  static Control* const control = openControl();
  static std::atomic<std::uint32_t> calls{0};
  const std::int32_t state = control ? control->state : 0;
  if (state == 0 || !isBelow(file)) return 0;
  const bool fails = state < 0 ? grows : calls.fetch_add(1) % static_cast<std::uint32_t>(state) == 0;
  if (!fails) return 0;
  control->faults.fetch_add(1);
  return state < 0 ? ENOSPC : EIO;
}

template <class Result>
Result failed(int error) {
  errno = error;
  return -1;
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  if (const int error = faultOf(file, true)) return failed<ssize_t>(error);
  return ::syscall(SYS_write, file, bytes, size);
}
ssize_t writev(int file, const struct iovec* pieces, int count) {
  if (const int error = faultOf(file, true)) return failed<ssize_t>(error);
  return ::syscall(SYS_writev, file, pieces, count);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  if (const int error = faultOf(file, true)) return failed<ssize_t>(error);
  return ::syscall(SYS_pwrite64, file, bytes, size, at);
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) { return pwrite64(file, bytes, size, at); }
int fallocate64(int file, int mode, off64_t at, off64_t size) {
  if (const int error = faultOf(file, true)) return failed<int>(error);
  return static_cast<int>(::syscall(SYS_fallocate, file, mode, at, size));
}
int fallocate(int file, int mode, off_t at, off_t size) { return fallocate64(file, mode, at, size); }
int ftruncate64(int file, off64_t size) noexcept {
  if (const int error = faultOf(file, false)) return failed<int>(error);
  return static_cast<int>(::syscall(SYS_ftruncate, file, size));
}
int ftruncate(int file, off_t size) noexcept { return ftruncate64(file, size); }
int fsync(int file) {
  if (const int error = faultOf(file, false)) return failed<int>(error);
  return static_cast<int>(::syscall(SYS_fsync, file));
}
int fdatasync(int file) {
  if (const int error = faultOf(file, false)) return failed<int>(error);
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

}  // extern "C"
