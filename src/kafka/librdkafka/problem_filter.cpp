#include "kafka/librdkafka/problem_filter.hpp"

namespace widgetstream::rdkafka {
namespace {

constexpr std::chrono::minutes silence{1};

bool isAboutTopics(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
}

}  // namespace

bool ProblemFilter::isNews(rd_kafka_resp_err_t code, const std::string& message) {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(told_, [&](const auto& told) { return now - told.second > silence; });
  // The name of the topic is in the message; of connections the message counts attempts.
  return told_.emplace(isAboutTopics(code) ? message : rd_kafka_err2name(code), now).second;
}

}  // namespace widgetstream::rdkafka
