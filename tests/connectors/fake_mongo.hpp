#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "connectors/mongo/connector.hpp"
#include "connectors/mongo/render.hpp"
#include "connectors/mongo/transport.hpp"

namespace widgetstream {

/// A collection in memory, and what a test makes of the way to it.
///
/// Threads  any
class FakeMongo {
 public:
  using Outcome = MongoOutcome;

  /// While set, every bulk ends so, and nothing is written.
  void answerAll(std::optional<Outcome> outcome) {
    locked([&] { answer_ = std::move(outcome); });
  }
  /// Documents for which this is true are rejected singly, or make it refuse the bulk.
  void rejectWhere(std::function<bool(const std::string& json)> bad, Outcome::Kind how = Outcome::Kind::rejected) {
    locked([&] {
      bad_ = std::move(bad);
      how_ = how;
    });
  }
  /// Calls hang until release().
  void hang() {
    locked([&] { hangs_ = true; });
  }
  void release() {
    locked([&] { hangs_ = false; });
  }

  /// _id and document as JSON.
  [[nodiscard]] std::map<std::string, std::string> documents() {
    return locked([&] { return documents_; });
  }
  /// Sizes of the bulks so far, failed ones included.
  [[nodiscard]] std::vector<std::size_t> bulks() {
    return locked([&] { return bulks_; });
  }
  [[nodiscard]] std::size_t calls() { return bulks().size(); }

  [[nodiscard]] Outcome write(std::span<const MongoWrite> writes) {
    std::unique_lock lock{mutex_};
    bulks_.push_back(writes.size());
    changed_.wait(lock, [&] { return !hangs_; });
    if (answer_) return *answer_;
    Outcome outcome;
    for (std::size_t i = 0; i < writes.size(); ++i) {
      if (!bad_ || !bad_(renderBson(writes[i].document.empty() ? writes[i].selector : writes[i].document))) continue;
      if (how_ == Outcome::Kind::refused) return {how_, "one of them is bad", {}};
      outcome.kind = Outcome::Kind::rejected;
      outcome.rejected.push_back({i, "it is bad"});
    }
    for (const MongoWrite& write : writes) {
      if (bad_ && bad_(renderBson(write.document.empty() ? write.selector : write.document))) continue;
      if (write.document.empty()) {
        documents_.erase(renderBson(write.selector));
      } else {
        documents_[renderBson(write.selector)] = renderBson(write.document);
      }
    }
    return outcome;
  }

 private:
  template <class F>
  std::invoke_result_t<F> locked(F f) {
    const std::lock_guard lock{mutex_};
    changed_.notify_all();
    return f();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Outcome> answer_;
  std::function<bool(const std::string&)> bad_;
  Outcome::Kind how_ = Outcome::Kind::rejected;
  bool hangs_ = false;
  std::map<std::string, std::string> documents_;
  std::vector<std::size_t> bulks_;
};

/// A connector to `mongo`, which may outlive the test: a writer that hangs does.
[[nodiscard]] inline std::shared_ptr<detail::MongoConnector> connectorTo(std::shared_ptr<FakeMongo> mongo,
                                                                         MongoSinkOptions options = {}) {
  class Transport final : public MongoTransport {
   public:
    explicit Transport(std::shared_ptr<FakeMongo> mongo) : mongo_(std::move(mongo)) {}
    MongoOutcome write(std::span<const MongoWrite> writes) override { return mongo_->write(writes); }

   private:
    std::shared_ptr<FakeMongo> mongo_;
  };
  options.uri = "mongodb://nowhere.invalid";
  options.database = "widgets";
  options.collection = "orders";
  options.retry_backoff_min = Milliseconds{1};
  options.retry_backoff_max = Milliseconds{5};
  return std::make_shared<detail::MongoConnector>(
      std::move(options), [mongo = std::move(mongo)] { return std::make_unique<Transport>(mongo); });
}

}  // namespace widgetstream
