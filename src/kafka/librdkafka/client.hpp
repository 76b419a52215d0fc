#pragma once

#include <librdkafka/rdkafka.h>

#include <functional>
#include <memory>
#include <string>

#include "kafka/librdkafka/handles.hpp"
#include "kafka/librdkafka/properties.hpp"
#include "kafka/librdkafka/redactor.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream::rdkafka {

/// What callbacks of a client find through rd_kafka_opaque(). Outlives the client, even one that had to be left behind.
struct ClientContext {
  Logger log;
  Redactor redact;
  /// A part of the client that its callbacks need; may be null.
  std::shared_ptr<void> part;
};

/// A running librdkafka client: its threads, its connections, its lines in the log.
///
/// Threads  as librdkafka: any. The destructor waits for the others' calls to have ended, as everywhere.
class Client {
 public:
  /// Adds what only a function can add to a configuration: callbacks, events, interceptors.
  using Prepare = std::function<void(rd_kafka_conf_t*, ClientContext&)>;

  /// Errors  Error{invalid_config} as makeConf(), and when librdkafka refuses the properties as a whole
  Client(rd_kafka_type_t type, const PropertyLayers& layers, Logger log, const Prepare& prepare = {});

  /// Ends the client. librdkafka has bugs that make this hang for ever (#4187, #4724); so it happens on a thread of its
  /// own, which is left behind, with the client, when it takes too long.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] rd_kafka_t* get() const noexcept { return handle_; }
  [[nodiscard]] const Logger& log() const noexcept { return context_->log; }
  [[nodiscard]] const Redactor& redact() const noexcept { return context_->redact; }

  /// The destructor shall not wait longer than this, and not try to leave a group in good order.
  void abandonAfter(Milliseconds patience) noexcept {
    patience_ = patience;
    orderly_ = false;
  }

 private:
  std::shared_ptr<ClientContext> context_;
  rd_kafka_t* handle_;
  Milliseconds patience_{10'000};
  bool orderly_ = true;
};

/// The context of the client that a callback was called by.
[[nodiscard]] ClientContext& contextOf(const rd_kafka_t* client) noexcept;

}  // namespace widgetstream::rdkafka
