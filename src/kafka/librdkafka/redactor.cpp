#include "kafka/librdkafka/redactor.hpp"

#include <algorithm>
#include <cctype>

namespace widgetstream::rdkafka {

bool isSecret(std::string_view property) {
  std::string name{property};
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto contains = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  return contains("password") || contains("secret") || contains("token") || name.ends_with(".pem") ||
         name.starts_with("sasl.oauthbearer.") || name.starts_with("ssl.key.") || name == "ssl.key" ||
         name == "ssl_key";
}

Redactor::Redactor(const ClientProperties& properties) {
  for (const auto& [name, value] : properties) {
    if (isSecret(name) && !value.empty()) secrets_.push_back(value);
  }
  // A secret that is part of another one must not break it up before it is found.
  std::sort(secrets_.begin(), secrets_.end(),
            [](const std::string& left, const std::string& right) { return left.size() > right.size(); });
}

std::string Redactor::operator()(std::string_view text) const {
  std::string shown{text};
  for (const std::string& secret : secrets_) {
    constexpr std::string_view mask = "[redacted]";
    for (auto at = shown.find(secret); at != std::string::npos; at = shown.find(secret, at + mask.size())) {
      shown.replace(at, secret.size(), mask);
    }
  }
  return shown;
}

}  // namespace widgetstream::rdkafka
