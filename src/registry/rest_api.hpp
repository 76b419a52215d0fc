#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "registry/http/http_client.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/registry/schema_registry_client.hpp"

namespace widgetstream::detail {

/// The calls of the registry's REST API, each asked anew, of one URL after the other until one answers.
///
/// Source   Confluent Schema Registry, "API Reference", as of version 7.9
/// Threads  any
class RegistryRestApi {
 public:
  /// Errors  Error{invalid_config}
  explicit RegistryRestApi(SchemaRegistryOptions options);

  [[nodiscard]] Schema schemaById(std::int32_t id) const;
  [[nodiscard]] std::int32_t registerSchema(const std::string& subject, const Schema& schema, bool normalize) const;
  [[nodiscard]] RegisteredSchema lookUp(const std::string& subject, const Schema& schema, bool normalize) const;
  [[nodiscard]] RegisteredSchema latest(const std::string& subject) const;

 private:
  struct Call {
    const char* method;
    std::string target;
    std::string body;
    std::string about;    ///< what is asked for, for messages: "schema 7"
    ErrorKind not_found;  ///< what a 404 is
  };
  struct Answer {
    HttpReply reply;
    std::string from;  ///< the URL, without secrets
  };

  [[nodiscard]] Answer ask(const Call& call) const;
  [[nodiscard]] bool askEach(const Call& call, Answer& answer, std::string& failures, int& status) const;
  [[nodiscard]] Answer accepted(const Call& call, Answer answer) const;
  template <class Body>
  [[nodiscard]] Body bodyOf(const Call& call, const Answer& answer) const;

  SchemaRegistryOptions options_;
  std::vector<RegistryUrl> urls_;
  HttpClient http_;
  Logger log_;
  mutable std::atomic<std::size_t> current_{0};  ///< the URL that answered last
};

}  // namespace widgetstream::detail
