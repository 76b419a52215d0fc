#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "kafka/librdkafka/handles.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/kafka/admin.hpp"

namespace widgetstream::rdkafka {

/// Options with `timeout` for the request and for what the broker does.
[[nodiscard]] AdminOptionsHandle optionsFor(rd_kafka_t* client, rd_kafka_admin_op_t operation, Milliseconds timeout);

/// Waits for the answer of a request. Errors  the request's own, when it failed as a whole or was not answered in time.
[[nodiscard]] EventHandle answerOf(rd_kafka_queue_t* answers, Milliseconds timeout, const std::string& what);

/// A request to delete records, from its sending to its answer.
class DeleteRecordsRequest final : public AdminRequest {
 public:
  DeleteRecordsRequest(rd_kafka_t* client, const std::map<TopicPartition, std::int64_t>& before, Milliseconds timeout);
  [[nodiscard]] bool finished() override;
  void await(Milliseconds timeout);

 private:
  void check(const EventHandle& answer);

  const QueueHandle answers_;
  std::string what_;
  bool finished_ = false;
};

}  // namespace widgetstream::rdkafka
