#include "widgetstream/registry/registry_framing.hpp"

#include <map>

#include "widgetstream/core/error.hpp"
#include "widgetstream/serde/builtin_serdes.hpp"

namespace widgetstream::detail {
namespace {

constexpr char magic_byte = 0;
constexpr std::size_t header_bytes = 5;

std::string placeOf(const SerdeContext& at) {
  const std::string part = at.is_key ? "a key" : "a value";
  return at.topic.empty() ? part : part + " of topic " + std::string{at.topic};
}

}  // namespace

RegistryFraming::RegistryFraming(std::shared_ptr<SchemaRegistryClient> registry, SchemaType type,
                                 RegistrySerdeOptions options, MakeSchema make)
    : registry_(std::move(registry)), type_(type), options_(std::move(options)), make_(std::move(make)) {
  if (!registry_) throw Error(ErrorKind::invalid_config, "a registry serde was given no SchemaRegistryClient");
  options_.validate();
}

void RegistryFraming::begin(const SerdeContext& at, Bytes& out) const {
  std::int32_t id =
      written_.find([&](const Place& place) { return place.is_key == at.is_key && place.topic == at.topic; });
  if (id < 0) {
    id = idFor(at);
    written_.add(Place{std::string{at.topic}, at.is_key}, id);
  }
  out += magic_byte;
  appendBigEndian(static_cast<std::uint64_t>(id), 4, out);
}

std::int32_t RegistryFraming::idFor(const SerdeContext& at) const {
  if (options_.use_schema_id) {
    checkId(*options_.use_schema_id, at);
    return *options_.use_schema_id;
  }
  if (at.topic.empty()) {
    throw Error(ErrorKind::bad_record,
                "a registry serde was not told the topic: encode with SerdeContext{.topic = ..., .is_key = ...}");
  }
  const WriterSchema writer = make_();
  const std::string subject = options_.subject_name_strategy(at, writer.record_name);
  if (options_.auto_register_schemas) {
    return registry_->registerSchema(subject, schemaToWrite(writer), options_.normalize_schemas);
  }
  if (options_.use_latest_version) {
    const RegisteredSchema latest = registry_->getLatestSchema(subject);
    if (latest.schema.type != type_) {
      throw Error(ErrorKind::fatal, "the newest schema of " + subject + " is of type " +
                                        std::string{toString(latest.schema.type)} + ", the serde of " + placeOf(at) +
                                        " writes " + std::string{toString(type_)});
    }
    return latest.id;
  }
  return registry_->lookUpSchema(subject, schemaToWrite(writer), options_.normalize_schemas).id;
}

Schema RegistryFraming::schemaToWrite(const WriterSchema& writer) const {
  return Schema{type_, writer.text, options_.schema.empty() ? importsOf(writer) : options_.references};
}

/// Imports stand in subjects of their own, named as they are imported. They come deepest first, so that each finds what
/// it imports itself.
std::vector<SchemaReference> RegistryFraming::importsOf(const WriterSchema& writer) const {
  std::map<std::string, SchemaReference> known;
  const auto references = [&](const std::vector<std::string>& names) {
    std::vector<SchemaReference> found;
    for (const std::string& name : names) {
      if (const auto import = known.find(name); import != known.end()) found.push_back(import->second);
    }
    return found;
  };
  for (const WriterSchema::Import& import : writer.all_imports) {
    const Schema schema{type_, import.text, references(import.imports)};
    if (options_.auto_register_schemas) {
      (void)registry_->registerSchema(import.name, schema, options_.normalize_schemas);
    }
    const auto at = registry_->lookUpSchema(import.name, schema, options_.normalize_schemas);
    known[import.name] = SchemaReference{import.name, import.name, at.version};
  }
  return references(writer.imports);
}

std::int32_t RegistryFraming::take(BytesView& bytes, const SerdeContext& at) const {
  if (bytes.size() < header_bytes || bytes.front() != magic_byte) {
    const std::string found =
        bytes.size() < header_bytes
            ? std::to_string(bytes.size()) + " bytes"
            : "a first byte of " + std::to_string(static_cast<unsigned char>(bytes.front())) + " instead of 0";
    throw Error(ErrorKind::bad_record, placeOf(at) + " has no schema id before it (" + found +
                                           "): it was not written by a serde of a schema registry");
  }
  const auto id = static_cast<std::int32_t>(readBigEndian(bytes.substr(1, 4), 4, "schema id"));
  bytes.remove_prefix(header_bytes);
  if (options_.check_writer_schema) checkId(id, at);
  return id;
}

void RegistryFraming::checkId(std::int32_t id, const SerdeContext& at) const {
  if (read_.find([id](std::int32_t known) { return known == id; }) == id) return;
  const Schema schema = registry_->getSchemaById(id);
  if (schema.type != type_) {
    throw Error(ErrorKind::bad_record, placeOf(at) + " was written with schema " + std::to_string(id) +
                                           ", which is of type " + std::string{toString(schema.type)} +
                                           "; its serde here reads " + std::string{toString(type_)});
  }
  read_.add(id, id);
}

}  // namespace widgetstream::detail

namespace widgetstream {

std::string topicNameStrategy(const SerdeContext& at, std::string_view) {
  return std::string{at.topic} + (at.is_key ? "-key" : "-value");
}

std::string recordNameStrategy(const SerdeContext&, std::string_view record_name) {
  return std::string{record_name};
}

std::string topicRecordNameStrategy(const SerdeContext& at, std::string_view record_name) {
  return std::string{at.topic} + "-" + std::string{record_name};
}

void RegistrySerdeOptions::validate() const {
  const auto fail = [](const char* problem) { throw Error(ErrorKind::invalid_config, problem); };
  if (!subject_name_strategy) fail("subject_name_strategy is empty: name one, such as topicNameStrategy");
  if (use_latest_version && auto_register_schemas) {
    fail("use_latest_version writes with what others have registered: set auto_register_schemas to false");
  }
  if (use_schema_id && use_latest_version) fail("use_schema_id and use_latest_version exclude each other");
  if (use_schema_id && *use_schema_id < 0) fail("use_schema_id is negative");
  if (!references.empty() && schema.empty()) fail("references belong to a schema that is given: set schema too");
}

}  // namespace widgetstream
