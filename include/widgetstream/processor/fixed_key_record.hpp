#pragma once

#include "widgetstream/processor/record.hpp"

namespace widgetstream {

/// A record whose key cannot be replaced: it can only be made from the one that came in, so the stream stays
/// partitioned as it is. Borrows as Record does.
template <class K, class V>
class FixedKeyRecord {
 public:
  /// Made by FixedKeyProcessor, and by who tests one.
  explicit FixedKeyRecord(const Record<K, V>& record) : record_(record) {}

  [[nodiscard]] const Nullable<K>& key() const noexcept { return record_.key; }
  [[nodiscard]] const Nullable<V>& value() const noexcept { return record_.value; }
  [[nodiscard]] Timestamp timestamp() const noexcept { return record_.timestamp; }
  [[nodiscard]] const Headers& headers() const noexcept { return *record_.headers; }

  template <class V2>
  [[nodiscard]] FixedKeyRecord<K, V2> withValue(const V2& other) const {
    return FixedKeyRecord<K, V2>{record_.withValue(other)};
  }
  /// A value that may be null.
  template <class V2>
  [[nodiscard]] FixedKeyRecord<K, V2> withValue(Nullable<V2> other) const {
    return FixedKeyRecord<K, V2>{Record<K, V2>{record_.key, other, record_.timestamp, *record_.headers}};
  }
  [[nodiscard]] FixedKeyRecord withTimestamp(Timestamp other) const {
    return FixedKeyRecord{record_.withTimestamp(other)};
  }
  [[nodiscard]] FixedKeyRecord withHeaders(const Headers& other) const {
    return FixedKeyRecord{record_.withHeaders(other)};
  }

  [[nodiscard]] const Record<K, V>& record() const noexcept { return record_; }

 private:
  Record<K, V> record_;
};

}  // namespace widgetstream
