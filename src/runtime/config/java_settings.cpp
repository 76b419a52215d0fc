#include "runtime/config/java_settings.hpp"

#include <algorithm>
#include <cctype>
#include <span>

namespace widgetstream {
namespace {

constexpr auto ignored = JavaVerdict::without_effect;
constexpr auto refused = JavaVerdict::refused;

struct JavaSetting {
  std::string_view name;  ///< with a star at its end: all that begin so
  /// Values that ask for what happens here anyway, in any case and with or without a package, separated by bars.
  /// An empty value, and null, always do.
  std::string_view same;
  JavaVerdict otherwise;
  std::string_view advice;
};

constexpr std::string_view no_standbys = "there are no standbys and warm-ups yet";
constexpr std::string_view own_metrics = "metrics are read from the program or as Prometheus text, see docs/metrics.md";
constexpr std::string_view serdes_by_type =
    "serdes follow from the program's types; name another in Consumed, Produced, Grouped or Materialized, then leave it out";

// Java 4.3's StreamsConfig.
constexpr JavaSetting of_streams[]{
    {"acceptable.recovery.lag", "", ignored, no_standbys},
    {"allow.os.group.write.access", "false", refused,
     "the state directory is its owner's alone (mode 0700): run what shares it as the same user"},
    {"application.server", "", refused,
     "instances do not tell each other yet where their state is: leave it out and ask each of them"},
    {"built.in.metrics.version", "latest", refused, "there is only latest"},
    {"config.providers*", "", refused, "values are taken as they stand: write them out, or replace them in the program"},
    {"default.client.supplier", "DefaultKafkaClientSupplier", refused,
     "it names a class of Java: give KafkaStreams a KafkaClients instead"},
    {"default.key.serde", "", refused, serdes_by_type},
    {"default.value.serde", "", refused, serdes_by_type},
    {"default.list.*", "", refused, serdes_by_type},
    {"default.timestamp.extractor", "FailOnInvalidTimestamp", refused,
     "it names a class of Java: set StreamsConfig::default_timestamp_extractor, or Consumed::withTimestampExtractor"},
    {"enable.metrics.push", "false", ignored, "no metrics are pushed to brokers (KIP-714)"},
    {"max.warmup.replicas", "", ignored, no_standbys},
    {"metric.reporters", "JmxReporter", ignored, own_metrics},
    {"probing.rebalance.interval.ms", "", ignored, no_standbys},
    {"processor.wrapper.class", "NoOpProcessorWrapper", refused,
     "it names a class of Java: set TopologyConfig::processor_wrapper"},
    {"rack.aware.assignment.*", "none", ignored, "tasks are placed without regard to racks"},
    {"rocksdb.config.setter", "", refused,
     "it names a class of Java: give RocksDbOptions to the supplier of the store"},
    {"task.assignor.class", "HighAvailabilityTaskAssignor|StickyTaskAssignor", refused,
     "it names a class of Java: leave it out; tasks are shared out evenly and stay where they were"},
    {"upgrade.from", "3.5|3.6|3.7|3.8|3.9|4.0|4.1|4.2", refused,
     "records are not written in the forms of before 3.5: bring all instances in Java to 3.5 or later without it, stop "
     "them, then leave it out here"},
    {"window.size.ms", "", ignored, "the program tells windowed serdes their size"},
    {"windowed.inner.class.serde", "", ignored, "windowed serdes follow from the program's types"},
};

constexpr std::string_view java_class = "it names a class of Java: leave it out";
constexpr std::string_view by_librdkafka = "librdkafka has no such setting";
constexpr std::string_view key_and_certificate =
    "librdkafka reads PEM files (ssl.certificate.location, ssl.key.location) or a PKCS#12 file (ssl.keystore.location)";
constexpr std::string_view authorities =
    "librdkafka reads PEM files: give the authorities in ssl.ca.location";
constexpr std::string_view oauth =
    "librdkafka's are sasl.oauthbearer.method=oidc, sasl.oauthbearer.client.id, sasl.oauthbearer.client.secret and "
    "sasl.oauthbearer.token.endpoint.url";
constexpr std::string_view tokens_are_brokers = "brokers check tokens, clients do not";

// Those of Java 4.3's ConsumerConfig, ProducerConfig and AdminClientConfig that librdkafka does not know.
constexpr JavaSetting of_clients[]{
    {"bootstrap.controllers", "", refused, "clients speak to brokers: set bootstrap.servers"},
    {"buffer.memory", "", ignored, "the producer's queue has its own: queue.buffering.max.kbytes"},
    {"client.dns.lookup", "use_all_dns_ips", refused, "all addresses of a name are used: leave it out"},
    {"compression.gzip.level", "-1", ignored, "librdkafka's is compression.level"},
    {"compression.lz4.level", "9", ignored, "librdkafka's is compression.level"},
    {"compression.zstd.level", "3", ignored, "librdkafka's is compression.level"},
    {"default.api.timeout.ms", "", ignored, "a call that fails is tried again until task.timeout.ms is over"},
    {"enable.metrics.push", "false", ignored, "no metrics are pushed to brokers (KIP-714)"},
    {"exclude.internal.topics", "true", refused, "a pattern never takes the brokers' own topics: leave it out"},
    {"group.protocol", "classic", refused, "the group is one of the classic protocol: leave it out"},
    {"group.remote.assignor", "", ignored, "the group is one of the classic protocol"},
    {"interceptor.classes", "", refused, java_class},
    {"key.deserializer", "", ignored, "serdes follow from the program's types"},
    {"key.serializer", "", ignored, "serdes follow from the program's types"},
    {"max.block.ms", "", ignored, "a full queue holds the task back for as long as it takes"},
    {"max.poll.records", "", ignored, "records are taken as they come, within buffered.records.per.partition"},
    {"metadata.max.idle.ms", "", ignored, by_librdkafka},
    {"metadata.recovery.*", "", ignored, by_librdkafka},
    {"metric.reporters", "JmxReporter", ignored, own_metrics},
    {"metrics.*", "", ignored, "clients have no metrics of their own here"},
    {"partitioner.adaptive.partitioning.enable", "", ignored, by_librdkafka},
    {"partitioner.availability.timeout.ms", "", ignored, by_librdkafka},
    {"partitioner.class", "", refused,
     "keys go to the partitions that Java's default gives them; name another partitioner in Produced or Repartitioned"},
    {"partitioner.ignore.keys", "false", refused,
     "keys decide on partitions; name another partitioner in Produced or Repartitioned"},
    {"retry.backoff.max.ms", "", ignored, by_librdkafka},
    {"sasl.client.callback.handler.class", "", refused, java_class},
    {"sasl.jaas.config", "", refused,
     "librdkafka's are sasl.username and sasl.password, or sasl.kerberos.principal and sasl.kerberos.keytab"},
    {"sasl.kerberos.ticket.renew.*", "", ignored, "tickets are renewed as sasl.kerberos.min.time.before.relogin says"},
    {"sasl.login.callback.handler.class", "", refused, java_class},
    {"sasl.login.class", "", refused, java_class},
    {"sasl.login.*", "", ignored, by_librdkafka},
    {"sasl.oauthbearer.assertion.*", "", refused, oauth},
    {"sasl.oauthbearer.client.credentials.*", "", refused, oauth},
    {"sasl.oauthbearer.jwt.retriever.class", "DefaultJwtRetriever", refused, oauth},
    {"sasl.oauthbearer.jwt.validator.class", "DefaultJwtValidator", ignored, tokens_are_brokers},
    {"sasl.oauthbearer.clock.skew.seconds", "", ignored, tokens_are_brokers},
    {"sasl.oauthbearer.expected.*", "", ignored, tokens_are_brokers},
    {"sasl.oauthbearer.header.urlencode", "false", refused, oauth},
    {"sasl.oauthbearer.jwks.*", "", ignored, tokens_are_brokers},
    {"sasl.oauthbearer.scope.claim.name", "", ignored, tokens_are_brokers},
    {"sasl.oauthbearer.sub.claim.name", "", ignored, tokens_are_brokers},
    {"security.providers", "", refused, java_class},
    {"share.*", "", ignored, "there are no share groups in it"},
    {"socket.connection.setup.timeout.max.ms", "", ignored, by_librdkafka},
    {"ssl.enabled.protocols", "TLSv1.2,TLSv1.3|TLSv1.3,TLSv1.2", refused,
     "OpenSSL decides: leave it out, or restrict it in OpenSSL's own configuration"},
    {"ssl.engine.factory.class", "", refused, java_class},
    {"ssl.keymanager.algorithm", "", ignored, by_librdkafka},
    {"ssl.keystore.type", "PKCS12", refused, key_and_certificate},
    {"ssl.protocol", "TLSv1.3|TLSv1.2|TLS", refused, "OpenSSL decides: leave it out"},
    {"ssl.provider", "", refused, java_class},
    {"ssl.secure.random.implementation", "", ignored, by_librdkafka},
    {"ssl.trustmanager.algorithm", "", ignored, by_librdkafka},
    {"ssl.truststore.location", "", refused, authorities},
    {"ssl.truststore.password", "", refused, authorities},
    {"ssl.truststore.type", "", refused, authorities},
    {"transaction.two.phase.commit.enable", "false", refused, "the brokers alone decide on transactions: leave it out"},
    {"value.deserializer", "", ignored, "serdes follow from the program's types"},
    {"value.serializer", "", ignored, "serdes follow from the program's types"},
};

bool equalInAnyCase(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  });
}

