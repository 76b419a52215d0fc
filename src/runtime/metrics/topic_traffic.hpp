#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/metrics.hpp"

namespace widgetstream {

/// Records and bytes that go through a node, gathered by its thread and told in batches.
///
/// Units    a record counts as in Java: key, value, headers, the topic's name, and 20 bytes for timestamp, offset and
///          partition.
class TopicTraffic {
 public:
  void add(const std::string& topic, NullableBytesView key, NullableBytesView value, const Headers* headers) noexcept {
    ++records_;
    bytes_ += 20 + topic.size() + (key ? key->size() : 0) + (value ? value->size() : 0);
    if (!headers) return;
    for (const Header& header : *headers) bytes_ += header.key.size() + (header.value ? header.value->size() : 0);
  }
  void tellTo(std::shared_ptr<Counter> records, std::shared_ptr<Counter> bytes) {
    records_counter_ = std::move(records);
    bytes_counter_ = std::move(bytes);
  }
  void tell() noexcept {
    if (records_ == 0 || !records_counter_) return;
    records_counter_->add(std::exchange(records_, 0));
    bytes_counter_->add(std::exchange(bytes_, 0));
  }

 private:
  std::uint64_t records_ = 0;
  std::uint64_t bytes_ = 0;
  std::shared_ptr<Counter> records_counter_;
  std::shared_ptr<Counter> bytes_counter_;
};

}  // namespace widgetstream
