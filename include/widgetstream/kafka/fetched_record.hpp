#pragma once

#include <cstdint>
#include <utility>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// A record as it came from a partition, with the memory it lives in: moving it is cheap, destroying it gives the
/// memory back to the client that fetched it.
///
/// Views (key, value) live as long as this object. Headers are decoded when asked for.
class FetchedRecord {
 public:
  /// What the client that fetched the record does with its own memory.
  struct Owner {
    void (*release)(void* memory) noexcept;
    /// Replaces `into` by the record's headers.
    void (*headers)(void* memory, Headers& into);
  };

  FetchedRecord() = default;
  FetchedRecord(const Owner& owner, void* memory) noexcept : owner_(&owner), memory_(memory) {}
  FetchedRecord(FetchedRecord&& other) noexcept { swap(other); }
  FetchedRecord& operator=(FetchedRecord&& other) noexcept {
    if (this != &other) {
      FetchedRecord gone{std::move(*this)};
      swap(other);
    }
    return *this;
  }
  FetchedRecord(const FetchedRecord&) = delete;
  FetchedRecord& operator=(const FetchedRecord&) = delete;
  ~FetchedRecord() {
    if (owner_) owner_->release(memory_);
  }

  /// True if the record may have headers; false saves the call.
  bool has_headers = false;
  void headers(Headers& into) const {
    if (owner_ && has_headers) {
      owner_->headers(memory_, into);
    } else {
      into.clear();
    }
  }

  /// Whatever the caller of Consumer::add() wanted to find again.
  std::uint64_t tag = 0;
  std::int64_t offset = -1;
  Timestamp timestamp = no_timestamp;
  NullableBytesView key;
  NullableBytesView value;

 private:
  void swap(FetchedRecord& other) noexcept {
    std::swap(owner_, other.owner_);
    std::swap(memory_, other.memory_);
    std::swap(has_headers, other.has_headers);
    std::swap(tag, other.tag);
    std::swap(offset, other.offset);
    std::swap(timestamp, other.timestamp);
    std::swap(key, other.key);
    std::swap(value, other.value);
  }

  const Owner* owner_ = nullptr;
  void* memory_ = nullptr;
};

}  // namespace widgetstream
