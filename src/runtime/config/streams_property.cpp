#include "runtime/config/streams_property.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

template <class Number>
std::optional<Number> numberIn(const std::string& text, Number least,
                               Number most = std::numeric_limits<Number>::max()) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) return std::nullopt;
  return number;
}

StreamsProperty text(std::string name, std::string StreamsConfig::*field) {
  return {std::move(name), "text",
          [field](StreamsConfig& config, const std::string& value) {
            config.*field = value;
            return true;
          },
          [field](const StreamsConfig& config) { return config.*field; }};
}

template <class Number>
StreamsProperty number(std::string name, Number StreamsConfig::*field, Number least) {
  return {std::move(name), "a whole number, at least " + std::to_string(least),
          [field, least](StreamsConfig& config, const std::string& value) {
            const auto read = numberIn<Number>(value, least);
            if (read) config.*field = *read;
            return read.has_value();
          },
          [field](const StreamsConfig& config) { return std::to_string(config.*field); }};
}

/// One that is worked out when it is not given.
StreamsProperty number(std::string name, std::optional<std::size_t> StreamsConfig::*field, std::size_t least) {
  return {std::move(name), "a whole number, at least " + std::to_string(least),
          [field, least](StreamsConfig& config, const std::string& value) {
            config.*field = numberIn<std::size_t>(value, least);
            return (config.*field).has_value();
          },
          [field](const StreamsConfig& config) {
            return config.*field ? std::to_string(*(config.*field)) : std::string{"(by default)"};
          }};
}

StreamsProperty millis(std::string name, Milliseconds StreamsConfig::*field, std::int64_t least) {
  return {std::move(name), "milliseconds, at least " + std::to_string(least),
          [field, least](StreamsConfig& config, const std::string& value) {
            const auto read = numberIn<std::int64_t>(value, least);
            if (read) config.*field = Milliseconds{*read};
            return read.has_value();
          },
          [field](const StreamsConfig& config) { return std::to_string((config.*field).count()); }};
}

std::optional<ErrorHandler> handlerNamed(const std::string& value, const ErrorHandler& fail) {
  const std::string name = value.substr(value.rfind('.') + 1);  // Java's come with their package
  if (name == "fail" || name == "LogAndFailExceptionHandler" || name == "LogAndFailProcessingExceptionHandler")
    return fail;
  if (name == "DefaultProductionExceptionHandler") return retryOrFail();
  if (name == "continue" || name == "skip" || name == "LogAndContinueExceptionHandler" ||
      name == "LogAndContinueProcessingExceptionHandler")
    return logAndContinue();
  if (name == "dead-letter") return sendToDeadLetters();
  if (name == "retry") return retryUpTo(std::numeric_limits<unsigned>::max());
  return std::nullopt;
}

StreamsProperty handler(std::string name, ErrorHandler StreamsConfig::*field, ErrorHandler fail = logAndFail()) {
  return {std::move(name), "fail, continue, dead-letter or retry",
          [field, fail = std::move(fail)](StreamsConfig& config, const std::string& value) {
            auto read = handlerNamed(value, fail);
            if (read) config.*field = std::move(*read);
            return read.has_value();
          },
          [field](const StreamsConfig& config) { return std::string{config.*field ? "(a function)" : "fail"}; }};
}

