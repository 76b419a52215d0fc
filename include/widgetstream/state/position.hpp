#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream {

/// Which records of the inputs are in a store, or ought to be: of each partition the offset of the newest one.
///
/// Threads  as a map.
class Position {
 public:
  using Offsets = std::map<std::int32_t, std::int64_t>;  ///< by partition
  using Topics = std::map<std::string, Offsets, std::less<>>;

  Position() = default;
  explicit Position(Topics topics) : topics_(std::move(topics)) {}

  /// A smaller offset than the one that is there changes nothing.
  Position& withComponent(std::string_view topic, std::int32_t partition, std::int64_t offset);
  /// Takes the larger offset of each partition.
  Position& merge(const Position& other);

  [[nodiscard]] const Topics& topics() const noexcept { return topics_; }
  /// Empty for a topic that is not in it.
  [[nodiscard]] const Offsets& partitionPositions(std::string_view topic) const;
  [[nodiscard]] bool empty() const noexcept { return topics_.empty(); }

  /// True if everything that `bound` names of one partition is reached: what a query with this bound asks of the store of
  /// that partition.
  [[nodiscard]] bool reaches(const Position& bound, std::int32_t partition) const;

  /// Where the offset of a partition is kept, -1 at first; it stays there.
  [[nodiscard]] std::int64_t& offsetOf(std::string_view topic, std::int32_t partition);

  /// Java's bytes: 0 as i8; i32 topics, each as i32 length, name, i32 partitions, each as i32 number and i64 offset; all
  /// big-endian. Topics and partitions ascend. Zeros may follow, as they do where Java has written.
  [[nodiscard]] Bytes encode() const;
  /// Errors  Error{bad_record} for bytes that are no position
  [[nodiscard]] static Position decode(BytesView bytes);

  friend bool operator==(const Position&, const Position&) = default;

 private:
  Topics topics_;
};

}  // namespace widgetstream
