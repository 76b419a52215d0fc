#include "options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/version.hpp"
#include "widgetstream/runtime/properties_file.hpp"

using namespace widgetstream;

namespace {

using Properties = std::map<std::string, std::string>;

/// The settings that are ours and not Kafka's, under their names in the file.
namespace own {
constexpr const char* http_host = "http.host";
constexpr const char* http_port = "http.port";
constexpr const char* mongo_uri = "mongo.uri";
constexpr const char* mongo_database = "mongo.database";
}  // namespace own

/// What this application sets unless the user does: commits often enough that MongoDB follows closely, and no cache in
/// the way of it.
const Properties defaults{
    {"application.id", "widget-orders"},
    {"commit.interval.ms", "100"},
    {"statestore.cache.max.bytes", "0"},
    {"deserialization.exception.handler", "dead-letter"},
    {"processing.exception.handler", "dead-letter"},
    {"sink.exception.handler", "dead-letter"},
};

std::string take(Properties& from, const std::string& name, const std::string& otherwise) {
  const auto found = from.find(name);
  if (found == from.end()) return otherwise;
  std::string value = std::move(found->second);
  from.erase(found);
  return value;
}

std::uint16_t portOf(const std::string& text) {
  std::size_t read = 0;
  unsigned long port = 65536;
  try {
    port = std::stoul(text, &read);
  } catch (const std::exception&) {
    read = 0;
  }
  if (read != text.size() || text.empty() || port > 65535) {
    throw Error{ErrorKind::invalid_config, "http.port is '" + text + "'; give a number from 0 (any free one) to 65535"};
  }
  return static_cast<std::uint16_t>(port);
}

LogLevel levelOf(const std::string& text) {
  const std::map<std::string, LogLevel> levels{{"debug", LogLevel::debug},
                                               {"info", LogLevel::info},
                                               {"warning", LogLevel::warning},
                                               {"error", LogLevel::error}};
  return levels.at(text);  // CLI11 let nothing else through
}

/// What was not understood, without what may be a secret: of anything but the name of a flag only that it was there.
std::string unknownArguments(const std::vector<std::string>& arguments) {
  std::string text;
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    const bool is_flag = name.starts_with("--") && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
    text += (text.empty() ? "" : ", ") + (is_flag ? name : std::string{"a word that is no flag"});
  }
  return text;
}

}  // namespace

CommandLine parseCommandLine(int argc, char** argv) {
  CLI::App cli{"Takes widget orders and sensor health from Kafka, keeps them, writes them to MongoDB and serves them by "
               "HTTP."};
  cli.name("widget-orders");
  cli.set_version_flag("--version", std::string{version()});
  bool embedded = false;
  std::string config_file;
  std::string log_level = "info";
  Properties flags;
  const auto setting = [&](const char* flag, const char* name, const char* help) {
    return cli.add_option_function<std::string>(
        flag, [&flags, name](const std::string& value) { flags[name] = value; }, help);
  };
  auto* embedded_flag =
      cli.add_flag("--embedded", embedded, "Run with a broker inside the process, sample events, and state that is "
                                           "forgotten at the end");
  setting("--bootstrap-servers", "bootstrap.servers", "Kafka brokers, HOST:PORT[,HOST:PORT]")->excludes(embedded_flag);
  setting("--application-id", "application.id", "Consumer group and prefix of internal topics (widget-orders)");
  setting("--state-dir", "state.dir", "Directory of the local stores")->excludes(embedded_flag);
  setting("--http-host", own::http_host, "Address to serve on (127.0.0.1)");
  setting("--http-port", own::http_port, "Port to serve on, 0 for any free one (8080)");
  setting("--mongo-uri", own::mongo_uri, "Where orders are written besides; also WIDGET_ORDERS_MONGO_URI or mongo.uri");
  setting("--mongo-database", own::mongo_database, "Database of the collections orders and sensors (widgets)");
  setting("--threads", "num.stream.threads", "Stream threads (1)");
  cli.add_option("--config", config_file, "Properties under their Kafka Streams or librdkafka names; flags beat it");
  cli.add_option("--log-level", log_level, "debug, info, warning or error (info)")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ExtrasError&) {
    std::cerr << "widget-orders: not understood: " << unknownArguments(cli.remaining(true)) << "; --help lists all flags\n";
    return {std::nullopt, 2};
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, cli.exit(error) == 0 ? 0 : 2};
  }

  Properties settings = defaults;
  const auto addAll = [&](const Properties& from) {
    for (const auto& [name, value] : from) settings[name] = value;
  };
  if (!config_file.empty()) addAll(readPropertiesFile(config_file));
  if (const char* uri = std::getenv("WIDGET_ORDERS_MONGO_URI"); uri && *uri) settings[own::mongo_uri] = uri;
  addAll(flags);

  Options options;
  options.embedded = embedded;
  options.http_host = take(settings, own::http_host, options.http_host);
  options.http_port = portOf(take(settings, own::http_port, std::to_string(options.http_port)));
  const std::string mongo_uri = take(settings, own::mongo_uri, "");
  const std::string mongo_database = take(settings, own::mongo_database, "widgets");
  if (!mongo_uri.empty()) options.mongo = MongoTarget{mongo_uri, mongo_database};
  if (embedded) {
    settings.erase("bootstrap.servers");
    settings.erase("state.dir");
  } else if (!settings.contains("bootstrap.servers")) {
    throw Error{ErrorKind::invalid_config,
                "no broker: give --bootstrap-servers HOST:PORT, or --embedded to try things out"};
  }
  settings.try_emplace("errors.dead.letter.queue.topic.name", settings.at("application.id") + "-dlq");
  options.streams = StreamsConfig::fromProperties(
      settings, {own::http_host, own::http_port, own::mongo_uri, own::mongo_database});
  options.streams.log = logToStandardError(levelOf(log_level));
  return {std::move(options), 0};
}
