#pragma once

#include <librdkafka/rdkafka.h>

#include <string>

#include "widgetstream/core/error.hpp"

namespace widgetstream::rdkafka {

/// What librdkafka's code asks of the caller. A code that is in none of the lists is fatal.
[[nodiscard]] ErrorKind kindOf(rd_kafka_resp_err_t code) noexcept;

/// `TOPIC_AUTHORIZATION_FAILED: Broker: Topic authorization failed`
[[nodiscard]] std::string describe(rd_kafka_resp_err_t code);

/// Throws Error{kindOf(code)}, which begins with `what` ("commit of group orders"), unless all went well.
void throwIfFailed(rd_kafka_resp_err_t code, const std::string& what);

/// The same for calls that answer with an object. Takes it over; null is success.
void throwIfFailed(rd_kafka_error_t* error, const std::string& what);

}  // namespace widgetstream::rdkafka
