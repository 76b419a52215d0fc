#include "kafka/librdkafka/join_watch.hpp"

#include <chrono>

#include "kafka/librdkafka/client.hpp"

namespace widgetstream::rdkafka {
namespace {

constexpr std::int16_t join_group = 11;
// The answer that asks for a second request comes within a round trip.
constexpr std::chrono::nanoseconds unanswered = std::chrono::milliseconds{200};

std::int64_t now() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

}  // namespace

void JoinWatch::install(rd_kafka_conf_t* conf, ClientContext& context, std::shared_ptr<JoinWatch> watch) {
  rd_kafka_conf_interceptor_add_on_new(conf, "widgetstream-join", onNew, watch.get());
  context.part = std::move(watch);
}

bool JoinWatch::joinSent() const noexcept {
  const int sent = sent_.load(std::memory_order_acquire);
  if (sent == 0) return false;
  return sent > 1 || fixed_member_ || now() - first_sent_.load(std::memory_order_relaxed) > unanswered.count();
}

rd_kafka_resp_err_t JoinWatch::onNew(rd_kafka_t* client, const rd_kafka_conf_t* /*conf*/, void* watch, char* /*errstr*/,
                                     std::size_t /*errstr_size*/) noexcept {
  return rd_kafka_interceptor_add_on_request_sent(client, "widgetstream-join", onRequest, watch);
}

rd_kafka_resp_err_t JoinWatch::onRequest(rd_kafka_t* /*client*/, int /*socket*/, const char* /*broker*/,
                                         std::int32_t /*broker_id*/, std::int16_t api_key, std::int16_t /*version*/,
                                         std::int32_t /*correlation*/, std::size_t /*size*/, void* watch) noexcept {
  if (api_key == join_group) {
    auto& self = *static_cast<JoinWatch*>(watch);
    if (self.sent_.load(std::memory_order_relaxed) == 0) self.first_sent_.store(now(), std::memory_order_relaxed);
    self.sent_.fetch_add(1, std::memory_order_release);
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace widgetstream::rdkafka
