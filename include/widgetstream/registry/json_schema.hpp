#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <typeindex>
#include <typeinfo>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/serde/describe.hpp"
#include "widgetstream/serde/json.hpp"
#include "widgetstream/serde/json_value.hpp"
#include "widgetstream/serde/value_writer.hpp"

namespace widgetstream {

namespace detail {

/// Writes a JSON schema: the caller says what the members of a struct are, this what stands around them.
class JsonSchemaWriter {
 public:
  using WriteMembers = void (*)(JsonSchemaWriter&);

  JsonSchemaWriter(const std::type_info& root, std::string title);

  [[nodiscard]] ValueWriter& to() noexcept { return to_; }
  /// {"type": name}
  void simple(std::string_view type, std::string_view format = {});
  /// A reference to the definition of a struct, which is written later, once.
  void reference(const std::type_info& type, WriteMembers members);

  void beginRoot();
  /// Begins an object's members, each a key and then its schema.
  void beginMembers(bool takes_others);
  /// Ends them, and says which must be there.
  void endMembers(const std::vector<std::string_view>& required);
  /// The definitions that were referred to, and the end.
  [[nodiscard]] std::string finish();

 private:
  struct Definition {
    std::string name;
    WriteMembers members;
  };

  [[nodiscard]] std::string freeName(std::string name) const;

  Bytes text_;
  JsonWriter to_{text_};
  std::type_index root_;
  std::string title_;
  std::vector<Definition> definitions_;
  std::map<std::type_index, std::size_t> known_;
};

/// The last part of a type's name, without namespaces and arguments: a record's name unless another is given.
[[nodiscard]] std::string recordNameOf(const std::type_info& type);

template <class T>
void writeMembersSchema(JsonSchemaWriter& out);

/// Writes the members of the schema of T, without the braces around them, where T is not a struct.
template <class T>
void writeTypeSchema(JsonSchemaWriter& out) {
  if constexpr (std::same_as<T, bool>) {
    out.simple("boolean");
  } else if constexpr (WholeNumber<T>) {
    out.simple("integer");
  } else if constexpr (std::floating_point<T>) {
    out.simple("number");
  } else if constexpr (std::same_as<T, Timestamp>) {
    out.simple("string", "date-time");
  } else if constexpr (std::same_as<T, std::string>) {
    out.simple("string");
  } else if constexpr (std::same_as<T, JsonValue>) {
    // Anything: a schema without members.
  } else if constexpr (std::same_as<T, JsonObject>) {
    out.simple("object");
  } else if constexpr (Described<T>) {
    out.reference(typeid(T), &writeMembersSchema<T>);
  } else if constexpr (IsOptional<T>::value) {
    ValueWriter& to = out.to();
    to.key("oneOf");
    to.beginArray();
    to.beginObject();
    out.simple("null");
    to.endObject();
    to.beginObject();
    writeTypeSchema<typename T::value_type>(out);
    to.endObject();
    to.endArray();
  } else if constexpr (IsVector<T>::value) {
    out.simple("array");
    out.to().key("items");
    out.to().beginObject();
    writeTypeSchema<typename T::value_type>(out);
    out.to().endObject();
  } else if constexpr (IsTextMap<T>::value) {
    out.simple("object");
    out.to().key("additionalProperties");
    out.to().beginObject();
    writeTypeSchema<typename T::mapped_type>(out);
    out.to().endObject();
  } else {
    static_assert(never<T>, "this type (named below as T) is no field type: see Describe for the list, or describe it");
  }
}

template <class T>
void writeMembersSchema(JsonSchemaWriter& out) {
  std::vector<std::string_view> required;
  out.beginMembers(hasRest<T>());
  forEachField<T>([&](const auto& part) {
    using Member = typename std::remove_cvref_t<decltype(part)>::member_type;
    if constexpr (!IsOptional<Member>::value) required.push_back(part.name);
    out.to().key(part.name);
    out.to().beginObject();
    writeTypeSchema<Member>(out);
    out.to().endObject();
  });
  out.endMembers(required);
}

}  // namespace detail

/// The JSON schema (draft 7) of what toJson() writes for a T: a described struct, or anything a field may be.
///
/// Fields   those that are not std::optional are required; std::optional ones may also be null. There are no others,
///          unless the description has a rest().
/// Names    `title` is the record's name, the type's own unless given. Structs within stand under "definitions" by
/// their
///          type's name.
template <class T>
[[nodiscard]] std::string jsonSchema(std::string title = {}) {
  if (title.empty()) title = detail::recordNameOf(typeid(T));
  detail::JsonSchemaWriter out{typeid(T), std::move(title)};
  out.beginRoot();
  if constexpr (Described<T>) {
    detail::writeMembersSchema<T>(out);
  } else {
    detail::writeTypeSchema<T>(out);
  }
  return out.finish();
}

}  // namespace widgetstream
