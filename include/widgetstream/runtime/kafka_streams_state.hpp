#pragma once

#include <exception>
#include <functional>
#include <string_view>

namespace widgetstream {

/// Where an application stands; Kafka Streams' names and transitions:
/// ```
/// created -> rebalancing <-> running
/// rebalancing, running -> pending_shutdown -> not_running
/// rebalancing, running -> pending_error -> error
/// ```
enum class StreamsState {
  created,
  rebalancing,  ///< waits for topics, for the group, or for stores to be restored
  running,      ///< every task that is ours processes
  pending_shutdown,
  not_running,
  pending_error,
  error,
};

/// Kafka Streams' spelling: `RUNNING`.
[[nodiscard]] std::string_view toString(StreamsState state) noexcept;

/// What becomes of the application when a stream thread stops with an error.
enum class UncaughtExceptionResponse {
  shutdown_client,  ///< this instance closes and ends in the state error
  replace_thread,   ///< the thread starts again, with its tasks as they were last committed
  /// This instance and all others of the application close and end in the state error. The others learn of it through
  /// the group, at the rebalance that this instance's leaving brings about.
  shutdown_application,
};

/// Threads  called by the thread that looks after the group; while it runs, this instance does not rebalance.
using UncaughtExceptionHandler =
    std::function<UncaughtExceptionResponse(std::exception_ptr error, std::string_view thread)>;

}  // namespace widgetstream