/// `org.apache.kafka.X` as X; `4.2` stays what it is.
std::string_view withoutPackage(std::string_view value) {
  return value.starts_with("org.apache.kafka.") ? value.substr(value.find_last_of(".$") + 1) : value;
}

bool asksForTheSame(const JavaSetting& setting, std::string_view value) {
  if (value.empty() || value == "null") return true;
  for (std::string_view rest = setting.same; !rest.empty();) {
    const std::size_t bar = rest.find('|');
    if (equalInAnyCase(withoutPackage(value), rest.substr(0, bar))) return true;
    rest.remove_prefix(bar == std::string_view::npos ? rest.size() : bar + 1);
  }
  return false;
}

bool names(const JavaSetting& setting, std::string_view name) {
  if (!setting.name.ends_with('*')) return setting.name == name;
  return name.starts_with(setting.name.substr(0, setting.name.size() - 1));
}

JavaAnswer answerFrom(std::span<const JavaSetting> settings, std::string_view name, std::string_view value) {
  for (const JavaSetting& setting : settings) {
    if (!names(setting, name)) continue;
    if (asksForTheSame(setting, value)) return {JavaVerdict::same, {}};
    return {setting.otherwise, setting.advice};
  }
  return {};
}

}  // namespace

JavaAnswer answerToStreamsSetting(std::string_view name, std::string_view value) {
  return answerFrom(of_streams, name, value);
}

JavaAnswer answerToClientSetting(std::string_view name, std::string_view value) {
  return answerFrom(of_clients, name, value);
}

}  // namespace widgetstream
