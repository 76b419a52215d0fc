#pragma once

#include <cassert>
#include <utility>

namespace widgetstream {

/// A borrowed value or null: how a record shows its key and value, and how a user function asks to see null.
///
/// Looks like std::optional and copies like a pointer. What it points at lives for the call it came with.
/// A function that wants to *return* null returns std::optional<T>.
template <class T>
class Nullable {
 public:
  using value_type = T;

  constexpr Nullable() noexcept = default;
  constexpr Nullable(std::nullptr_t) noexcept {}                                // NOLINT(google-explicit-constructor)
  constexpr Nullable(const T& value) noexcept : value_(&value) {}               // NOLINT(google-explicit-constructor)
  constexpr Nullable(const T&& value) = delete;                                 // would dangle
  constexpr explicit Nullable(const T* value) noexcept : value_(value) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return value_ != nullptr; }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] constexpr const T& operator*() const noexcept {
    assert(value_ != nullptr);
    return *value_;
  }
  [[nodiscard]] constexpr const T* operator->() const noexcept { return value_; }
  [[nodiscard]] constexpr const T* pointer() const noexcept { return value_; }

  template <class U>
  [[nodiscard]] constexpr T value_or(U&& otherwise) const {
    return value_ ? *value_ : static_cast<T>(std::forward<U>(otherwise));
  }

  friend constexpr bool operator==(const Nullable& left, const Nullable& right) {
    if (left.value_ == right.value_) return true;
    return left.value_ && right.value_ && *left.value_ == *right.value_;
  }

 private:
  const T* value_ = nullptr;
};

}  // namespace widgetstream
