#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"
#include "widgetstream/testing/test_record.hpp"

namespace widgetstream {

/// Where bytes leave a TopologyTestDriver. All readers of a topic share one queue, as in Java.
class TestOutput {
 public:
  virtual ~TestOutput() = default;
  /// Takes the next record the topology sent to `topic`; nullopt when there is none.
  [[nodiscard]] virtual std::optional<BrokerRecord> takeSent(const std::string& topic) = 0;
  [[nodiscard]] virtual std::size_t sentLeft(const std::string& topic) const = 0;
};

/// A topic as a test reads it: any topic the topology sends to, internal and changelog topics included. A record that
/// was read is gone.
///
/// Errors   Error{not_available} from the calls that read one record when there is none; Error{bad_record} when the
///          serdes cannot read it.
///
/// Valid as long as its driver.
template <class K, class V>
class TestOutputTopic {
 public:
  TestOutputTopic(TestOutput& driver, std::string topic, Serde<K> key_serde, Serde<V> value_serde)
      : driver_(&driver),
        topic_(std::move(topic)),
        key_serde_(std::move(key_serde)),
        value_serde_(std::move(value_serde)) {}

  [[nodiscard]] TestRecord<K, V> readRecord() {
    if (auto record = next()) return *std::move(record);
    throw Error(ErrorKind::not_available, "nothing more was sent to topic " + topic_);
  }
  [[nodiscard]] TestKeyValue<K, V> readKeyValue() { return keyValue(readRecord()); }
  [[nodiscard]] std::optional<V> readValue() { return readRecord().value; }

  /// Everything there is, oldest first.
  [[nodiscard]] std::vector<TestKeyValue<K, V>> readAll() {
    std::vector<TestKeyValue<K, V>> all;
    while (auto record = next()) all.push_back(keyValue(*std::move(record)));
    return all;
  }
  [[nodiscard]] std::vector<TestRecord<K, V>> readAllRecords() {
    std::vector<TestRecord<K, V>> all;
    while (auto record = next()) all.push_back(*std::move(record));
    return all;
  }
  [[nodiscard]] std::vector<std::optional<V>> readAllValues() {
    std::vector<std::optional<V>> all;
    while (auto record = next()) all.push_back(std::move(record->value));
    return all;
  }
  /// The newest value of each key; records without a key are read and left out.
  [[nodiscard]] std::map<K, std::optional<V>> readMap() {
    std::map<K, std::optional<V>> newest;
    while (auto record = next()) {
      if (record->key) newest.insert_or_assign(*std::move(record->key), std::move(record->value));
    }
    return newest;
  }

  [[nodiscard]] bool isEmpty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return driver_->sentLeft(topic_); }
  [[nodiscard]] const std::string& topic() const noexcept { return topic_; }

 private:
  std::optional<TestRecord<K, V>> next() {
    std::optional<BrokerRecord> sent = driver_->takeSent(topic_);
    if (!sent) return std::nullopt;
    return TestRecord<K, V>{decoded(key_serde_, sent->key, true), decoded(value_serde_, sent->value, false),
                            sent->timestamp, std::move(sent->headers)};
  }
  static TestKeyValue<K, V> keyValue(TestRecord<K, V> record) {
    return {std::move(record.key), std::move(record.value)};
  }
  template <class T>
  std::optional<T> decoded(const Serde<T>& serde, const NullableBytes& bytes, bool is_key) const {
    std::optional<T> part;
    if (bytes) serde.decode(*bytes, {topic_, is_key}, part);
    return part;
  }

  TestOutput* driver_;
  std::string topic_;
  Serde<K> key_serde_;
  Serde<V> value_serde_;
};

}  // namespace widgetstream
