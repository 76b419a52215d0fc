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
  FetchedRecord(FetchedRecord&& other) noexcept { take(other); }
  FetchedRecord& operator=(FetchedRecord&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  FetchedRecord(const FetchedRecord&) = delete;
  FetchedRecord& operator=(const FetchedRecord&) = delete;
  ~FetchedRecord() { reset(); }

  /// Gives the memory back now; key and value must not be looked at afterwards.
  void reset() noexcept {
    if (owner_) std::exchange(owner_, nullptr)->release(memory_);
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
  /// Records are moved several times on their way, so this copies and leaves `other` without an owner, no more.
  void take(FetchedRecord& other) noexcept {
    owner_ = std::exchange(other.owner_, nullptr);
    memory_ = other.memory_;
    has_headers = other.has_headers;
    tag = other.tag;
    offset = other.offset;
    timestamp = other.timestamp;
    key = other.key;
    value = other.value;
  }

  const Owner* owner_ = nullptr;
  void* memory_ = nullptr;
};

}  // namespace widgetstream
