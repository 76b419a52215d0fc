#include "kafka/librdkafka/client.hpp"

#include <array>
#include <cstring>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "widgetstream/core/error.hpp"

namespace widgetstream::rdkafka {
namespace {

LogLevel levelOf(int syslog_level, const char* facility) {
  // The common properties go to every client, so each of them is told of some that concern the others.
  if (std::strcmp(facility, "CONFWARN") == 0) return LogLevel::debug;
  // The embedded broker says so at each request for metadata; it makes no difference there.
  if (std::strcmp(facility, "AUTOCREATE") == 0) return LogLevel::debug;
  if (syslog_level <= 2) return LogLevel::error;
  // "Error" is librdkafka's word for each refused connection, which it then tries again by itself.
  if (syslog_level <= 4) return LogLevel::warning;
  return syslog_level <= 6 ? LogLevel::info : LogLevel::debug;
}

void onLog(const rd_kafka_t* client, int level, const char* facility, const char* line) noexcept {
  try {
    const ClientContext& context = contextOf(client);
    if (!context.log.sink()) return;
    const std::string shown = context.redact(line);
    Logger::Fields fields{{"facility", facility}, {"client", rd_kafka_name(client)}};
    switch (levelOf(level, facility)) {
      case LogLevel::debug:
        return context.log.debug(shown, std::move(fields));
      case LogLevel::info:
        return context.log.info(shown, std::move(fields));
      case LogLevel::warning:
        return context.log.warning(shown, std::move(fields));
      case LogLevel::error:
        return context.log.error(shown, std::move(fields));
    }
  } catch (...) {
    // A line that cannot be logged is no reason to end the process.
  }
}

/// librdkafka 2.0.2 frees the interceptors of a configuration that it refuses, and would free them once more with the
/// configuration. So that stays where it is: some hundred bytes, for a program that is about to hear what is wrong.
void leaveBehind(ConfHandle conf) {
  static std::mutex mutex;
  static auto* const left = new std::vector<rd_kafka_conf_t*>;  // never ends, so that they stay reachable
  const std::lock_guard lock{mutex};
  left->push_back(conf.release());
}

}  // namespace

ClientContext& contextOf(const rd_kafka_t* client) noexcept {
  return *static_cast<ClientContext*>(rd_kafka_opaque(client));
}

Client::Client(rd_kafka_type_t type, const PropertyLayers& layers, Logger log, const Prepare& prepare)
    : context_(std::make_shared<ClientContext>(ClientContext{std::move(log), Redactor{merged(layers)}, nullptr})) {
  ConfHandle conf = makeConf(layers, context_->log);
  rd_kafka_conf_set_opaque(conf.get(), context_.get());
  rd_kafka_conf_set_log_cb(conf.get(), onLog);
  if (prepare) prepare(conf.get(), *context_);
  std::array<char, 512> reason{};
  handle_ = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
  if (!handle_) {
    if (prepare) leaveBehind(std::move(conf));
    throw Error{ErrorKind::invalid_config,
                "librdkafka refuses the Kafka client properties: " + context_->redact(reason.data())};
  }
  (void)conf.release();  // it belongs to the client now
}

Client::~Client() {
  try {
    const auto ended = std::make_shared<std::promise<void>>();
    const std::string name = rd_kafka_name(handle_);
    const int flags = orderly_ ? 0 : RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE;
    std::thread{[ended, flags, client = handle_, context = context_] {
      rd_kafka_destroy_flags(client, flags);
      ended->set_value();
    }}.detach();
    if (ended->get_future().wait_for(patience_) != std::future_status::ready) {
      context_->log.error("a Kafka client does not end and is left behind", {{"client", name}});
    }
  } catch (const std::exception& error) {
    context_->log.error("a Kafka client could not be ended and is left behind", {{"why", error.what()}});
  }
}

}  // namespace widgetstream::rdkafka
