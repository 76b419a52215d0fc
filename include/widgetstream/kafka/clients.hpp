#pragma once

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

/// What a consumer needs to know besides its properties.
struct ConsumerSettings {
  std::string group;  ///< whose committed offsets committed() reads
  std::size_t queues = 1;
  std::size_t queue_bytes = std::size_t{16} << 20;  ///< ceiling of what waits in each queue
  bool read_committed = false;
  ClientProperties properties;
};

struct ProducerSettings {
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
