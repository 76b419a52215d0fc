#pragma once

#include <optional>

#include "query/http/message.hpp"
#include "widgetstream/query/http.hpp"
#include "widgetstream/query/query_server.hpp"

namespace widgetstream::detail {

/// What a parser lets pass and we do not: everything that leaves a doubt where this request ends or whom it is for.
/// Source  RFC 9112, sections 3.2 (Host), 6.1 and 6.3 (lengths), and 11.2 (request smuggling).
///
/// Returns the answer to refuse with, nullopt when the head is in order. `version` is 10 or 11.
[[nodiscard]] std::optional<Response> checkHead(const Message& message, int version);

/// True when the client waits for "100 Continue"; checkHead() has refused any other expectation.
[[nodiscard]] bool expectsContinue(const Message& message);

[[nodiscard]] Response bodyTooLarge(const QueryServerOptions& options);

}  // namespace widgetstream::detail
