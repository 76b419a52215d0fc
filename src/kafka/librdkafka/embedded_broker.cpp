#include "widgetstream/kafka/embedded_broker.hpp"

#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>  // after the other one, it says

#include <algorithm>
#include <chrono>

#include "kafka/librdkafka/admin.hpp"
#include "kafka/librdkafka/client.hpp"
#include "kafka/librdkafka/clients.hpp"
#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/mock_knock.hpp"

namespace widgetstream {

/// The mock cluster lives in the threads of a client that talks to nobody.
struct EmbeddedBroker::Impl {
  explicit Impl(const LogSink& log)
      : host(RD_KAFKA_PRODUCER, hostLayers(), Logger{log, "kafka"}), cluster(rd_kafka_mock_cluster_new(host.get(), 1)) {
    if (!cluster) throw Error{ErrorKind::fatal, "the embedded broker finds no free port of 127.0.0.1"};
    bootstrap_servers = rd_kafka_mock_cluster_bootstraps(cluster);
  }
  // Takes a second: the mock's own client notices the end late (2.0.2).
  ~Impl() { rd_kafka_mock_cluster_destroy(cluster); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  static rdkafka::PropertyLayers hostLayers() {
    rdkafka::PropertyLayers layers;
    // The discard port: a client needs an address, this one never uses it.
    layers.defaults = {{"bootstrap.servers", "127.0.0.1:9"}, {"log_level", "0"}};
    return layers;
  }

  void createTopic(const std::string& name, std::int32_t partitions) {
    const rdkafka::MockKnock knock{bootstrap_servers};
    const auto code = rd_kafka_mock_topic_create(cluster, name.c_str(), partitions, 1);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return;
    rdkafka::throwIfFailed(code, "creating topic " + name);
  }

  rdkafka::Client host;
  rd_kafka_mock_cluster_t* cluster;
  std::string bootstrap_servers;
};

namespace {

/// Does by the mock's own functions what its protocol cannot.
class EmbeddedAdmin final : public Admin {
 public:
  using CreateTopic = std::function<void(const std::string&, std::int32_t)>;

  EmbeddedAdmin(const ClientProperties& properties, const ClientProperties& common, Logger log,
                CreateTopic create_topic)
      : admin_(properties, common, std::move(log)), create_topic_(std::move(create_topic)) {}

  [[nodiscard]] std::map<std::string, std::int32_t> partitionCounts(const std::vector<std::string>& topics,
                                                                    Milliseconds timeout) override {
    // The mock creates each topic that it is asked about by name.
    auto counts = admin_.allPartitionCounts(timeout);
    std::erase_if(counts, [&](const auto& count) {
      return std::find(topics.begin(), topics.end(), count.first) == topics.end();
    });
    return counts;
  }

  [[nodiscard]] std::map<std::string, std::int32_t> allPartitionCounts(Milliseconds timeout) override {
    return admin_.allPartitionCounts(timeout);
  }

  // The mock does not describe groups.
  [[nodiscard]] std::optional<std::map<std::string, std::vector<std::string>>> groupSubscriptions(
      const std::string& /*group*/, Milliseconds /*timeout*/) override {
    return std::nullopt;
  }

  void createTopics(const std::vector<TopicSpec>& topics, Milliseconds /*timeout*/) override {
    for (const TopicSpec& spec : topics) create_topic_(spec.name, spec.partitions);
  }

  void deleteTopics(const std::vector<std::string>& topics, Milliseconds /*timeout*/) override {
    if (topics.empty()) return;
    throw Error{ErrorKind::fatal,
                "the embedded broker cannot delete topic " + topics.front() + ": it keeps what it has"};
  }

  // It keeps a few megabytes of each partition and drops older records by itself.
  void deleteRecords(const std::map<TopicPartition, std::int64_t>& /*before*/, Milliseconds /*timeout*/) override {}

  [[nodiscard]] std::unique_ptr<AdminRequest> beginDeleteRecords(
      const std::map<TopicPartition, std::int64_t>& /*before*/, Milliseconds timeout) override {
    return admin_.beginDeleteRecords({}, timeout);
  }

  [[nodiscard]] std::map<std::string, std::int32_t> allTopics(Milliseconds timeout) override {
    return admin_.allTopics(timeout);
  }
  [[nodiscard]] std::map<TopicPartition, std::int64_t> offsetsForTime(const std::vector<TopicPartition>& partitions,
                                                                      Timestamp at, Milliseconds timeout) override {
    return admin_.offsetsForTime(partitions, at, timeout);
  }

  // librdkafka's mock does not answer, and its client never ends afterwards.
  [[nodiscard]] std::vector<GroupMember> groupMembers(const std::string& group, Milliseconds /*timeout*/) override {
    throw Error{ErrorKind::fatal, "the embedded broker does not tell the members of group " + group};
  }
  void setGroupOffsets(const std::string& group, const CommittedOffsets& /*offsets*/,
                       Milliseconds /*timeout*/) override {
    throw Error{ErrorKind::fatal, "the embedded broker does not set the offsets of group " + group};
  }

  void removeMember(const std::string& group, const std::string& member_id, Milliseconds timeout) override {
    admin_.removeMember(group, member_id, timeout);
  }

 private:
  rdkafka::LibrdkafkaAdmin admin_;
  const CreateTopic create_topic_;
};

class EmbeddedClients final : public rdkafka::LibrdkafkaClients {
 public:
  EmbeddedClients(EmbeddedAdmin::CreateTopic create_topic, ClientProperties common, const LogSink& log)
      : LibrdkafkaClients(std::move(common), log), create_topic_(std::move(create_topic)) {}

  [[nodiscard]] std::unique_ptr<Membership> membership(const MembershipSettings& settings) override {
    MembershipSettings own = settings;
    // The mock lets the first member wait for 3 s, whose session must not end before; later rebalances take a session
    // less one second.
    if (!common().contains("session.timeout.ms")) own.properties.emplace("session.timeout.ms", "3500");
    return LibrdkafkaClients::membership(own);
  }

  [[nodiscard]] std::unique_ptr<Admin> admin(const ClientProperties& properties) override {
    return std::make_unique<EmbeddedAdmin>(properties, common(), log(), create_topic_);
  }

 private:
  const EmbeddedAdmin::CreateTopic create_topic_;  // keeps the broker alive
};

}  // namespace

EmbeddedBroker::EmbeddedBroker(LogSink log) : impl_(std::make_shared<Impl>(log)) {}

EmbeddedBroker::~EmbeddedBroker() = default;

const std::string& EmbeddedBroker::bootstrapServers() const {
  return impl_->bootstrap_servers;
}

void EmbeddedBroker::createTopic(const std::string& name, std::int32_t partitions) {
  impl_->createTopic(name, partitions);
}

std::shared_ptr<KafkaClients> EmbeddedBroker::clients(ClientProperties common, LogSink log) {
  common["bootstrap.servers"] = impl_->bootstrap_servers;
  return std::make_shared<EmbeddedClients>(
      [impl = impl_](const std::string& name, std::int32_t partitions) { impl->createTopic(name, partitions); },
      std::move(common), log);
}

}  // namespace widgetstream
