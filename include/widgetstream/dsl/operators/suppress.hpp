#pragma once

#include <string>
#include <utility>

#include "widgetstream/core/error.hpp"
#include "widgetstream/dsl/change.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"
#include "widgetstream/dsl/suppressed.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/change_buffer.hpp"

namespace widgetstream::detail {

/// What suppress() is told once its table is known.
struct SuppressPlan {
  std::string store;
  Milliseconds wait{0};
  BufferBounds bounds;
  /// True for windows: their time is the window's end, and deletes of windows nobody has heard of are not told.
  bool final_results = false;
};

/// Holds back updates: of each key the newest is sent, when it has waited long enough.
///
/// Shape   KTable<K, V> -> KTable<K, V>
/// Time    an update waits until stream time (the largest time this operator has seen) is `wait` past its buffer time:
///         the end of its window, or the time of the key's first update since it was sent last. Later updates of the key
///         replace value, time and headers, not the buffer time. What is sent bears the update's own time and headers.
/// State   the updates that wait, in memory with a changelog; see TypedChangeBuffer. Updates leave only when a record
///         comes
/// Errors  Error{fatal} naming the node when a strict buffer is full
template <class K, class V>
class SuppressProcessor final : public Processor<K, Change<V>, K, Change<V>> {
  using Buffer = TypedChangeBuffer<K, V>;

 public:
  explicit SuppressProcessor(SuppressPlan plan) : plan_(std::move(plan)) {}

  using Processor<K, Change<V>, K, Change<V>>::init;
  using Processor<K, Change<V>, K, Change<V>>::process;

  void init(ProcessorContext<K, Change<V>>& context) override {
    buffer_ = &context.template getStateStore<Buffer>(plan_.store);
  }

  void process(const Record<K, Change<V>>& record) override {
    stream_time_ = later(stream_time_, record.timestamp);
    buffer_->put(bufferTime(record), *record.key, record.value->new_value, record.value->old_value,
                 stampOf(this->context().recordContext(), record.timestamp, *record.headers));
    const Timestamp expired = stream_time_ - plan_.wait;
    while (!buffer_->empty() && buffer_->firstTime() <= expired) emitFirst();
    while (isFull()) {
      if (!plan_.bounds.emits_early) throwFull();
      emitFirst();
    }
  }

 private:
  [[nodiscard]] Timestamp bufferTime(const Record<K, Change<V>>& record) const {
    if constexpr (WindowedKeyTraits<K>::value) {
      if (plan_.final_results) return record.key->window.end;
    }
    return record.timestamp;
  }

  [[nodiscard]] bool isFull() const {
    return buffer_->size() > plan_.bounds.max_records || buffer_->bytes() > plan_.bounds.max_bytes;
  }

  void emitFirst() {
    const auto first = buffer_->first();
    if (first.new_value || !plan_.final_results) {
      const RecordStamp& stamp = first.stamp;
      const auto acting = this->context().any().actAs(
          {stamp.topic, stamp.partition, stamp.offset, stamp.timestamp, *stamp.headers});
      const Change<V> change{first.new_value, first.old_value};
      this->context().forward({Nullable<K>{first.key}, Nullable<Change<V>>{change}, stamp.timestamp, *stamp.headers});
    }
    buffer_->removeFirst();
  }

  [[noreturn]] void throwFull() {
    const bool by_records = buffer_->size() > plan_.bounds.max_records;
    const std::string held = by_records ? std::to_string(buffer_->size()) + " of " +
                                              std::to_string(plan_.bounds.max_records) + " records"
                                        : std::to_string(buffer_->bytes()) + " of " +
                                              std::to_string(plan_.bounds.max_bytes) + " bytes";
    throw Error{ErrorKind::fatal, "the buffer of suppress() '" + this->context().nodeName() + "' is full with " + held +
                                      ": give it more, or let it emitEarlyWhenFull()"};
  }

  SuppressPlan plan_;
  Buffer* buffer_ = nullptr;
  Timestamp stream_time_ = no_timestamp;
};

}  // namespace widgetstream::detail
