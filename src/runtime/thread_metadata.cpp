#include "widgetstream/runtime/thread_metadata.hpp"

namespace widgetstream {

std::string_view toString(ThreadState state) noexcept {
  switch (state) {
    case ThreadState::created:
      return "CREATED";
    case ThreadState::starting:
      return "STARTING";
    case ThreadState::partitions_revoked:
      return "PARTITIONS_REVOKED";
    case ThreadState::partitions_assigned:
      return "PARTITIONS_ASSIGNED";
    case ThreadState::running:
      return "RUNNING";
    case ThreadState::pending_shutdown:
      return "PENDING_SHUTDOWN";
    case ThreadState::dead:
      return "DEAD";
  }
  return "UNKNOWN";
}

}  // namespace widgetstream
