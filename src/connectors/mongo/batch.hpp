#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/mongo/transport.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/processor/sink.hpp"

namespace widgetstream {

/// What one sink has in the writer. The plain members are guarded by the writer's mutex.
struct MongoChannel {
  std::uint64_t offered = 0;
  /// Of those offered, from the first on: acknowledged or rejected. Operations complete in order, a batch at a time.
  std::uint64_t completed = 0;
  std::vector<SinkRejection> rejections;
  bool failed = false;
  std::string failure;
  /// Its task has left. What is not on its way must not be written any more: the task's next owner may have written a
  /// newer value.
  std::atomic<bool> closed{false};

  std::shared_ptr<Counter> written;
  std::shared_ptr<Counter> rejected;
};

/// One document on its way.
struct MongoOperation {
  std::shared_ptr<MongoChannel> channel;
  Origin origin;
  std::string selector;
  std::string document;  ///< empty deletes

  [[nodiscard]] std::size_t bytes() const noexcept { return selector.size() + document.size(); }
};

/// Operations that go to Mongo together. Of several with one `_id` only the last is written: in a bulk that has no
/// order, the others would race with it. If the last is rejected, the one before takes its place.
class MongoBatch {
 public:
  /// An operation of the batch.
  using Index = std::uint32_t;

  /// In the order they were offered.
  explicit MongoBatch(std::vector<MongoOperation> operations);

  [[nodiscard]] const std::vector<MongoOperation>& operations() const noexcept { return operations_; }
  /// The last operation of each `_id`.
  [[nodiscard]] const std::vector<Index>& last() const noexcept { return last_; }

  /// Replaces each of `heads` whose channel has closed by the operation before it, and removes those that have none.
  void dropClosed(std::vector<Index>& heads) const;
  /// The operation with the same `_id` before `index`; `none` when there is none.
  [[nodiscard]] Index before(Index index) const noexcept { return before_[index]; }
  static constexpr Index none = ~Index{0};

  /// Replacements first, then deletions: a bulk becomes one command for each run of a kind. Sorts `heads` so.
  [[nodiscard]] std::vector<MongoWrite> writes(std::vector<Index>& heads) const;

 private:
  std::vector<MongoOperation> operations_;
  std::vector<Index> before_;
  std::vector<Index> last_;
};

}  // namespace widgetstream
