#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// The language a schema is written in.
enum class SchemaType { avro, json, protobuf };

/// The registry's word: "AVRO", "JSON" or "PROTOBUF".
[[nodiscard]] std::string_view toString(SchemaType type) noexcept;

/// A schema that another one imports under `name`.
struct SchemaReference {
  std::string name;
  std::string subject;
  std::int32_t version = 0;
  friend auto operator<=>(const SchemaReference&, const SchemaReference&) = default;
};

struct Schema {
  SchemaType type = SchemaType::json;
  std::string text;
  std::vector<SchemaReference> references{};
  friend bool operator==(const Schema&, const Schema&) = default;
};

/// A schema as it stands in a registry: one id all over it, one version within its subject.
struct RegisteredSchema {
  std::string subject;
  std::int32_t id = 0;
  std::int32_t version = 0;
  Schema schema;
};

/// The registry refused, or could not be asked.
///
/// Kinds   retriable    no registry answered, or all were too busy: the same call may succeed later
///         bad_record   there is no schema of that id
///         fatal        it refused: credentials, an incompatible or invalid schema, a subject that is not there
class SchemaRegistryError : public Error {
 public:
  SchemaRegistryError(ErrorKind kind, const std::string& message, int status, int code)
      : Error(kind, message), status_(status), code_(code) {}

  /// The HTTP status, 0 when nothing answered.
  [[nodiscard]] int status() const noexcept { return status_; }
  /// The registry's own code: 40401 no such subject, 40402 no such version, 40403 no such schema, ...; 0 for none.
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int status_;
  int code_;
};

/// What a schema registry answers. The one behind cachedSchemaRegistryClient() speaks the REST API that Confluent has
/// published and others have taken up (Karapace, Apicurio, Redpanda); a test has mockSchemaRegistryClient().
///
/// Threads  any
/// Errors   SchemaRegistryError
class SchemaRegistryClient {
 public:
  virtual ~SchemaRegistryClient() = default;

  [[nodiscard]] virtual Schema getSchemaById(std::int32_t id) = 0;

  /// Registers `schema` as the newest version of `subject` unless the subject has it, and gives its id. `normalize`:
  /// texts that mean the same count as the same.
  virtual std::int32_t registerSchema(const std::string& subject, const Schema& schema, bool normalize = false) = 0;

  /// Looks up a schema that `subject` has to have.
  [[nodiscard]] virtual RegisteredSchema lookUpSchema(const std::string& subject, const Schema& schema,
                                                      bool normalize = false) = 0;

  /// The newest version of `subject`, asked anew at each call.
  [[nodiscard]] virtual RegisteredSchema getLatestSchema(const std::string& subject) = 0;
};

/// Where the registry is, and how it is spoken to. The texts in `code` are Confluent's names.
struct SchemaRegistryOptions {
  /// `schema.registry.url`: http://HOST:PORT or https://HOST:PORT, a path after it if there is one. The first that
  /// answers is kept; the others are tried when it does not.
  std::vector<std::string> urls{};

  /// `basic.auth.user.info`: USER:PASSWORD. A URL may have its own: https://USER:PASSWORD@HOST.
  std::string basic_auth_user_info{};
  /// `bearer.auth.token`, instead of a user.
  std::string bearer_auth_token{};

  /// Certificates of the authorities that are trusted, PEM; empty: the system's.
  std::filesystem::path ssl_ca_location{};
  /// This client's own certificate and key, PEM, where the registry asks for them.
  std::filesystem::path ssl_certificate_location{};
  std::filesystem::path ssl_key_location{};
  std::string ssl_key_password{};
  /// Whether the certificate must be of the host in the URL.
  bool ssl_verify_hostname = true;

  /// `http.connect.timeout.ms`: for a name, a connection and its TLS.
  Milliseconds connect_timeout{5'000};
  /// `http.read.timeout.ms`: for an answer, once connected.
  Milliseconds read_timeout{10'000};
  /// `max.retries`: how often all URLs are tried again when none has an answer; `retries.wait.ms` doubles to
  /// `retries.max.wait.ms` between.
  int max_retries = 3;
  Milliseconds retries_wait{100};
  Milliseconds retries_max_wait{2'000};

  /// `max.schemas.per.subject`: how many schemas a client remembers, by id and by text. Beyond, it asks again.
  std::size_t max_schemas = 1'000;
  /// How long an id that the registry does not know is not asked for again.
  Milliseconds missing_id_ttl{1'000};

  LogSink log{};

  /// Reads settings under Confluent's names, with the URLs separated by commas; `ssl.ca.location`,
  /// `ssl.certificate.location`, `ssl.key.location` and `ssl.key.password` are librdkafka's. What is not the client's
  /// is left alone.
  ///
  /// Errors  Error{invalid_config} with the name, the value and what was expected
  [[nodiscard]] static SchemaRegistryOptions fromProperties(const std::map<std::string, std::string>& properties);

  /// Errors  Error{invalid_config} naming the field, for settings that are out of range or do not go together
  void validate() const;
};

/// A client that remembers what it was told: each id, and each schema of a subject, is asked for once. One serves all
/// serdes of a program.
///
/// Errors   Error{invalid_config} for options that are wrong. The registry is not asked before the first call.
/// Secrets  no password, token or key shows in a message or in the log
[[nodiscard]] std::shared_ptr<SchemaRegistryClient> cachedSchemaRegistryClient(SchemaRegistryOptions options);

/// A registry in memory, for tests: ids count from 1, equal schemas share theirs, nothing is incompatible.
[[nodiscard]] std::shared_ptr<SchemaRegistryClient> mockSchemaRegistryClient();

}  // namespace widgetstream
