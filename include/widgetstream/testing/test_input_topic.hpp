#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "widgetstream/serde/serde.hpp"
#include "widgetstream/testing/test_record.hpp"

namespace widgetstream {

/// How a test writes null: nullptr or std::nullopt.
template <class N>
concept NullMark =
    std::same_as<std::remove_cvref_t<N>, std::nullptr_t> || std::same_as<std::remove_cvref_t<N>, std::nullopt_t>;

/// Where bytes enter a TopologyTestDriver.
class TestInput {
 public:
  virtual ~TestInput() = default;
  /// Pipes a record and returns when everything it caused is processed.
  virtual void pipeRaw(const std::string& topic, NullableBytesView key, NullableBytesView value, Timestamp timestamp,
                       const Headers& headers) = 0;
};

/// A source topic as a test writes to it. Each call returns when everything it caused is processed.
///
/// Time     a record without a timestamp gets the topic's own time, which begins at the driver's wall clock and moves
///          by advanceTime() and, after each such record, by the auto-advance.
/// Errors   what the topology's handlers decide to fail: Error{fatal}.
///
/// Valid as long as its driver.
template <class K, class V>
class TestInputTopic {
 public:
  TestInputTopic(TestInput& driver, std::string topic, Serde<K> key_serde, Serde<V> value_serde, Timestamp start,
                 Milliseconds auto_advance)
      : driver_(&driver),
        topic_(std::move(topic)),
        key_serde_(std::move(key_serde)),
        value_serde_(std::move(value_serde)),
        time_(start),
        auto_advance_(auto_advance) {}

  /// A record with a null key.
  void pipe(V value) { send(std::nullopt, std::move(value)); }

  void pipe(K key, V value) { send(std::move(key), std::move(value)); }
  template <NullMark N>
  void pipe(K key, N) {
    send(std::move(key), std::nullopt);
  }
  template <NullMark N>
  void pipe(N, V value) {
    send(std::nullopt, std::move(value));
  }

  void pipe(K key, V value, Timestamp at, const Headers& headers = noHeaders()) {
    send(std::move(key), std::move(value), at, headers);
  }
  template <NullMark N>
  void pipe(K key, N, Timestamp at, const Headers& headers = noHeaders()) {
    send(std::move(key), std::nullopt, at, headers);
  }
  template <NullMark N>
  void pipe(N, V value, Timestamp at, const Headers& headers = noHeaders()) {
    send(std::nullopt, std::move(value), at, headers);
  }

  /// no_timestamp in the record stands for the topic's own time.
  void pipe(const TestRecord<K, V>& record) {
    if (record.timestamp == no_timestamp) {
      send(record.key, record.value, nextTime(), record.headers);
    } else {
      send(record.key, record.value, record.timestamp, record.headers);
    }
  }

  void pipeAll(const std::vector<std::pair<K, V>>& records) {
    for (const auto& [key, value] : records) pipe(key, value);
  }
  void pipeAllRecords(const std::vector<TestRecord<K, V>>& records) {
    for (const TestRecord<K, V>& record : records) pipe(record);
  }

  void advanceTime(Milliseconds by) { time_ += by; }
  [[nodiscard]] const std::string& topic() const noexcept { return topic_; }

 private:
  Timestamp nextTime() {
    const Timestamp now = time_;
    time_ += auto_advance_;
    return now;
  }

  void send(const std::optional<K>& key, const std::optional<V>& value) { send(key, value, nextTime(), noHeaders()); }
  void send(const std::optional<K>& key, const std::optional<V>& value, Timestamp at, const Headers& headers) {
    const auto key_bytes = encoded(key_serde_, key, true);
    const auto value_bytes = encoded(value_serde_, value, false);
    driver_->pipeRaw(topic_, key_bytes, value_bytes, at, headers);
  }

  template <class T>
  NullableBytes encoded(const Serde<T>& serde, const std::optional<T>& part, bool is_key) const {
    if (!part) return std::nullopt;
    Bytes bytes;
    serde.encode(*part, {topic_, is_key}, bytes);
    return bytes;
  }

  TestInput* driver_;
  std::string topic_;
  Serde<K> key_serde_;
  Serde<V> value_serde_;
  Timestamp time_;
  Milliseconds auto_advance_;
};

}  // namespace widgetstream
