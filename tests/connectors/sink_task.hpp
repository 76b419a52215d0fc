#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/wait.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/processor/record.hpp"
#include "widgetstream/processor/sink.hpp"

namespace widgetstream {

/// Lines of a log, as text with their fields.
class LogLines {
 public:
  [[nodiscard]] LogSink sink() {
    return [lines = lines_](const LogEntry& entry) {
      std::string line =
          std::string{toString(entry.level)} + " " + std::string{entry.room} + ": " + std::string{entry.message};
      for (const auto& [name, value] : entry.fields) line += " " + std::string{name} + "=" + value;
      const std::lock_guard lock{lines->mutex};
      lines->all.push_back(std::move(line));
    };
  }
  [[nodiscard]] std::vector<std::string> all() const {
    const std::lock_guard lock{lines_->mutex};
    return lines_->all;
  }

 private:
  struct Lines {
    std::mutex mutex;
    std::vector<std::string> all;
  };
  std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();
};

/// What a task does with its sink.
template <class K, class V>
class SinkTask {
 public:
  explicit SinkTask(const SinkSupplier<K, V>& supplier, bool is_table = false, std::int32_t partition = 0)
      : partition_(partition) {
    SinkContext context;
    context.application_id = "test";
    context.task = {0, partition};
    context.log = Logger{log.sink(), "runtime"};
    context.metrics = &metrics;
    context.clock = &systemClock();
    context.reject = [this](const SinkRejection& rejection) { rejections.push_back(rejection); };
    sink = supplier.make(context, is_table);
  }

  /// Offers the record of the next offset of `events`.
  void offer(const std::optional<K>& key, const std::optional<V>& value, std::uint32_t ordinal = 0) {
    if (ordinal == 0) ++offset;
    const AnyRecord record{key ? &*key : nullptr, value ? &*value : nullptr, fromMillis(offset)};
    sink->offer(record, RecordContext{"events", partition_, offset, fromMillis(offset), noHeaders()}, ordinal);
  }

  /// Asks until the flush ends.
  [[nodiscard]] Sink::Flush flush() {
    sink->beginFlush();
    Sink::Flush flushed = Sink::Flush::pending;
    (void)waitUntil([&] { return (flushed = sink->flushed()) != Sink::Flush::pending; });
    return flushed;
  }

  MetricsRegistry metrics;
  LogLines log;
  std::vector<SinkRejection> rejections;
  std::int64_t offset = -1;
  std::unique_ptr<Sink> sink;

 private:
  std::int32_t partition_;
};

}  // namespace widgetstream
