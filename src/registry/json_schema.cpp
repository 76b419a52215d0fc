#include "widgetstream/registry/json_schema.hpp"

#include <algorithm>

#include "widgetstream/core/type_name.hpp"

namespace widgetstream::detail {

std::string recordNameOf(const std::type_info& type) {
  std::string name = typeName(type);
  name = name.substr(0, name.find('<'));
  const auto scope = name.rfind("::");
  return scope == name.npos ? name : name.substr(scope + 2);
}

JsonSchemaWriter::JsonSchemaWriter(const std::type_info& root, std::string title)
    : root_(root), title_(std::move(title)) {}

void JsonSchemaWriter::simple(std::string_view type, std::string_view format) {
  to_.key("type");
  to_.text(type);
  if (format.empty()) return;
  to_.key("format");
  to_.text(format);
}

void JsonSchemaWriter::reference(const std::type_info& type, WriteMembers members) {
  to_.key("$ref");
  if (std::type_index{type} == root_) return to_.text("#");
  const auto [known, is_new] = known_.try_emplace(type, definitions_.size());
  if (is_new) definitions_.push_back(Definition{freeName(recordNameOf(type)), members});
  to_.text("#/definitions/" + definitions_[known->second].name);
}

/// Two types of one name in two namespaces get two definitions.
std::string JsonSchemaWriter::freeName(std::string name) const {
  const std::string first = name;
  for (int number = 2; std::ranges::find(definitions_, name, &Definition::name) != definitions_.end(); ++number) {
    name = first + std::to_string(number);
  }
  return name;
}

void JsonSchemaWriter::beginRoot() {
  to_.beginObject();
  to_.key("$schema");
  to_.text("http://json-schema.org/draft-07/schema#");
  to_.key("title");
  to_.text(title_);
}

void JsonSchemaWriter::beginMembers(bool takes_others) {
  simple("object");
  to_.key("additionalProperties");
  to_.boolean(takes_others);
  to_.key("properties");
  to_.beginObject();
}

void JsonSchemaWriter::endMembers(const std::vector<std::string_view>& required) {
  to_.endObject();
  if (required.empty()) return;
  to_.key("required");
  to_.beginArray();
  for (const std::string_view name : required) to_.text(name);
  to_.endArray();
}

std::string JsonSchemaWriter::finish() {
  if (!definitions_.empty()) {
    to_.key("definitions");
    to_.beginObject();
    for (std::size_t i = 0; i < definitions_.size(); ++i) {  // each may add others
      const Definition definition = definitions_[i];
      to_.key(definition.name);
      to_.beginObject();
      definition.members(*this);
      to_.endObject();
    }
    to_.endObject();
  }
  to_.endObject();
  return std::move(text_);
}

}  // namespace widgetstream::detail
