#include "bench/support/event_log.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <system_error>

struct EventLog::Header {
  std::atomic<std::uint64_t> count;
  std::uint64_t capacity;

  [[nodiscard]] HandledRecord* records() noexcept { return reinterpret_cast<HandledRecord*>(this + 1); }
};

EventLog::EventLog(const std::filesystem::path& file, std::size_t capacity)
    : bytes_(sizeof(Header) + capacity * sizeof(HandledRecord)) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0 || ::ftruncate(descriptor, static_cast<off_t>(bytes_)) != 0)
    throw std::system_error{errno, std::generic_category(), "making " + file.string()};
  void* memory = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (memory == MAP_FAILED) throw std::system_error{errno, std::generic_category(), "mapping " + file.string()};
  header_ = ::new (memory) Header{0, capacity};
}

EventLog::~EventLog() {
  ::munmap(header_, bytes_);
}

void EventLog::add(std::int32_t partition) noexcept {
  const std::uint64_t at = header_->count.load(std::memory_order_relaxed);
  if (at >= header_->capacity) return;
  header_->records()[at] = {partition, std::chrono::steady_clock::now().time_since_epoch().count()};
  header_->count.store(at + 1, std::memory_order_release);
}

std::vector<HandledRecord> EventLog::read(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::uint64_t head[2]{};
  if (!in.read(reinterpret_cast<char*>(head), sizeof head)) return {};
  std::vector<HandledRecord> records(head[0]);
  in.read(reinterpret_cast<char*>(records.data()), static_cast<std::streamsize>(records.size() * sizeof(HandledRecord)));
  return records;
}
