#include "query/http/error_response.hpp"

namespace widgetstream::detail {

Response toResponse(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::not_available:
      return Response::error(503, "not_available", error.what());
    case ErrorKind::invalid_argument:
      return Response::error(400, "bad_request", error.what());
    case ErrorKind::invalid_topology:
    case ErrorKind::invalid_config:
    case ErrorKind::retriable:
    case ErrorKind::task_migrated:
    case ErrorKind::store_corrupted:
    case ErrorKind::bad_record:
    case ErrorKind::fatal:
      break;
  }
  return internalError();
}

Response internalError() {
  return Response::error(500, "internal", "the server failed to answer; its log says why");
}

}  // namespace widgetstream::detail
