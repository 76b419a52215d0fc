#include "runtime/coordination/state_machine.hpp"

#include <utility>

namespace widgetstream {
namespace {

bool allowed(StreamsState from, StreamsState to) {
  switch (from) {
    case StreamsState::created:
      return to == StreamsState::rebalancing || to == StreamsState::pending_shutdown ||
             to == StreamsState::pending_error;
    case StreamsState::rebalancing:
      return to == StreamsState::running || to == StreamsState::pending_shutdown || to == StreamsState::pending_error;
    case StreamsState::running:
      return to == StreamsState::rebalancing || to == StreamsState::pending_shutdown ||
             to == StreamsState::pending_error;
    case StreamsState::pending_shutdown:
      return to == StreamsState::not_running;
    case StreamsState::pending_error:
      return to == StreamsState::error;
    case StreamsState::not_running:
    case StreamsState::error:
      return false;
  }
  return false;
}

}  // namespace

std::string_view toString(StreamsState state) noexcept {
  switch (state) {
    case StreamsState::created:
      return "CREATED";
    case StreamsState::rebalancing:
      return "REBALANCING";
    case StreamsState::running:
      return "RUNNING";
    case StreamsState::pending_shutdown:
      return "PENDING_SHUTDOWN";
    case StreamsState::not_running:
      return "NOT_RUNNING";
    case StreamsState::pending_error:
      return "PENDING_ERROR";
    case StreamsState::error:
      return "ERROR";
  }
  return "UNKNOWN";
}

void StateMachine::setListener(Listener listener) {
  const std::lock_guard lock{mutex_};
  listener_ = std::move(listener);
}

StreamsState StateMachine::state() const {
  const std::lock_guard lock{mutex_};
  return state_;
}

bool StateMachine::change(StreamsState to) {
  Listener listener;
  StreamsState before{};
  {
    const std::lock_guard lock{mutex_};
    if (state_ == to) return true;
    if (!allowed(state_, to)) return false;
    before = std::exchange(state_, to);
    listener = listener_;
  }
  if (listener) listener(to, before);
  return true;
}

}  // namespace widgetstream
