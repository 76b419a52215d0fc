#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "state/slot_array.hpp"
#include "state/table_rules.hpp"
#include "widgetstream/state/table_store.hpp"

namespace widgetstream::detail {

/// Copies of dirty entries in the direction of a walk.
class DirtyCopies {
 public:
  DirtyCopies(std::shared_ptr<const ValueType> type, std::size_t count) : slots_(std::move(type), count) {
    keys_.reserve(count);
  }
  void add(BytesView key, const void* slot) {
    slots_.type().copy(slots_.at(keys_.size()), slot);
    keys_.emplace_back(key);
  }
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] BytesView key(std::size_t index) const noexcept { return keys_[index]; }
  [[nodiscard]] const void* stored(std::size_t index) const noexcept { return slots_.type().stored(slots_.at(index)); }

 private:
  SlotArray slots_;
  std::vector<Bytes> keys_;
};

/// Which rows in the engine a walk leaves out: those of an earlier time.
struct HiddenRows {
  std::shared_ptr<const TableRules> rules;  ///< null: none
  std::int64_t before = 0;
};

/// Merges copies of dirty entries with walks over the engine. A dirty entry hides the engine's; a null one hides the
/// key.
class TableWalk final : public TableCursor {
 public:
  /// A stretch of keys. Stretches follow each other in the direction of the walk.
  struct Stretch {
    std::size_t dirty_end = 0;               ///< its copies end before this one
    std::unique_ptr<EngineIterator> engine;  ///< null: the engine has nothing there
  };
  TableWalk(std::unique_ptr<DirtyCopies> dirty, std::vector<Stretch> stretches, std::shared_ptr<const ValueType> type,
            ValueFormat format, bool reverse, HiddenRows hidden = {})
      : dirty_(std::move(dirty)),
        stretches_(std::move(stretches)),
        hidden_(std::move(hidden)),
        decoded_(std::move(type), 1),
        format_(format),
        reverse_(reverse) {}

  [[nodiscard]] bool valid() const override;
  void next() override;
  [[nodiscard]] BytesView key() const override;
  [[nodiscard]] const void* stored() const override;

 private:
  enum class Place { unknown, dirty, engine, end };

  // The first look at the engine may read its files, so it waits until the walker asks, after all locks.
  void settle() const;
  [[nodiscard]] bool settleIn(const Stretch& stretch) const;
  [[nodiscard]] static bool skipHidden(const HiddenRows& hidden, EngineIterator* engine);

  std::unique_ptr<DirtyCopies> dirty_;
  std::vector<Stretch> stretches_;
  HiddenRows hidden_;
  SlotArray decoded_;
  ValueFormat format_;
  bool reverse_;
  mutable std::size_t stretch_ = 0;
  mutable std::size_t next_dirty_ = 0;
  mutable Place place_ = Place::unknown;
  mutable const void* stored_ = nullptr;  // null: the engine's, not decoded yet
};

}  // namespace widgetstream::detail
