#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/registry/schema_registry_client.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

/// Chooses the subject of a topic's keys or values. `record_name` is that of the type: a JSON schema's title, a
/// protobuf message's full name.
using SubjectNameStrategy = std::function<std::string(const SerdeContext& at, std::string_view record_name)>;

/// `<topic>-key` or `<topic>-value`: one type in each topic.
[[nodiscard]] std::string topicNameStrategy(const SerdeContext& at, std::string_view record_name);
/// The record's name: one schema for a type in all topics.
[[nodiscard]] std::string recordNameStrategy(const SerdeContext& at, std::string_view record_name);
/// `<topic>-<record name>`: several types in one topic, each with a schema of its own there.
[[nodiscard]] std::string topicRecordNameStrategy(const SerdeContext& at, std::string_view record_name);

/// Which schema a serde writes with, under Confluent's names (in `code`).
struct RegistrySerdeOptions {
  /// `key.subject.name.strategy`, `value.subject.name.strategy`
  SubjectNameStrategy subject_name_strategy = topicNameStrategy;
  /// `auto.register.schemas`: registers the schema when the first record is written. Otherwise the subject must have
  /// it.
  bool auto_register_schemas = true;
  /// `use.latest.version`, with auto_register_schemas off: writes the id of the subject's newest version, whatever it
  /// says, as it was when the first record was written.
  bool use_latest_version = false;
  /// `use.schema.id`: writes this id; the subject is not asked.
  std::optional<std::int32_t> use_schema_id{};
  /// `normalize.schemas`: texts that mean the same count as the same.
  bool normalize_schemas = false;

  /// The schema, where it is not to be made from the type's description; and what it imports.
  std::string schema{};
  std::vector<SchemaReference> references{};
  /// The record's name, where it is not to be that of the C++ type or message.
  std::string record_name{};

  /// Whether the id of a record that is read must be that of a schema in the registry which fits the serde. Off, the id
  /// is skipped unseen, and the registry is asked only by writers.
  bool check_writer_schema = true;

  /// Errors  Error{invalid_config} for settings that exclude each other
  void validate() const;
};

}  // namespace widgetstream
