#include "query/http/dispatcher.hpp"

#include <exception>

#include "query/http/error_response.hpp"
#include "query/http/response_head.hpp"
#include "query/http/target.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {

Response Dispatcher::answer(Message message) const {
  try {
    Response response = route(std::move(message));
    if (const auto flaw = flawOf(response)) return failed(message, *flaw);
    return response;
  } catch (const Error& error) {
    Response response = toResponse(error);
    return response.status >= 500 && response.status != 503 ? failed(message, error.what()) : response;
  } catch (const std::exception& error) {
    return failed(message, error.what());
  } catch (...) {
    return failed(message, "the handler threw something that is no std::exception");
  }
}

// Takes the parts of the message it needs and leaves method and target for the log.
Response Dispatcher::route(Message&& message) const {
  Target target = parseTarget(message.target);
  auto match = router_.find(target.segments);
  if (!match) return Response::error(404, "not_found", "there is nothing at this path");
  if (message.method != "GET" && message.method != "HEAD") {
    Response response = Response::error(405, "method_not_allowed", "this path answers GET and HEAD only");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  Request request;
  request.method = "GET";
  request.segments = std::move(target.segments);
  request.params = std::move(match->params);
  request.queries = std::move(target.queries);
  request.headers = std::move(message.headers);
  request.body = std::move(message.body);
  return (*match->handler)(request);
}

Response Dispatcher::failed(const Message& message, std::string_view what) const {
  log_.error("a request failed",
             {{"method", message.method}, {"target", message.target}, {"reason", std::string{what}}});
  return internalError();
}

}  // namespace widgetstream::detail
