#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <map>
#include <string>

namespace widgetstream::rdkafka {

/// Lets each of a member's problems through once in a while: librdkafka repeats a missing topic at each refresh, and a
/// broker that is away with words that differ each time.
class ProblemFilter {
 public:
  [[nodiscard]] bool isNews(rd_kafka_resp_err_t code, const std::string& message);
  /// All is well again: what comes now is news.
  void forget() { told_.clear(); }

 private:
  std::map<std::string, std::chrono::steady_clock::time_point> told_;
};

}  // namespace widgetstream::rdkafka
