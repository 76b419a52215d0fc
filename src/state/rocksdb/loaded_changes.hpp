#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// Changes as they came, one behind the other: 16 bytes each, beside those of key and value.
class LoadedChanges {
 public:
  void add(const StoreBatch& batch);
  void clear() noexcept { *this = {}; }

  [[nodiscard]] std::size_t size() const noexcept { return changes_.size(); }
  /// Lives as long as they do.
  [[nodiscard]] BytesView key(std::size_t number) const noexcept;
  [[nodiscard]] NullableBytesView value(std::size_t number) const noexcept;  ///< null erases
  /// Of memory that they take.
  [[nodiscard]] std::size_t bytes() const noexcept { return pieces_bytes_ + changes_.capacity() * sizeof(char*); }

 private:
  [[nodiscard]] char* room(std::size_t bytes);

  std::vector<const char*> changes_;
  std::vector<std::unique_ptr<char[]>> pieces_;
  std::size_t pieces_bytes_ = 0;
  std::size_t piece_left_ = 0;  // of the last one
  char* next_ = nullptr;
};

}  // namespace widgetstream::detail
