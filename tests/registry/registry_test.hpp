#pragma once

#include <string>
#include <vector>

#include "tests/registry/stub_registry.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/registry/schema_registry_client.hpp"

namespace widgetstream {

inline const Schema text_schema{SchemaType::json, R"({"type":"string"})"};

/// Options of a client that loses no time.
inline SchemaRegistryOptions impatient(std::vector<std::string> urls) {
  SchemaRegistryOptions options;
  options.urls = std::move(urls);
  options.max_retries = 0;
  options.retries_wait = Milliseconds{1};
  options.retries_max_wait = Milliseconds{1};
  return options;
}

/// The error of `f`, which has to be one of the registry's.
template <class F>
SchemaRegistryError registryErrorOf(F f) {
  try {
    f();
  } catch (const SchemaRegistryError& error) {
    return error;
  }
  return {ErrorKind::invalid_argument, "no error", -1, -1};
}

/// Everything that is logged, as text.
class LogText {
 public:
  [[nodiscard]] LogSink sink() {
    return [this](const LogEntry& entry) {
      text_ += std::string{entry.message};
      for (const auto& [name, value] : entry.fields) text_ += " " + std::string{name} + "=" + value;
      text_ += "\n";
    };
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace widgetstream
