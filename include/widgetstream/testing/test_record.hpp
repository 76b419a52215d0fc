#pragma once

#include <iosfwd>
#include <optional>
#include <utility>

#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// A record with everything a test may want to say of it, or to compare.
template <class K, class V>
struct TestRecord {
  std::optional<K> key;
  std::optional<V> value;
  Timestamp timestamp = no_timestamp;
  Headers headers;

  friend bool operator==(const TestRecord&, const TestRecord&) = default;
};

/// A record without time and headers. A null key or value is an empty optional, so `Pair("bolt", 5)` matches it, and
/// `Pair("bolt", std::nullopt)` a tombstone.
template <class K, class V>
using TestKeyValue = std::pair<std::optional<K>, std::optional<V>>;

namespace detail {

template <class T, class Stream>
void printPart(const std::optional<T>& part, Stream& to) {
  if (!part) {
    to << "null";
  } else if constexpr (requires { to << *part; }) {
    to << *part;
  } else {
    to << "(a value)";
  }
}

}  // namespace detail

/// `bolt: 5 @1000 {trace=7}`: what GoogleTest shows of a record, and any other stream.
template <class K, class V, class Stream>
requires requires(Stream& to) {
  to << "text" << 1;
}
Stream& operator<<(Stream& to, const TestRecord<K, V>& record) {
  detail::printPart(record.key, to);
  to << ": ";
  detail::printPart(record.value, to);
  to << " @" << toMillis(record.timestamp);
  if (record.headers.empty()) return to;
  const char* before = " {";
  for (const Header& header : record.headers) {
    to << before << header.key << "=" << (header.value ? *header.value : "null");
    before = ", ";
  }
  to << "}";
  return to;
}

}  // namespace widgetstream
