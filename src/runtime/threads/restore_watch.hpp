#pragma once

#include <chrono>
#include <memory>

#include "widgetstream/core/clock.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/runtime/state_restore_listener.hpp"

namespace widgetstream {

/// Follows the restore of one store: tells the listener, and every few seconds the log.
///
/// Threads  the stream thread.
class RestoreWatch {
 public:
  /// `listener` may be null.
  RestoreWatch(RestoreProgress begin, StateRestoreListener* listener, const Clock& clock, const Logger& log);

  /// The changelog begins or ends elsewhere than it was said to.
  void rangeIs(std::int64_t starting_offset, std::int64_t ending_offset) noexcept;
  void restored(std::uint64_t records, std::int64_t position);
  void ended(std::int64_t position);
  void suspended();
  [[nodiscard]] const RestoreProgress& progress() const noexcept { return progress_; }

 private:
  using Event = void (StateRestoreListener::*)(const RestoreProgress&);
  void tell(Event event) const;
  template <class Call>
  void guarded(Call&& call) const;
  void measure() noexcept;
  [[nodiscard]] Logger::Fields fields() const;

  RestoreProgress progress_;
  StateRestoreListener* listener_;
  const Clock& clock_;
  const Logger& log_;
  std::chrono::nanoseconds began_;
  std::chrono::nanoseconds told_;
};

}  // namespace widgetstream
