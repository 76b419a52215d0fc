#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "state/buffered_record.hpp"
#include "state/slot_array.hpp"
#include "widgetstream/state/change_buffer.hpp"

namespace widgetstream::detail {

/// The content of an open ChangeBuffer.
///
/// An entry has up to three versions: the one last committed and the one last logged are bytes, as in the changelog; a
/// newer one is `live`, as objects. So a buffer that is mostly waiting costs little more than its bytes, and a key that
/// changes often is encoded once a commit.
class ChangeBuffer::Changes {
 public:
  Changes(const ChangeBufferOptions& options, std::shared_ptr<const ValueType> type, StoreContext& context);
  ~Changes();
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  void put(Timestamp time, BytesView key, const void* new_value, const void* old_value, const RecordStamp& stamp);
  [[nodiscard]] WaitingChange first();
  void removeFirst();
  [[nodiscard]] Timestamp firstTime();
  [[nodiscard]] Prior prior(BytesView key);
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  void log();
  void commit();
  void discard();
  void restore(std::span<const ChangelogRecord> records);
  [[nodiscard]] std::size_t liveBytes() const noexcept;
  [[nodiscard]] std::size_t heldBytes() const noexcept { return held_bytes_ + liveBytes(); }

 private:
  struct Entry;
  using Index = std::unordered_map<BytesView, Entry*>;

  /// The newest version of an entry while it is not in the changelog.
  struct Live {
    explicit Live(std::shared_ptr<const ValueType> type) : values(std::move(type), 2) {}
    SlotArray values;  // new, old
    NullableBytes prior;
    const std::string* topic = nullptr;
    std::int32_t partition = -1;
    std::int64_t offset = -1;
    Timestamp timestamp = no_timestamp;
    Headers headers;

    [[nodiscard]] RecordStamp stamp() const { return {*topic, partition, offset, timestamp, &headers}; }
  };

  struct Entry {
    Bytes key;
    Timestamp time = no_timestamp;
    Bytes committed;  // empty: none
    Bytes logged;     // what the next commit makes the committed one; empty: a tombstone
    std::unique_ptr<Live> live;
    std::size_t bytes = 0;  // what it counts for
    bool waits = false;     // false: it has left, which is still to be logged or committed
    bool touched = false;   // it is in touched_
    bool dirty = false;     // changed since it was logged
    bool was_logged = false;
    Index::node_type place;  // while it is not in the index

    [[nodiscard]] const Bytes& newestBytes() const noexcept { return was_logged ? logged : committed; }
  };

  [[nodiscard]] Entry* find(BytesView key) const;
  Entry& make(BytesView key);
  void free(Entry& entry) noexcept;
  void touch(Entry& entry);

  [[nodiscard]] std::unique_ptr<Live> spareLive();
  void release(std::unique_ptr<Live> live) noexcept;
  void fill(Live& live, const void* new_value, const void* old_value, const RecordStamp& stamp);
  [[nodiscard]] NullableBytesView encodedValue(const void* slot, Bytes& buffer) const;

  /// As the changelog has it.
  void encode(const Entry& entry, Bytes& out);
  void arrive(Entry& entry, Timestamp time);
  void order();
  void count(Entry& entry);
  void restoreOne(const ChangelogRecord& record);
  void forgetEverything() noexcept;

  const ChangeBufferOptions& options_;
  const std::shared_ptr<const ValueType> type_;
  StoreContext& context_;

  Index index_;                                        // owns its entries
  std::vector<std::unique_ptr<Entry>> free_entries_;   // up to its capacity
  std::vector<std::unique_ptr<Live>> free_lives_;      // up to its capacity
  std::size_t live_count_ = 0;
  std::vector<Entry*> heap_;  // of the waiting ones, unless it is to be made anew
  bool ordered_ = true;
  std::vector<Entry*> touched_;  // since the last commit, in order
  std::set<std::string, std::less<>> topics_;

  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
  std::size_t held_bytes_ = 0;

  SlotArray shown_;  // new, old, prior, of entries that are bytes
  Headers shown_headers_;
  Bytes old_buffer_;
  Bytes new_buffer_;
  Bytes log_buffer_;
};

}  // namespace widgetstream::detail
