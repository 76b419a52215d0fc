#include "widgetstream/runtime/streams_config.hpp"

#include <algorithm>

#include "runtime/config/java_settings.hpp"
#include "runtime/config/nearest_name.hpp"
#include "runtime/config/streams_property.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {
namespace {

/// A prefix and the clients whose settings it begins.
struct Prefix {
  std::string text;
  ClientProperties StreamsConfig::*field;
};

/// Weakest first. One consumer fetches inputs and changelogs, so the restore consumer's settings are its too, below those
/// of the main consumer.
const std::vector<Prefix>& clientPrefixes() {
  static const std::vector<Prefix> all{{"consumer.", &StreamsConfig::consumer_properties},
                                       {"restore.consumer.", &StreamsConfig::consumer_properties},
                                       {"main.consumer.", &StreamsConfig::consumer_properties},
                                       {"global.consumer.", &StreamsConfig::global_consumer_properties},
                                       {"producer.", &StreamsConfig::producer_properties},
                                       {"admin.", &StreamsConfig::admin_properties}};
  return all;
}

/// Names of Java's clients that librdkafka has under another one, in the same unit.
const std::map<std::string, std::string>& javaClientNames() {
  static const std::map<std::string, std::string> all{{"receive.buffer.bytes", "socket.receive.buffer.bytes"},
                                                      {"send.buffer.bytes", "socket.send.buffer.bytes"},
                                                      {"fetch.max.wait.ms", "fetch.wait.max.ms"},
                                                      {"max.request.size", "message.max.bytes"},
                                                      {"ssl.keystore.certificate.chain", "ssl.certificate.pem"},
                                                      {"ssl.keystore.key", "ssl.key.pem"},
                                                      {"ssl.truststore.certificates", "ssl.ca.pem"}};
  return all;
}

/// librdkafka's name of a client setting; empty when it has none.
std::string clientName(const std::string& name) {
  const auto java = javaClientNames().find(name);
  const std::string& own = java == javaClientNames().end() ? name : java->second;
  // librdkafka knows these two, but only to refuse them when its clients are made.
  if (own == "sasl.jaas.config" || own == "ssl.truststore.location") return {};
  return isLibrdkafkaProperty(own) ? own : std::string{};
}

bool startsWith(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

/// What begins or ends like this may be a secret, so the value is never shown.
bool isSecret(const std::string& name) {
  static const std::vector<std::string> marks{"password", "secret", "token", ".pem", "jaas", "oauthbearer.config"};
  return std::any_of(marks.begin(), marks.end(),
                     [&](const std::string& mark) { return name.find(mark) != std::string::npos; });
}

[[noreturn]] void refuseUnknown(const std::string& name, const std::vector<std::string>& also_known) {
  std::string prefix;
  std::vector<std::string> candidates = usualClientProperties();
  candidates.insert(candidates.end(), also_known.begin(), also_known.end());
  for (const Prefix& known : clientPrefixes()) {
    if (startsWith(name, known.text)) {
      prefix = known.text;
      break;
    }
  }
  if (prefix.empty()) {
    for (const StreamsProperty& property : streamsProperties()) candidates.push_back(property.name);
  }
  const auto nearest = nearestName(std::string_view{name}.substr(prefix.size()), candidates);
  throw Error{ErrorKind::invalid_config, "unknown setting '" + name + "'" +
                                             (nearest ? ": did you mean '" + prefix + *nearest + "'?"
                                                      : "; known are those of Kafka Streams and librdkafka")};
}

bool readOwn(StreamsConfig& config, const std::string& name, const std::string& value) {
  for (const StreamsProperty& property : streamsProperties()) {
    if (property.name != name) continue;
    if (!property.read(config, value))
      throw Error{ErrorKind::invalid_config,
                  "the setting '" + name + "' has the value '" + value + "', expected is " + property.expected};
    return true;
  }
  return false;
}

JavaAnswer answerTo(const std::string& name, const std::string& value) {
  for (const Prefix& prefix : clientPrefixes()) {
    if (startsWith(name, prefix.text)) return answerToClientSetting(std::string_view{name}.substr(prefix.text.size()), value);
  }
  const JavaAnswer answer = answerToStreamsSetting(name, value);
  return answer.verdict == JavaVerdict::none ? answerToClientSetting(name, value) : answer;
}

/// False for a name that Java does not know either.
bool readOfJava(StreamsConfig& config, const std::string& name, const std::string& value) {
  const JavaAnswer answer = answerTo(name, value);
  switch (answer.verdict) {
    case JavaVerdict::none:
      return false;
    case JavaVerdict::same:
      return true;
    case JavaVerdict::without_effect:
      config.without_effect[name] = answer.advice;
      return true;
    case JavaVerdict::refused:
      break;
  }
  // The value is not shown: it may be a secret.
  throw Error{ErrorKind::invalid_config, "the setting '" + name + "' is one of Java's that WidgetStream does not have: " +
                                             std::string{answer.advice}};
}

/// Settings of all clients, and those with a prefix, to be read in the order of their prefixes.
using ByPrefix = std::map<std::string, std::map<std::string, std::string>>;

bool keepOfClients(StreamsConfig& config, ByPrefix& later, const std::string& name, const std::string& value) {
  for (const Prefix& prefix : clientPrefixes()) {
    if (!startsWith(name, prefix.text)) continue;
    const std::string client_name = clientName(name.substr(prefix.text.size()));
    if (client_name.empty()) return false;
    later[prefix.text][client_name] = value;
    return true;
  }
  const std::string client_name = clientName(name);
  if (client_name.empty()) return false;
  config.client_properties[client_name] = value;
  return true;
}

void readOfClients(StreamsConfig& config, const ByPrefix& settings) {
  for (const Prefix& prefix : clientPrefixes()) {
    const auto given = settings.find(prefix.text);
    if (given == settings.end()) continue;
    for (const auto& [name, value] : given->second) (config.*prefix.field)[name] = value;
  }
  // Ours to watch, whatever prefix it comes under.
  const auto slow = config.consumer_properties.find("max.poll.interval.ms");
  if (slow != config.consumer_properties.end()) (void)readOwn(config, slow->first, slow->second);
}

/// Tells every setting but those of the program's own: visit(name, value).
template <class Visit>
void visitAll(const StreamsConfig& config, const Visit& visit) {
  for (const StreamsProperty& property : streamsProperties()) visit(property.name, property.show(config));
  const auto all = [&](const std::string& prefix, const auto& settings) {
    for (const auto& [name, value] : settings) visit(prefix + name, value);
  };
  all("topic.", config.topic_configs);
  all("", config.client_properties);
  all("consumer.", config.consumer_properties);
  all("global.consumer.", config.global_consumer_properties);
  all("producer.", config.producer_properties);
  all("admin.", config.admin_properties);
}

}  // namespace

std::filesystem::path defaultStateDir() {
  return std::filesystem::temp_directory_path() / "kafka-streams";
}

StreamsConfig StreamsConfig::fromProperties(const std::map<std::string, std::string>& properties,
                                            const std::vector<std::string>& also_known) {
  StreamsConfig config;
  ByPrefix of_clients;
  for (const auto& [name, value] : properties) {
    if (startsWith(name, "topic.")) {
      config.topic_configs[name.substr(6)] = value;
    } else if (!readOwn(config, name, value) && !keepOfClients(config, of_clients, name, value) &&
               !readOfJava(config, name, value)) {
      if (std::find(also_known.begin(), also_known.end(), name) == also_known.end()) refuseUnknown(name, also_known);
      config.app_configs[name] = value;
    }
  }
  readOfClients(config, of_clients);
  // Java's clients know it too, as librdkafka's do.
  if (const auto backoff = properties.find("retry.backoff.ms"); backoff != properties.end())
    config.client_properties["retry.backoff.ms"] = backoff->second;
  return config;
}

AppConfigs StreamsConfig::properties() const {
  AppConfigs properties;
  visitAll(*this, [&properties](const std::string& name, const std::string& value) { properties[name] = value; });
  properties.insert(app_configs.begin(), app_configs.end());
  return properties;
}

std::string StreamsConfig::describe() const {
  std::string text;
  visitAll(*this, [&text](const std::string& name, const std::string& value) {
    text += name + "=" + (isSecret(name) && !value.empty() ? "[redacted]" : value) + "\n";
  });
  // Nobody here knows which of them are secrets.
  for (const auto& [name, value] : app_configs) text += name + "=[redacted]\n";
  return text;
}

void StreamsConfig::validate() const {
  const auto require = [](bool holds, const std::string& message) {
    if (!holds) throw Error{ErrorKind::invalid_config, message};
  };
  require(!application_id.empty(),
          "the setting 'application.id' is missing: it names the application's group and state");
  try {
    checkName(application_id, "application.id");
  } catch (const Error& error) {
    throw Error{ErrorKind::invalid_config, error.what()};
  }
  require(num_stream_threads >= 1,
          "the setting 'num.stream.threads' is " + std::to_string(num_stream_threads) + ", expected is at least 1");
  require(commit_interval >= Milliseconds{0}, "the setting 'commit.interval.ms' must not be negative");
  require(!state_dir.empty(), "the setting 'state.dir' is empty");
  require(clock != nullptr, "StreamsConfig::clock is null: leave it at &systemClock()");
  if (!dead_letter_queue_topic.empty()) {
    try {
      checkName(dead_letter_queue_topic, "errors.dead.letter.queue.topic.name");
    } catch (const Error& error) {
      throw Error{ErrorKind::invalid_config, error.what()};
    }
  }
}

}  // namespace widgetstream
