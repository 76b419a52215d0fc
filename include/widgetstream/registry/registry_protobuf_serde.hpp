#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "widgetstream/registry/registry_framing.hpp"
#include "widgetstream/registry/registry_serde_options.hpp"
#include "widgetstream/registry/schema_registry_client.hpp"
#include "widgetstream/serde/protobuf.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream {

/// A message whose descriptor is in the program: all but those of the lite runtime.
template <class M>
concept DescribedProtobufMessage = ProtobufMessage<M> && requires {
  M::descriptor()->file()->DebugString();
  M::descriptor()->full_name();
};

namespace detail {

/// Which message of its file a payload is: the index of the outermost message, then of each within.
using MessagePath = std::vector<int>;

/// Appends the path as signed varints, the count first; the file's first message is a single 00.
void appendMessagePath(const MessagePath& path, Bytes& out);
/// Takes the path off `bytes`. Errors  Error{bad_record}
[[nodiscard]] MessagePath takeMessagePath(BytesView& bytes);

/// Whether the message at `path` of a .proto text bears `name`, which begins with the outermost message: "Outer.Inner".
/// True too for texts that cannot be followed. Errors  Error{bad_record} with both names
void checkMessageName(std::string_view proto, const MessagePath& path, std::string_view name);

/// Files that come with protobuf or the registry, which every registry knows.
[[nodiscard]] bool isKnownImport(std::string_view file);

/// protobuf's classes, by shape: their headers are the program's.
template <class Descriptor>
MessagePath messagePathOf(const Descriptor* message) {
  MessagePath path;
  for (; message != nullptr; message = message->containing_type()) path.push_back(message->index());
  std::reverse(path.begin(), path.end());
  return path;
}

/// "Outer.Inner": the name without its package.
template <class Descriptor>
std::string nestedNameOf(const Descriptor* message) {
  const std::string package{message->file()->package()};
  const std::string name{message->full_name()};
  return package.empty() ? name : name.substr(package.size() + 1);
}

template <class File>
std::vector<std::string> importNamesOf(const File* file) {
  std::vector<std::string> names;
  for (int i = 0; i < file->dependency_count(); ++i) {
    std::string name{file->dependency(i)->name()};
    if (!isKnownImport(name)) names.push_back(std::move(name));
  }
  return names;
}

/// Adds what `file` imports, deepest first, each once.
template <class File>
void addImports(const File* file, std::vector<WriterSchema::Import>& all) {
  for (int i = 0; i < file->dependency_count(); ++i) {
    const auto* import = file->dependency(i);
    const std::string name{import->name()};
    const bool known = std::any_of(all.begin(), all.end(), [&](const auto& other) { return other.name == name; });
    if (known || isKnownImport(name)) continue;
    addImports(import, all);
    all.push_back({name, import->DebugString(), importNamesOf(import)});
  }
}

template <DescribedProtobufMessage M>
WriterSchema writerSchemaOf(const RegistrySerdeOptions& options) {
  const auto* file = M::descriptor()->file();
  const std::string name =
      options.record_name.empty() ? std::string{M::descriptor()->full_name()} : options.record_name;
  if (!options.schema.empty()) return {SchemaType::protobuf, name, options.schema};
  WriterSchema schema{SchemaType::protobuf, name, file->DebugString()};
  addImports(file, schema.all_imports);
  schema.imports = importNamesOf(file);
  return schema;
}

}  // namespace detail

/// A protobuf message behind a schema id and its place in that schema, as Confluent's KafkaProtobufSerde has it.
///
///     00 | schema id, i32, big-endian | message indexes, varints | the message
///
/// Schema   the .proto text of the message's descriptor, unless one is given, in which the message has to stand at the
///          same place. What it imports is registered under the names of the files, as Confluent's does by default;
///          google/protobuf/*, google/type/* and confluent/* every registry has.
/// Threads  any; copies share what they know of the registry, which each topic asks once
/// Errors   as RegistryJsonSerde. A payload whose message has another name than M in the writer's schema is
///          Error{bad_record} too: packages may differ, and check_writer_schema turns it off.
template <DescribedProtobufMessage M>
class RegistryProtobufSerde {
 public:
  explicit RegistryProtobufSerde(std::shared_ptr<SchemaRegistryClient> registry, RegistrySerdeOptions options = {})
      : shared_(std::make_shared<const Shared>(std::move(registry), std::move(options))) {}

  void encode(const M& message, const SerdeContext& at, Bytes& out) const {
    shared_->framing.begin(at, out);
    out += shared_->path_bytes;
    ProtobufSerde<M>{}.encode(message, out);
  }

  [[nodiscard]] M decode(BytesView bytes, const SerdeContext& at) const {
    M message;
    decodeInto(bytes, at, message);
    return message;
  }
  void decodeInto(BytesView bytes, const SerdeContext& at, M& into) const {
    const std::int32_t id = shared_->framing.take(bytes, at);
    const BytesView from_path = bytes;
    const detail::MessagePath path = detail::takeMessagePath(bytes);
    if (shared_->framing.checksWriterSchema()) {
      shared_->check(id, from_path.substr(0, from_path.size() - bytes.size()), path);
    }
    ProtobufSerde<M>{}.decodeInto(bytes, into);
  }

 private:
  struct Shared {
    Shared(std::shared_ptr<SchemaRegistryClient> registry, RegistrySerdeOptions options)
        : framing(std::move(registry), SchemaType::protobuf, options,
                  [options] { return detail::writerSchemaOf<M>(options); }) {
      detail::appendMessagePath(detail::messagePathOf(M::descriptor()), path_bytes);
    }

    /// Each pair of id and path is looked into once.
    void check(std::int32_t id, BytesView path_text, const detail::MessagePath& path) const {
      if (seen.find([&](const Seen& other) { return other.id == id && other.path == path_text; }) == id) return;
      detail::checkMessageName(framing.schemaText(id), path, detail::nestedNameOf(M::descriptor()));
      seen.add(Seen{id, Bytes{path_text}}, id);
    }

    struct Seen {
      std::int32_t id;
      Bytes path;
    };

    detail::RegistryFraming framing;
    Bytes path_bytes;
    mutable detail::IdList<Seen> seen;
  };

  std::shared_ptr<const Shared> shared_;
};

}  // namespace widgetstream
