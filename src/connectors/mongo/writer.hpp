#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "connectors/mongo/batch.hpp"
#include "connectors/mongo/transport.hpp"
#include "widgetstream/connectors/mongo_sink.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/metrics.hpp"

namespace widgetstream {

/// A log that can be shut: its target may be gone before a thread that a dead server holds.
class MongoWriterLog {
 public:
  explicit MongoWriterLog(Logger log) : log_(std::move(log)) {}

  void write(LogLevel level, std::string_view message, Logger::Fields fields = {}) noexcept;
  /// No line is under way when it returns, and none comes afterwards.
  void shut() noexcept;

 private:
  std::mutex mutex_;
  Logger log_;         // guarded by mutex_
  bool shut_ = false;  // guarded by mutex_
};

/// What the writer is told, and tells, besides documents.
struct MongoWriterSetup {
  MongoSinkOptions options;
  std::string target;  ///< `mongo widgets.orders`, for messages
  MongoTransportFactory transport;
  Logger log;
  MetricsRegistry* metrics = nullptr;
};

/// Takes documents from the tasks of a node and writes them on a thread of its own, in bulks, until they are
/// acknowledged.
///
/// Threads  any; a channel belongs to one
class MongoWriter {
 public:
  explicit MongoWriter(MongoWriterSetup setup);
  /// Returns within about a second. A thread that is still in a call to a dead server then is left to the timeouts of
  /// the connection; it writes and logs nothing more.
  ~MongoWriter();
  MongoWriter(const MongoWriter&) = delete;
  MongoWriter& operator=(const MongoWriter&) = delete;

  void submit(MongoOperation operation);
  /// False while the buffer is full.
  [[nodiscard]] bool hasRoom() const noexcept;

  struct Progress {
    std::uint64_t completed = 0;
    std::vector<SinkRejection> rejections;  ///< each is told once
    std::optional<std::string> failure;
  };
  [[nodiscard]] Progress progress(MongoChannel& channel);
  [[nodiscard]] std::uint64_t offered(const MongoChannel& channel) const;
  /// Drops what is not on its way. Waits for what is, less than a second: it should be over before the task's next
  /// owner writes.
  void close(MongoChannel& channel) noexcept;

 private:
  class Core;

  std::shared_ptr<Core> core_;  ///< also the thread's, which may outlive this
  std::jthread thread_;
};

}  // namespace widgetstream
