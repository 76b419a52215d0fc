#pragma once

namespace widgetstream {

/// When a windowed aggregate tells its results.
class EmitStrategy {
 public:
  enum class Type { on_window_update, on_window_close };

  /// Each change of a window, or with a cache the last one of a commit interval. The default.
  [[nodiscard]] static constexpr EmitStrategy onWindowUpdate() noexcept {
    return EmitStrategy{Type::on_window_update};
  }
  /// One result a window, once it has ended and its grace is over. Time moves with the records: the last windows wait
  /// until a younger record comes. Results are looked for at most once a second.
  [[nodiscard]] static constexpr EmitStrategy onWindowClose() noexcept { return EmitStrategy{Type::on_window_close}; }

  [[nodiscard]] constexpr Type type() const noexcept { return type_; }

  friend constexpr bool operator==(const EmitStrategy&, const EmitStrategy&) noexcept = default;

 private:
  explicit constexpr EmitStrategy(Type type) noexcept : type_(type) {}

  Type type_;
};

}  // namespace widgetstream
