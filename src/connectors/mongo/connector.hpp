#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "connectors/mongo/transport.hpp"
#include "connectors/mongo/uri.hpp"
#include "connectors/mongo/writer.hpp"
#include "widgetstream/connectors/mongo_sink.hpp"

namespace widgetstream::detail {

/// What the sinks of one node share: checked options, and one writer as long as any of them is open.
///
/// Threads  any
class MongoConnector {
 public:
  /// Errors  Error{invalid_config}
  explicit MongoConnector(MongoSinkOptions options);
  /// With another way to the collection, for tests.
  MongoConnector(MongoSinkOptions options, MongoTransportFactory transport);

  /// The writer that runs, or a new one that logs and counts where `context` says.
  [[nodiscard]] std::shared_ptr<MongoWriter> writer(const SinkContext& context);

  /// `mongo widgets.orders`
  [[nodiscard]] const std::string& target() const noexcept { return target_; }

 private:
  MongoSinkOptions options_;
  std::shared_ptr<const MongoUri> uri_;
  std::string target_;
  MongoTransportFactory transport_;
  std::mutex mutex_;
  std::weak_ptr<MongoWriter> writer_;  // guarded by mutex_
};

}  // namespace widgetstream::detail
