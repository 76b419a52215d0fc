#pragma once

#include <string>
#include <string_view>

#include "query/http/message.hpp"
#include "query/http/router.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/query/http.hpp"

namespace widgetstream::detail {

/// From a message to its response: decodes, routes, calls the handler and turns what it throws into a response.
///
/// Threads  answer() from any, once the routes are in.
class Dispatcher {
 public:
  explicit Dispatcher(Logger log) : log_(std::move(log)) {}

  [[nodiscard]] Router& router() noexcept { return router_; }

  /// Always a response that can be sent as it is; what failed is in the log.
  [[nodiscard]] Response answer(Message message) const;

 private:
  [[nodiscard]] Response route(Message&& message) const;
  [[nodiscard]] Response failed(const Message& message, std::string_view what) const;

  Router router_;
  Logger log_;
};

}  // namespace widgetstream::detail
