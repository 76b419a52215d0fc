#include "runtime/threads/restore_watch.hpp"

#include <algorithm>
#include <string>

#include "runtime/task/task_context.hpp"

namespace widgetstream {
namespace {

constexpr std::chrono::seconds tell_every{10};

}  // namespace

RestoreWatch::RestoreWatch(RestoreProgress begin, StateRestoreListener* listener, const Clock& clock,
                           const Logger& log)
    : progress_(std::move(begin)),
      listener_(listener),
      clock_(clock),
      log_(log),
      began_(clock.elapsed()),
      told_(began_) {
  tell(&StateRestoreListener::onRestoreStart);
}

void RestoreWatch::rangeIs(std::int64_t starting_offset, std::int64_t ending_offset) noexcept {
  progress_.starting_offset = starting_offset;
  progress_.position = std::max(progress_.position, starting_offset);
  progress_.ending_offset = ending_offset;
}

void RestoreWatch::restored(std::uint64_t records, std::int64_t position) {
  progress_.records_restored += records;
  progress_.position = position;
  measure();
  guarded([&] { listener_->onBatchRestored(progress_, records); });
  if (clock_.elapsed() - told_ < tell_every) return;
  told_ = clock_.elapsed();
  log_.info("a store is being restored", fields());
}

void RestoreWatch::ended(std::int64_t position) {
  progress_.position = std::max(progress_.position, position);
  measure();
  tell(&StateRestoreListener::onRestoreEnd);
  log_.debug("a store is restored", fields());
}

void RestoreWatch::suspended() {
  measure();
  tell(&StateRestoreListener::onRestoreSuspended);
}

void RestoreWatch::tell(Event event) const {
  guarded([&] { (listener_->*event)(progress_); });
}

template <class Call>
void RestoreWatch::guarded(Call&& call) const {
  if (!listener_) return;
  try {
    call();
  } catch (...) {
    log_.error("the restore listener threw", {{"error", exceptionText(std::current_exception()).message}});
  }
}

void RestoreWatch::measure() noexcept {
  progress_.elapsed = std::chrono::duration_cast<Milliseconds>(clock_.elapsed() - began_);
}

Logger::Fields RestoreWatch::fields() const {
  const auto left = progress_.estimatedTimeLeft();
  return {{"task", toString(progress_.task)},
          {"store", progress_.store},
          {"records", std::to_string(progress_.records_restored)},
          {"remaining", std::to_string(progress_.remaining())},
          {"elapsed ms", std::to_string(progress_.elapsed.count())},
          {"time left ms", left ? std::to_string(left->count()) : "unknown"}};
}

}  // namespace widgetstream
