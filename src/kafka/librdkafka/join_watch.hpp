#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace widgetstream::rdkafka {

struct ClientContext;

/// Sees the requests to join that a member sends.
///
/// Threads  any
class JoinWatch {
 public:
  /// `fixed_member`: the member has a group.instance.id, so that its first request counts.
  explicit JoinWatch(bool fixed_member) : fixed_member_(fixed_member) {}

  /// Puts the watch into a configuration; it becomes the context's part, so that it outlives the client.
  static void install(rd_kafka_conf_t* conf, ClientContext& context, std::shared_ptr<JoinWatch> watch);

  /// True once the request is out that makes the broker wait for this member: the second one, since a broker answers
  /// the first of a new member with an id and the wish to ask again, or the first when it stays unanswered.
  [[nodiscard]] bool joinSent() const noexcept;

 private:
  static rd_kafka_resp_err_t onNew(rd_kafka_t* client, const rd_kafka_conf_t* conf, void* watch, char* errstr,
                                   std::size_t errstr_size) noexcept;
  static rd_kafka_resp_err_t onRequest(rd_kafka_t* client, int socket, const char* broker, std::int32_t broker_id,
                                       std::int16_t api_key, std::int16_t version, std::int32_t correlation,
                                       std::size_t size, void* watch) noexcept;

  const bool fixed_member_;
  std::atomic<int> sent_{0};
  std::atomic<std::int64_t> first_sent_{0};  // nanoseconds of the steady clock
};

}  // namespace widgetstream::rdkafka
