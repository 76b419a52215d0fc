#include <algorithm>
#include <charconv>
#include <limits>

#include "registry/http/url.hpp"
#include "widgetstream/registry/schema_registry_client.hpp"

namespace widgetstream {
namespace {

using Properties = std::map<std::string, std::string>;

[[noreturn]] void fail(const std::string& problem) {
  throw Error(ErrorKind::invalid_config, problem);
}

/// The value under `name`, or under it with the prefix that Confluent's clients of Kafka want; nullptr for none.
const std::string* find(const Properties& properties, const std::string& name) {
  for (const std::string& full : {name, "schema.registry." + name}) {
    if (const auto found = properties.find(full); found != properties.end()) return &found->second;
  }
  return nullptr;
}

std::int64_t numberOf(const std::string& name, const std::string& text, std::int64_t most) {
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0 || number > most) {
    fail(name + " = '" + text + "': expected a number from 0 to " + std::to_string(most));
  }
  return number;
}

template <class T>
void readNumber(const Properties& properties, const char* name, T& into) {
  if (const auto* text = find(properties, name)) {
    into = static_cast<T>(numberOf(name, *text, std::numeric_limits<std::int32_t>::max()));
  }
}

template <class T>
void readText(const Properties& properties, const char* name, T& into) {
  if (const auto* text = find(properties, name)) into = *text;
}

std::vector<std::string> commaSeparated(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

std::string_view toString(SchemaType type) noexcept {
  switch (type) {
    case SchemaType::avro:
      return "AVRO";
    case SchemaType::json:
      return "JSON";
    case SchemaType::protobuf:
      return "PROTOBUF";
  }
  return "unknown";
}

SchemaRegistryOptions SchemaRegistryOptions::fromProperties(const Properties& properties) {
  SchemaRegistryOptions options;
  if (const auto found = properties.find("schema.registry.url"); found != properties.end()) {
    options.urls = commaSeparated(found->second);
  }
  std::string source = "URL";
  readText(properties, "basic.auth.credentials.source", source);
  if (source == "USER_INFO") {
    readText(properties, "basic.auth.user.info", options.basic_auth_user_info);
  } else if (source != "URL") {
    fail("basic.auth.credentials.source = '" + source + "': expected URL or USER_INFO");
  }
  readText(properties, "bearer.auth.token", options.bearer_auth_token);
  readText(properties, "ssl.ca.location", options.ssl_ca_location);
  readText(properties, "ssl.certificate.location", options.ssl_certificate_location);
  readText(properties, "ssl.key.location", options.ssl_key_location);
  readText(properties, "ssl.key.password", options.ssl_key_password);
  if (const auto* algorithm = find(properties, "ssl.endpoint.identification.algorithm")) {
    options.ssl_verify_hostname = !algorithm->empty() && *algorithm != "none";
  }
  readNumber(properties, "http.connect.timeout.ms", options.connect_timeout);
  readNumber(properties, "http.read.timeout.ms", options.read_timeout);
  readNumber(properties, "max.retries", options.max_retries);
  readNumber(properties, "retries.wait.ms", options.retries_wait);
  readNumber(properties, "retries.max.wait.ms", options.retries_max_wait);
  readNumber(properties, "max.schemas.per.subject", options.max_schemas);
  options.validate();
  return options;
}

void SchemaRegistryOptions::validate() const {
  if (urls.empty()) fail("schema.registry.url is missing: name a schema registry, such as http://localhost:8081");
  bool in_urls = false;
  for (const std::string& url : urls) in_urls = !detail::parseRegistryUrl(url).user_info.empty() || in_urls;
  const int ways = (basic_auth_user_info.empty() ? 0 : 1) + (bearer_auth_token.empty() ? 0 : 1) + (in_urls ? 1 : 0);
  if (ways > 1) fail("basic_auth_user_info, bearer_auth_token and a user in the URL exclude each other: set one");
  if (!basic_auth_user_info.empty() && basic_auth_user_info.find(':') == std::string::npos) {
    fail("basic_auth_user_info: expected USER:PASSWORD");
  }
  if (ssl_certificate_location.empty() != ssl_key_location.empty()) {
    fail("ssl_certificate_location and ssl_key_location belong together: set both or neither");
  }
  for (const auto& [name, time] : {std::pair{"connect_timeout", connect_timeout}, {"read_timeout", read_timeout}}) {
    if (time < Milliseconds{1}) fail(std::string{name} + ": expected at least 1 ms");
  }
  if (max_retries < 0) fail("max_retries = " + std::to_string(max_retries) + ": expected 0 or more");
  if (retries_wait < Milliseconds{0} || retries_max_wait < Milliseconds{0}) fail("retries_wait: expected 0 or more");
  if (max_schemas == 0) fail("max_schemas: expected at least 1");
}

}  // namespace widgetstream
