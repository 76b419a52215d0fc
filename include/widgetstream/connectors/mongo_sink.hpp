#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "widgetstream/connectors/record_function.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/processor/sink.hpp"
#include "widgetstream/serde/describe.hpp"
#include "widgetstream/serde/json_value.hpp"
#include "widgetstream/serde/value_writer.hpp"

namespace widgetstream {

/// Where documents go, and how much may be on its way.
struct MongoSinkOptions {
  /// `mongodb://user:password@host:27017/?replicaSet=rs0&w=majority`; write concern, TLS and credentials are what it
  /// says. `w=0` is refused, for nothing would be acknowledged. The password shows in no message and no log line.
  std::string uri{};
  /// Empty: the one in the URI's path.
  std::string database{};
  std::string collection{};

  /// The most that goes to the server in one bulk.
  std::size_t max_batch_documents = 1000;
  std::size_t max_batch_bytes = std::size_t{4} << 20;

  /// Beyond either the sink has no room, and its tasks process nothing until it does. Shared by all tasks of the node
  /// in this process. One input record's documents are always taken, so that the buffer may exceed this by them.
  std::size_t max_buffered_documents = 20'000;
  std::size_t max_buffered_bytes = std::size_t{32} << 20;

  /// While Mongo is away the wait doubles from min to max, with jitter; there is no end to the retries.
  Milliseconds retry_backoff_min{100};
  Milliseconds retry_backoff_max{10'000};
};

namespace detail {

/// One writer to one collection, shared by the tasks of a node.
class MongoConnector;

/// How a record becomes a document. Each function writes one value.
struct MongoMapping {
  using Function = std::function<void(const AnyRecord&, const RecordContext&, ValueWriter&)>;
  Function id;        ///< empty: a stream's from its origin, a table's from its key
  Function key;       ///< the key; empty when K cannot be written
  Function document;  ///< empty when V cannot be written and no document() was given
};

[[nodiscard]] std::shared_ptr<MongoConnector> openMongoConnector(MongoSinkOptions options);
[[nodiscard]] std::string toString(const MongoConnector& connector);
[[nodiscard]] std::unique_ptr<Sink> makeMongoSink(std::shared_ptr<MongoConnector> connector,
                                                  std::shared_ptr<const MongoMapping> mapping,
                                                  const SinkContext& context, bool is_table);

/// What writeValue() can write.
template <class T>
struct IsMongoValue
    : std::bool_constant<Described<T> || WholeNumber<T> || std::same_as<T, bool> || std::floating_point<T> ||
                         std::same_as<T, Timestamp> || std::convertible_to<const T&, std::string_view> ||
                         std::same_as<T, JsonValue> || std::same_as<T, JsonObject>> {};
template <class T>
struct IsMongoValue<std::optional<T>> : IsMongoValue<T> {};
template <class T>
struct IsMongoValue<std::vector<T>> : IsMongoValue<T> {};
template <class T, class Compare>
struct IsMongoValue<std::map<std::string, T, Compare>> : IsMongoValue<T> {};

}  // namespace detail

/// A type that has a BSON form: text, number, bool, Timestamp, a described struct, JsonValue, JsonObject, and
/// std::optional, std::vector and std::map<std::string, T> of these.
template <class T>
concept MongoValue = detail::IsMongoValue<T>::value;

template <class F, class K, class V>
concept MongoIdFunction =
    std::copy_constructible<F> && detail::RecordOrKeyFunction<F, K, V> && MongoValue<detail::RecordResult<F, K, V>>;

template <class F, class K, class V>
concept MongoDocumentFunction =
    std::copy_constructible<F> && detail::RecordFunction<F, K, V> && MongoValue<detail::RecordResult<F, K, V>>;

/// Writes records to a collection as part of the commit: `stream.sinkTo(mongoSink<K, V>({.uri = ..., ...}))`.
///
/// Shape   of a stream, each record is a document; of a table, each key is, and a null value deletes it
/// Keys    a stream's `_id` is `<topic>-<partition>-<offset>` of the record's origin, `#1` and on appended for its
///         second document and on; a table's is its key. Writing the same again changes nothing.
/// Value   the fields of the value's description; a value that is no object becomes the field `value`
/// Errors  Error{invalid_config} at construction when an option is wrong. A record that has no valid document (null
///         value, text that is not UTF-8, more than 16 MiB, a name of its own for `_id`, ...) or that the server
///         refuses goes to the sink's error policy; the others are written. While Mongo is away the commit waits.
/// Threads one writer thread and one connection a node and process, however many tasks it has
///
/// BSON: integers are int64 (beyond, decimal128), Timestamp is a date, text is text.
template <class K, class V>
class MongoSink {
 public:
  explicit MongoSink(MongoSinkOptions options) : MongoSink(detail::openMongoConnector(std::move(options))) {}

  explicit MongoSink(std::shared_ptr<detail::MongoConnector> connector) : connector_(std::move(connector)) {
    if constexpr (MongoValue<K>) {
      mapping_.key = [](const AnyRecord& record, const RecordContext&, ValueWriter& to) {
        writeValue(detail::notNull(Record<K, V>{record}.key, "key"), to);
      };
    }
    if constexpr (MongoValue<V>) {
      mapping_.document = [](const AnyRecord& record, const RecordContext&, ValueWriter& to) {
        writeValue(detail::notNull(Record<K, V>{record}.value, "value"), to);
      };
    }
  }

  /// What makes the `_id`: a function of the value, of key and value, or of the key. It must give the same for the same
  /// record, or replays duplicate. Allowed behind a repartition topic, where origins are not.
  template <MongoIdFunction<K, V> F>
  [[nodiscard]] MongoSink id(F id_of) const {
    MongoSink other = *this;
    other.mapping_.id = [id_of = std::move(id_of)](const AnyRecord& record, const RecordContext& at, ValueWriter& to) {
      writeValue(detail::callWithRecord<K, V>(id_of, record, at), to);
    };
    return other;
  }

  /// What is written instead of the value: a described struct or JSON made of the value, or of key and value.
  template <MongoDocumentFunction<K, V> F>
  [[nodiscard]] MongoSink document(F document_of) const {
    MongoSink other = *this;
    other.mapping_.document = [document_of = std::move(document_of)](const AnyRecord& record, const RecordContext& at,
                                                                     ValueWriter& to) {
      writeValue(detail::callWithRecord<K, V>(document_of, record, at), to);
    };
    return other;
  }

  /// Errors  Error{invalid_topology} when the value has no document.
  operator SinkSupplier<K, V>() const {  // NOLINT(google-explicit-constructor): so that sinkTo(mongoSink(...)) reads
    const std::string description = detail::toString(*connector_);
    if (!mapping_.document) {
      throw Error{ErrorKind::invalid_topology,
                  description +
                      ": the value's type has no BSON form; describe it (serde/describe.hpp) or give the sink "
                      "a document() function"};
    }
    SinkSupplier<K, V> supplier;
    supplier.make = [connector = connector_, mapping = std::make_shared<const detail::MongoMapping>(mapping_)](
                        const SinkContext& context, bool is_table) {
      return detail::makeMongoSink(connector, mapping, context, is_table);
    };
    supplier.id_from_origin = !mapping_.id;
    supplier.description = description;
    return supplier;
  }

 private:
  std::shared_ptr<detail::MongoConnector> connector_;
  detail::MongoMapping mapping_;
};

/// Errors  Error{invalid_config} that names the option, never the password.
template <class K, class V>
[[nodiscard]] MongoSink<K, V> mongoSink(MongoSinkOptions options) {
  return MongoSink<K, V>{std::move(options)};
}

}  // namespace widgetstream
