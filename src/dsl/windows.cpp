#include "widgetstream/dsl/windows.hpp"

#include <string>

#include "widgetstream/core/error.hpp"
#include "widgetstream/dsl/session_windows.hpp"
#include "widgetstream/dsl/sliding_windows.hpp"
#include "widgetstream/dsl/time_windows.hpp"
#include "widgetstream/dsl/unlimited_windows.hpp"

namespace widgetstream {
namespace {

std::string ms(Milliseconds duration) { return std::to_string(duration.count()) + " ms"; }

[[noreturn]] void refuse(const std::string& message) { throw Error{ErrorKind::invalid_topology, message}; }

}  // namespace

void detail::requireGrace(const char* windows, Milliseconds grace) {
  if (grace < Milliseconds{0}) {
    refuse("a grace period of " + ms(grace) + " for " + windows + " is negative; 0 is the least");
  }
}

TimeWindows::TimeWindows(Milliseconds size, Milliseconds advance, Milliseconds grace)
    : size_(size), advance_(advance), grace_(grace) {
  if (size <= Milliseconds{0}) refuse("TimeWindows of size " + ms(size) + " hold nothing; 1 ms is the least");
  if (advance <= Milliseconds{0} || advance > size) {
    refuse("TimeWindows of size " + ms(size) + " that advance by " + ms(advance) +
           ": the step must be at least 1 ms and at most the size, or records would fall between two windows");
  }
  detail::requireGrace("TimeWindows", grace);
}

UnlimitedWindows::UnlimitedWindows(Timestamp start) : start_(start) {
  if (start < Timestamp{}) {
    refuse("UnlimitedWindows that start on " + std::to_string(toMillis(start)) +
           " ms, before 1970; records have no such time");
  }
}

SlidingWindows::SlidingWindows(Milliseconds difference, Milliseconds grace) : difference_(difference), grace_(grace) {
  // Java takes 0 here and fails at the first record, for its windows must end after their start.
  if (difference <= Milliseconds{0}) {
    refuse("SlidingWindows with a time difference of " + ms(difference) + "; 1 ms is the least");
  }
  detail::requireGrace("SlidingWindows", grace);
}

SessionWindows::SessionWindows(Milliseconds gap, Milliseconds grace) : gap_(gap), grace_(grace) {
  if (gap < Milliseconds{0}) {
    refuse("SessionWindows with an inactivity gap of " + ms(gap) + ", which is negative; 0 is the least");
  }
  detail::requireGrace("SessionWindows", grace);
}

}  // namespace widgetstream
