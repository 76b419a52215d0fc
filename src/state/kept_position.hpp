#pragma once

#include <cstdint>
#include <string>

#include "widgetstream/state/position.hpp"
#include "widgetstream/state/record_stamp.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// The position of a store as its owner keeps it, from put to commit.
///
/// Threads  one at a time.
class KeptPosition {
 public:
  /// What the engine has: at the beginning, and after changes were discarded.
  /// Errors  Error{store_corrupted}
  void read(const StoreEngine& engine, const std::string& store);
  /// The store is changed on account of this record; a stamp without one changes nothing.
  void note(const RecordStamp& stamp) {
    if (stamp.offset < 0) return;
    if (!offset_ || partition_ != stamp.partition || topic_ != stamp.topic) look(stamp);
    if (stamp.offset <= *offset_) return;
    *offset_ = stamp.offset;
    changed_ = true;
  }
  /// Puts it into a batch, unless the engine has it.
  void addTo(StoreBatch& batch) const {
    if (changed_) batch.setPosition(position_.encode());
  }
  /// The batch was applied.
  void settle() noexcept { changed_ = false; }
  [[nodiscard]] const Position& position() const noexcept { return position_; }

 private:
  void look(const RecordStamp& stamp);

  Position position_;
  bool changed_ = false;
  // Where the last record came from, which the next one mostly does too.
  std::string topic_;
  std::int32_t partition_ = -1;
  std::int64_t* offset_ = nullptr;
};

}  // namespace widgetstream::detail
