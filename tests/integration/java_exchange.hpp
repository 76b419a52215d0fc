#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/support/kafka_broker.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {

/// Who runs the application.
enum class Language { java, cpp };

/// Records for one topic of the application; `topic` is the name without the application's id, "in".
struct ExchangeInput {
  std::string topic;
  std::vector<KafkaTestRecord> records;
};
/// What one run of the application takes in.
using ExchangePart = std::vector<ExchangeInput>;

/// A topology of tests/compat, and its topics.
struct ExchangeCase {
  std::string topology;
  std::map<std::string, int> inputs;  ///< topics, and how many partitions they have
  std::vector<std::string> settings;  ///< name=value, for both languages
};

/// One application id on the shared broker, run by one language after the other over the parts of its input.
///
/// Errors   std::runtime_error with the end of the program's log when it does not start, finish or end well
class Exchange {
 public:
  /// Makes the topics. The application id begins with the topology's name.
  Exchange(ExchangeCase of, const std::string& name);

  /// Runs the application over the parts, one after the other: the next is there when it has committed all input and
  /// all it sends to itself. Then ends it.
  void run(Language language, const std::vector<ExchangePart>& parts, const std::vector<std::string>& settings = {});

  // What a topic of the application holds, as lines of text that can be compared.

  /// Every record, in order of partition and offset.
  [[nodiscard]] std::string records(const std::string& topic);
  /// Every record, sorted: for topics that several tasks write to.
  [[nodiscard]] std::string recordsInAnyOrder(const std::string& topic);
  /// The values of each key in their order, without times and headers.
  [[nodiscard]] std::string valuesByKey(const std::string& topic);
  /// What remains after compaction, in order of the keys.
  [[nodiscard]] std::string table(const std::string& topic);
  /// The keys that remain after compaction, in order.
  [[nodiscard]] std::string keys(const std::string& topic);

  /// Offset and partition time that are committed for each partition.
  [[nodiscard]] std::string commits();
  /// Names without the application's id, partitions, and every configuration value of the topics the application made.
  [[nodiscard]] std::string internalTopics();

 private:
  void produce(const ExchangePart& part);
  [[nodiscard]] std::vector<std::string> command(Language language) const;
  [[nodiscard]] std::map<std::string, KafkaTestRecord> compacted(const std::string& topic);
  [[nodiscard]] bool caughtUp();
  [[nodiscard]] std::vector<std::string> ownTopics();
  [[nodiscard]] std::string full(const std::string& topic) const { return application_id_ + "-" + topic; }
  [[nodiscard]] std::string shortName(const std::string& topic) const {
    return topic.substr(application_id_.size() + 1);
  }

  ExchangeCase case_;
  std::string application_id_;
  KafkaBroker& broker_ = sharedKafkaBroker();
  KafkaClient client_{broker_.bootstrapServers()};
  TempDir directory_;
  int runs_ = 0;
};

/// A full minute, two or three ago, to begin times at: brokers delete what is much older.
[[nodiscard]] std::int64_t exchangeEpoch();

}  // namespace widgetstream