bool equalInAnyCase(const std::string& one, const std::string& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

/// A setting of which only one value is there yet.
StreamsProperty only(std::string name, std::string value, const std::string& others) {
  std::string expected = "'" + value + "': " + others + " is not there yet";
  return {std::move(name), std::move(expected),
          [value](StreamsConfig&, const std::string& given) { return equalInAnyCase(given, value); },
          [value](const StreamsConfig&) { return value; }};
}

StreamsProperty offsetReset() {
  return {"auto.offset.reset", "earliest, latest, none or by_duration: with an ISO-8601 duration, as in by_duration:PT24H",
          [](StreamsConfig& config, const std::string& value) {
            const auto read = AutoOffsetReset::parse(value);
            // What librdkafka calls them too.
            if (value == "smallest" || value == "beginning") {
              config.auto_offset_reset = AutoOffsetReset::earliest;
            } else if (value == "largest" || value == "end") {
              config.auto_offset_reset = AutoOffsetReset::latest;
            } else if (value == "error") {
              config.auto_offset_reset = AutoOffsetReset::none;
            } else if (read) {
              config.auto_offset_reset = *read;
            } else {
              return false;
            }
            return true;
          },
          [](const StreamsConfig& config) { return toString(config.auto_offset_reset); }};
}

bool readFlag(const std::string& value, bool& flag) {
  if (value != "true" && value != "false") return false;
  flag = value == "true";
  return true;
}

StreamsProperty flag(std::string name, bool StreamsConfig::*field) {
  return {std::move(name), "true or false",
          [field](StreamsConfig& config, const std::string& value) { return readFlag(value, config.*field); },
          [field](const StreamsConfig& config) { return std::string{config.*field ? "true" : "false"}; }};
}

StreamsProperty explicitNaming() {
  return {"ensure.explicit.internal.resource.naming", "true or false",
          [](StreamsConfig& config, const std::string& value) {
            return readFlag(value, config.topology.ensure_explicit_internal_resource_naming);
          },
          [](const StreamsConfig& config) {
            return std::string{config.topology.ensure_explicit_internal_resource_naming ? "true" : "false"};
          }};
}

/// Java's names, with or without their package.
StreamsProperty dslStore(std::string name) {
  return {std::move(name), "rocksDB or in_memory, or Java's built-in suppliers of these",
          [](StreamsConfig& config, const std::string& value) {
            const auto endsWith = [&](const std::string& end) {
              return value.size() >= end.size() && value.compare(value.size() - end.size(), end.size(), end) == 0;
            };
            if (value == "rocksDB" || endsWith("RocksDBDslStoreSuppliers")) {
              config.topology.dsl_store_suppliers = DslStoreSuppliers::rocksDb();
            } else if (value == "in_memory" || endsWith("InMemoryDslStoreSuppliers")) {
              config.topology.dsl_store_suppliers = DslStoreSuppliers::inMemory();
            } else {
              return false;
            }
            return true;
          },
          [](const StreamsConfig& config) -> std::string {
            return config.topology.dsl_store_suppliers.key_value_store("").persistent ? "rocksDB" : "in_memory";
          }};
}

StreamsProperty optimization() {
  return {"topology.optimization",
          "none, all, or a list of reuse.ktable.source.topics, merge.repartition.topics and single.store.self.join",
          [](StreamsConfig& config, const std::string& value) {
            try {
              config.topology.optimization = TopologyOptimization::parse(value);
              return true;
            } catch (const Error&) {
              return false;
            }
          },
          [](const StreamsConfig& config) { return config.topology.optimization.text(); }};
}

StreamsProperty recordingLevel() {
  return {"metrics.recording.level", "info, debug or trace",
          [](StreamsConfig& config, const std::string& value) {
            if (value == "info" || value == "INFO") {
              config.metrics_recording_level = RecordingLevel::info;
            } else if (value == "debug" || value == "DEBUG") {
              config.metrics_recording_level = RecordingLevel::debug;
            } else if (value == "trace" || value == "TRACE") {
              config.metrics_recording_level = RecordingLevel::trace;
            } else {
              return false;
            }
            return true;
          },
          [](const StreamsConfig& config) -> std::string {
            switch (config.metrics_recording_level) {
              case RecordingLevel::debug:
                return "debug";
              case RecordingLevel::trace:
                return "trace";
              default:
                return "info";
            }
          }};
}

StreamsProperty stateDir() {
  return {"state.dir", "a directory",
          [](StreamsConfig& config, const std::string& value) {
            config.state_dir = value;
            return !value.empty();
          },
          [](const StreamsConfig& config) { return config.state_dir.string(); }};
}

}  // namespace

