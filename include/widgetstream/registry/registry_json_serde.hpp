#pragma once

#include <memory>
#include <string>
#include <utility>

#include "widgetstream/registry/json_schema.hpp"
#include "widgetstream/registry/registry_framing.hpp"
#include "widgetstream/registry/registry_serde_options.hpp"
#include "widgetstream/registry/schema_registry_client.hpp"
#include "widgetstream/serde/json.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

/// T as JSON behind a schema id, as Confluent's KafkaJsonSchemaSerde has it.
///
///     auto registry = cachedSchemaRegistryClient({.urls = {"http://localhost:8081"}});
///     builder.stream<std::string, Order>("orders", Consumed::with(StringSerde{}, RegistryJsonSerde<Order>{registry}));
///
/// Shape    T is a described struct, or anything a field may be; its schema is jsonSchema<T>() unless one is given
/// Threads  any; copies share what they know of the registry, which each topic asks once
/// Errors   Error{bad_record} for bytes without a schema id, with one that the registry does not know, of a schema that
///          is not JSON, or whose JSON does not fit T. SchemaRegistryError of kind fatal or retriable, which no handler
///          of a record sees, where the registry refuses or is away.
template <class T>
class RegistryJsonSerde {
 public:
  explicit RegistryJsonSerde(std::shared_ptr<SchemaRegistryClient> registry, RegistrySerdeOptions options = {})
      : framing_(
            std::make_shared<const detail::RegistryFraming>(std::move(registry), SchemaType::json, options, [options] {
              const std::string name =
                  options.record_name.empty() ? detail::recordNameOf(typeid(T)) : options.record_name;
              return detail::WriterSchema{SchemaType::json, name,
                                          options.schema.empty() ? jsonSchema<T>(name) : options.schema};
            })) {}

  void encode(const T& value, const SerdeContext& at, Bytes& out) const {
    framing_->begin(at, out);
    toJson(value, out);
  }

  [[nodiscard]] T decode(BytesView bytes, const SerdeContext& at) const {
    (void)framing_->take(bytes, at);
    return fromJson<T>(bytes);
  }
  void decodeInto(BytesView bytes, const SerdeContext& at, T& into) const {
    (void)framing_->take(bytes, at);
    detail::readJsonInto(bytes, into);
  }

 private:
  std::shared_ptr<const detail::RegistryFraming> framing_;
};

}  // namespace widgetstream
