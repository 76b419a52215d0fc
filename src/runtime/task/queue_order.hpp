#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "runtime/task/record_queue.hpp"

namespace widgetstream {

/// The inputs of a task that have a record, the one with the smallest timestamp first.
///
/// Order    among equal timestamps as Java's java.util.PriorityQueue has it (PartitionGroup.nextRecord): a binary heap in
///          an array, where what is added last goes up only past larger ones. Which of two equal inputs comes first is
///          therefore the same as there.
/// State    borrows the queues; each is in it at most once
class QueueOrder {
 public:
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  void clear() noexcept { heap_.clear(); }

  void offer(RecordQueue& queue) {
    heap_.push_back(&queue);
    std::size_t at = heap_.size() - 1;
    while (at > 0) {
      const std::size_t parent = (at - 1) / 2;
      if (!(time(&queue) < time(heap_[parent]))) break;
      heap_[at] = heap_[parent];
      at = parent;
    }
    heap_[at] = &queue;
  }

  /// The first one; null when there is none.
  [[nodiscard]] RecordQueue* poll() noexcept {
    if (heap_.empty()) return nullptr;
    RecordQueue* const first = heap_.front();
    RecordQueue* const last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) siftDown(last);
    return first;
  }

 private:
  [[nodiscard]] static Timestamp time(const RecordQueue* queue) noexcept { return queue->headTimestamp(); }

  void siftDown(RecordQueue* moved) noexcept {
    std::size_t at = 0;
    for (std::size_t child = 1; child < heap_.size(); child = 2 * at + 1) {
      if (child + 1 < heap_.size() && time(heap_[child]) > time(heap_[child + 1])) ++child;
      if (time(moved) <= time(heap_[child])) break;
      heap_[at] = heap_[child];
      at = child;
    }
    heap_[at] = moved;
  }

  std::vector<RecordQueue*> heap_;
};

}  // namespace widgetstream
