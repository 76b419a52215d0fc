#pragma once

#include <string>

#include "widgetstream/query/http.hpp"

namespace widgetstream::detail {

/// One whole request as it came off the wire: framing checked, nothing decoded.
struct Message {
  std::string method;
  std::string target;
  HttpFields headers;
  std::string body;
  bool keep_alive = true;  ///< the client takes another response on this connection
};

}  // namespace widgetstream::detail
