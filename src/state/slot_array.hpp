#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "widgetstream/state/table_store.hpp"

namespace widgetstream::detail {

/// A fixed number of empty value slots.
class SlotArray {
 public:
  SlotArray(std::shared_ptr<const ValueType> type, std::size_t count) : type_(std::move(type)), count_(count) {
    if (count_ == 0) return;
    memory_ = static_cast<std::byte*>(::operator new(count_ * type_->slotSize(), alignment()));
    for (std::size_t i = 0; i < count_; ++i) type_->construct(at(i));
  }
  ~SlotArray() {
    for (std::size_t i = 0; i < count_; ++i) type_->destroy(at(i));
    if (memory_) ::operator delete(memory_, alignment());
  }
  SlotArray(const SlotArray&) = delete;
  SlotArray& operator=(const SlotArray&) = delete;

  [[nodiscard]] void* at(std::size_t index) const noexcept { return memory_ + index * type_->slotSize(); }
  [[nodiscard]] const ValueType& type() const noexcept { return *type_; }

 private:
  [[nodiscard]] std::align_val_t alignment() const noexcept { return std::align_val_t{type_->slotAlignment()}; }

  std::shared_ptr<const ValueType> type_;
  std::size_t count_;
  std::byte* memory_ = nullptr;
};

}  // namespace widgetstream::detail
