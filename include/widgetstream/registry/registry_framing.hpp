#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/registry/registry_serde_options.hpp"
#include "widgetstream/registry/schema_registry_client.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream::detail {

/// A list that grows at its head and never lets go: found without a lock, which a serde asks of every record.
template <class Key>
class IdList {
 public:
  IdList() = default;
  IdList(const IdList&) = delete;
  IdList& operator=(const IdList&) = delete;
  ~IdList() {
    for (const Entry* entry = head_.load(std::memory_order_relaxed); entry != nullptr;) {
      const Entry* next = entry->next;
      delete entry;
      entry = next;
    }
  }

  /// The id under a key that `same` is true for; -1 for none.
  template <class Same>
  [[nodiscard]] std::int32_t find(Same same) const noexcept {
    for (const Entry* entry = head_.load(std::memory_order_acquire); entry != nullptr; entry = entry->next) {
      if (same(entry->key)) return entry->id;
    }
    return -1;
  }
  void add(Key key, std::int32_t id) {
    auto* entry = new Entry{std::move(key), id, head_.load(std::memory_order_relaxed)};
    while (!head_.compare_exchange_weak(entry->next, entry, std::memory_order_release, std::memory_order_relaxed)) {
    }
  }

 private:
  struct Entry {
    Key key;
    std::int32_t id;
    const Entry* next;
  };
  std::atomic<const Entry*> head_{nullptr};
};

/// The schema of a type that a serde writes, and those it imports, deepest first.
struct WriterSchema {
  SchemaType type = SchemaType::json;
  std::string record_name;
  std::string text;
  /// Imports whose schemas have to be in the registry before this one's.
  struct Import {
    std::string name;
    std::string text;
    std::vector<std::string> imports;  ///< their names
  };
  std::vector<Import> all_imports{};
  std::vector<std::string> imports{};  ///< the names of the schema's own
};

/// What stands before the payload, and whose schema that is.
///
///     00 | schema id, i32, big-endian | payload
///
/// Source   Confluent Schema Registry, "Formats, Serializers, and Deserializers", Wire format
/// Threads  any
class RegistryFraming {
 public:
  using MakeSchema = std::function<WriterSchema()>;

  /// `make` is called once, when the schema is needed first.
  /// Errors  Error{invalid_config}
  RegistryFraming(std::shared_ptr<SchemaRegistryClient> registry, SchemaType type, RegistrySerdeOptions options,
                  MakeSchema make);

  /// Appends magic byte and id.
  /// Errors  SchemaRegistryError; Error{bad_record} for a context without a topic, which subjects are named after
  void begin(const SerdeContext& at, Bytes& out) const;

  /// Takes magic byte and id off `bytes` and gives the id.
  /// Errors  Error{bad_record} for bytes without them, for an id the registry does not know, or one of another format
  std::int32_t take(BytesView& bytes, const SerdeContext& at) const;

  /// The text of a schema that take() has let pass.
  [[nodiscard]] std::string schemaText(std::int32_t id) const { return registry_->getSchemaById(id).text; }
  [[nodiscard]] bool checksWriterSchema() const noexcept { return options_.check_writer_schema; }

 private:
  struct Place {
    std::string topic;
    bool is_key;
  };

  [[nodiscard]] std::int32_t idFor(const SerdeContext& at) const;
  [[nodiscard]] Schema schemaToWrite(const WriterSchema& writer) const;
  [[nodiscard]] std::vector<SchemaReference> importsOf(const WriterSchema& writer) const;
  void checkId(std::int32_t id, const SerdeContext& at) const;

  std::shared_ptr<SchemaRegistryClient> registry_;
  SchemaType type_;
  RegistrySerdeOptions options_;
  MakeSchema make_;
  mutable IdList<Place> written_;
  mutable IdList<std::int32_t> read_;  ///< ids that passed, each as its own key
};

}  // namespace widgetstream::detail
