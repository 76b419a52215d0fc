#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "state/slot_array.hpp"
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

/// Merges copies of dirty entries with a walk over the engine. A dirty entry hides the engine's; a null one hides the
/// key.
class TableWalk final : public TableCursor {
 public:
  TableWalk(std::unique_ptr<DirtyCopies> dirty, std::unique_ptr<EngineIterator> engine,
            std::shared_ptr<const ValueType> type, ValueFormat format, bool reverse)
      : dirty_(std::move(dirty)),
        engine_(std::move(engine)),
        decoded_(std::move(type), 1),
        format_(format),
        reverse_(reverse) {}

  [[nodiscard]] bool valid() const override;
  void next() override;
  [[nodiscard]] BytesView key() const override;
  [[nodiscard]] const void* stored() const override { return stored_; }

 private:
  enum class Place { unknown, dirty, engine, end };

  // The first look at the engine may read its files, so it waits until the walker asks, after all locks.
  void settle() const;
  void decode() const;

  std::unique_ptr<DirtyCopies> dirty_;
  std::unique_ptr<EngineIterator> engine_;
  SlotArray decoded_;
  ValueFormat format_;
  bool reverse_;
  mutable std::size_t next_dirty_ = 0;
  mutable Place place_ = Place::unknown;
  mutable const void* stored_ = nullptr;
};

}  // namespace widgetstream::detail