const std::vector<StreamsProperty>& streamsProperties() {
  static const std::vector<StreamsProperty> all{
      text("application.id", &StreamsConfig::application_id),
      text("bootstrap.servers", &StreamsConfig::bootstrap_servers),
      text("client.id", &StreamsConfig::client_id),
      stateDir(),
      millis("state.cleanup.delay.ms", &StreamsConfig::state_cleanup_delay, 1),
      millis("state.cleanup.dir.max.age.ms", &StreamsConfig::state_cleanup_dir_max_age, -1),
      number("num.stream.threads", &StreamsConfig::num_stream_threads, 1),
      millis("commit.interval.ms", &StreamsConfig::commit_interval, 0),
      number("statestore.cache.max.bytes", &StreamsConfig::cache_max_bytes, std::size_t{0}),
      number("cache.max.bytes.buffering", &StreamsConfig::cache_max_bytes, std::size_t{0}),
      number("memory.budget.bytes", &StreamsConfig::memory_budget_bytes, std::size_t{1}),
      number("statestore.uncommitted.max.bytes", &StreamsConfig::uncommitted_max_bytes, std::size_t{1}),
      number("buffered.records.per.partition", &StreamsConfig::buffered_records_per_partition, std::size_t{1}),
      millis("poll.ms", &StreamsConfig::poll, 0),
      millis("max.task.idle.ms", &StreamsConfig::max_task_idle, -1),
      millis("__emit.interval.ms.kstreams.windowed.aggregation__", &StreamsConfig::emit_interval, 0),
      millis("__emit.interval.ms.kstreams.outer.join.spurious.results.fix__", &StreamsConfig::emit_interval, 0),
      millis("task.timeout.ms", &StreamsConfig::task_timeout, 0),
      millis("retry.backoff.ms", &StreamsConfig::retry_backoff, 0),
      millis("retry.backoff.max.ms", &StreamsConfig::retry_backoff_max, 0),
      millis("max.poll.interval.ms", &StreamsConfig::max_poll_interval, 1),
      offsetReset(),
      number("replication.factor", &StreamsConfig::replication_factor, std::int16_t{-1}),
      millis("windowstore.changelog.additional.retention.ms", &StreamsConfig::window_changelog_additional_retention, 0),
      millis("repartition.purge.interval.ms", &StreamsConfig::repartition_purge_interval, 0),
      handler("deserialization.exception.handler", &StreamsConfig::deserialization_exception_handler),
      handler("default.deserialization.exception.handler", &StreamsConfig::deserialization_exception_handler),
      handler("processing.exception.handler", &StreamsConfig::processing_exception_handler),
      handler("production.exception.handler", &StreamsConfig::production_exception_handler, retryOrFail()),
      handler("default.production.exception.handler", &StreamsConfig::production_exception_handler, retryOrFail()),
      handler("sink.exception.handler", &StreamsConfig::sink_exception_handler),
      text("errors.dead.letter.queue.topic.name", &StreamsConfig::dead_letter_queue_topic),
      text("group.instance.id", &StreamsConfig::group_instance_id),
      recordingLevel(),
      millis("log.summary.interval.ms", &StreamsConfig::log_summary_interval, -1),
      millis("metrics.sample.window.ms", &StreamsConfig::metrics_sample_window, 1),
      only("metrics.num.samples", "2", "another number of samples"),
      only("processing.guarantee", "at_least_once", "exactly-once"),
      only("group.protocol", "classic", "the streams group protocol (KIP-1071)"),
      only("num.standby.replicas", "0", "a standby replica"),
      flag("processing.exception.handler.global.enabled", &StreamsConfig::processing_exception_handler_global_enabled),
      optimization(),
      dslStore("default.dsl.store"),
      dslStore("dsl.store.suppliers.class"),
      explicitNaming(),
      only("dsl.store.format", "DEFAULT", "another format"),
  };
  return all;
}

const std::vector<std::string>& usualClientProperties() {
  static const std::vector<std::string> all{"acks",
                                            "batch.size",
                                            "broker.address.family",
                                            "client.rack",
                                            "compression.type",
                                            "connections.max.idle.ms",
                                            "debug",
                                            "delivery.timeout.ms",
                                            "enable.idempotence",
                                            "fetch.max.bytes",
                                            "fetch.min.bytes",
                                            "fetch.wait.max.ms",
                                            "heartbeat.interval.ms",
                                            "linger.ms",
                                            "max.partition.fetch.bytes",
                                            "max.poll.interval.ms",
                                            "message.max.bytes",
                                            "message.timeout.ms",
                                            "metadata.max.age.ms",
                                            "queue.buffering.max.kbytes",
                                            "queue.buffering.max.messages",
                                            "queued.max.messages.kbytes",
                                            "queued.min.messages",
                                            "receive.message.max.bytes",
                                            "reconnect.backoff.max.ms",
                                            "reconnect.backoff.ms",
                                            "request.timeout.ms",
                                            "retry.backoff.ms",
                                            "sasl.kerberos.keytab",
                                            "sasl.kerberos.principal",
                                            "sasl.mechanism",
                                            "sasl.mechanisms",
                                            "sasl.oauthbearer.config",
                                            "sasl.password",
                                            "sasl.username",
                                            "security.protocol",
                                            "session.timeout.ms",
                                            "socket.keepalive.enable",
                                            "socket.nagle.disable",
                                            "socket.timeout.ms",
                                            "ssl.ca.location",
                                            "ssl.ca.pem",
                                            "ssl.certificate.location",
                                            "ssl.certificate.pem",
                                            "ssl.cipher.suites",
                                            "ssl.endpoint.identification.algorithm",
                                            "ssl.key.location",
                                            "ssl.key.password",
                                            "ssl.key.pem",
                                            "ssl.keystore.location",
                                            "ssl.keystore.password",
                                            "statistics.interval.ms"};
  return all;
}

}  // namespace widgetstream
