#pragma once

#include <cstdint>
#include <string_view>

#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// Which record caused a change of a store. A record cache keeps it with the change, because what it forwards at a
/// flush bears the context of that record and not of the one that made the cache overflow.
///
/// State  borrows the topic and the headers for the length of the call it is given to.
struct RecordStamp {
  std::string_view topic;
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  Timestamp timestamp = no_timestamp;
  const Headers* headers = &noHeaders();
};

}  // namespace widgetstream
