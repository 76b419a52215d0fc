#pragma once

#include <functional>
#include <mutex>

#include "widgetstream/runtime/kafka_streams_state.hpp"

namespace widgetstream {

/// The state of an application and the transitions Kafka Streams allows.
///
/// Threads  any; the listener is called by the thread that changes the state, outside of the lock.
class StateMachine {
 public:
  using Listener = std::function<void(StreamsState now, StreamsState before)>;

  void setListener(Listener listener);
  [[nodiscard]] StreamsState state() const;
  /// False, without a change, when there is no such transition. The same state again is no change but true.
  bool change(StreamsState to);

 private:
  mutable std::mutex mutex_;
  StreamsState state_ = StreamsState::created;  // guarded by mutex_
  Listener listener_;                           // guarded by mutex_
};

}  // namespace widgetstream
