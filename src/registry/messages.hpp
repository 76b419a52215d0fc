#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/registry/schema_registry_client.hpp"
#include "widgetstream/serde/describe.hpp"

/// What goes over the wire to a registry and back, as JSON.
namespace widgetstream::detail {

struct SchemaRequest {
  std::string schema;
  std::optional<std::string> schema_type;  ///< absent for Avro
  std::optional<std::vector<SchemaReference>> references;
};

/// Any of the registry's answers: each has some of these.
struct SchemaAnswer {
  std::optional<std::string> subject;
  std::optional<std::int32_t> id;
  std::optional<std::int32_t> version;
  std::optional<std::string> schema_type;
  std::optional<std::vector<SchemaReference>> references;
  std::optional<std::string> schema;
};

struct ErrorAnswer {
  std::optional<std::int32_t> error_code;
  std::optional<std::string> message;
};

}  // namespace widgetstream::detail

template <>
struct widgetstream::Describe<widgetstream::SchemaReference> {
  using Reference = SchemaReference;
  static constexpr auto fields = describe(field("name", &Reference::name), field("subject", &Reference::subject),
                                          field("version", &Reference::version));
};

template <>
struct widgetstream::Describe<widgetstream::detail::SchemaRequest> {
  using Request = detail::SchemaRequest;
  static constexpr auto fields = describe(field("schema", &Request::schema), field("schemaType", &Request::schema_type),
                                          field("references", &Request::references));
};

template <>
struct widgetstream::Describe<widgetstream::detail::SchemaAnswer> {
  using Answer = detail::SchemaAnswer;
  static constexpr auto fields = describe(field("subject", &Answer::subject), field("id", &Answer::id),
                                          field("version", &Answer::version), field("schemaType", &Answer::schema_type),
                                          field("references", &Answer::references), field("schema", &Answer::schema));
};

template <>
struct widgetstream::Describe<widgetstream::detail::ErrorAnswer> {
  using Answer = detail::ErrorAnswer;
  static constexpr auto fields = describe(field("error_code", &Answer::error_code), field("message", &Answer::message));
};
