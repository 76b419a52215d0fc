#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "widgetstream/core/log.hpp"
#include "widgetstream/kafka/admin.hpp"
#include "widgetstream/kafka/consumer.hpp"
#include "widgetstream/kafka/membership.hpp"
#include "widgetstream/kafka/producer.hpp"

namespace widgetstream {

/// Names and values as librdkafka documents them: bootstrap.servers, security.protocol, ...
using ClientProperties = std::map<std::string, std::string>;

/// What a fetched record takes in memory beside key and value. Measured with librdkafka 2.0.2: 1.0 million records of 120
/// bytes in 452 MB.
inline constexpr std::size_t fetched_record_overhead = 384;
/// What a record that is being produced takes beside key and value.
inline constexpr std::size_t produced_record_overhead = 256;

/// What a consumer needs to know besides its properties.
struct ConsumerSettings {
  std::string group;  ///< whose committed offsets committed() reads
  std::size_t queues = 1;
  std::size_t queue_bytes = std::size_t{16} << 20;  ///< ceiling of the values that wait in each queue
  std::size_t queue_records = 10'000'000;           ///< and of their number; most of small records is their overhead
  /// The largest answer to a fetch, but for a single larger record; 0: librdkafka's default.
  std::size_t response_bytes = 0;
  bool read_committed = false;
  ClientProperties properties;
};

struct ProducerSettings {
  std::size_t queue_bytes = std::size_t{32} << 20;  ///< ceiling of the values that wait to be acknowledged
  std::size_t queue_records = 1'000'000;            ///< and of their number
  ClientProperties properties;
};

struct MembershipSettings {
  std::string group;
  /// The member id begins with it, so that `range` gives a restarted process its partitions back.
  std::string process_id;
  /// Set: static membership.
  std::string group_instance_id;
  ClientProperties properties;
};

/// Makes the clients of one cluster: librdkafka's, the embedded broker's or the in-memory ones of tests.
class KafkaClients {
 public:
  virtual ~KafkaClients() = default;

  [[nodiscard]] virtual std::unique_ptr<Consumer> consumer(const ConsumerSettings& settings) = 0;
  [[nodiscard]] virtual std::unique_ptr<Producer> producer(const ProducerSettings& settings) = 0;
  [[nodiscard]] virtual std::unique_ptr<Membership> membership(const MembershipSettings& settings) = 0;
  [[nodiscard]] virtual std::unique_ptr<Admin> admin(const ClientProperties& properties) = 0;
};

/// Clients on librdkafka. `common` goes to each of them, below the settings of the single client.
/// Errors  Error{invalid_config} from the calls above when librdkafka refuses a property; the message names it.
[[nodiscard]] std::shared_ptr<KafkaClients> librdkafkaClients(ClientProperties common, LogSink log);

/// True if librdkafka knows a property of this name; for checking configuration files.
[[nodiscard]] bool isLibrdkafkaProperty(const std::string& name);

}  // namespace widgetstream
