#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/core/task_id.hpp"
#include "widgetstream/processor/record.hpp"
#include "widgetstream/processor/record_context.hpp"
#include "widgetstream/state/state_store.hpp"

namespace widgetstream {

/// Settings of an application by their names: those of Kafka Streams and its clients, and those of its own.
using AppConfigs = std::map<std::string, std::string, std::less<>>;

/// What a punctuator's time is measured by.
enum class PunctuationType {
  stream_time,      ///< the largest timestamp the task has taken; moves only when records arrive
  wall_clock_time,  ///< the clock; fires without records too
};

/// Called with the current stream time or wall-clock time; see ProcessorContext::schedule.
using Punctuator = std::function<void(Timestamp now)>;

/// Ends a schedule. Copies end the same one; destroying them does nothing.
class Cancellable {
 public:
  Cancellable() = default;
  explicit Cancellable(std::shared_ptr<bool> active) : active_(std::move(active)) {}
  /// No further calls, also from inside the punctuator.
  void cancel() noexcept {
    if (active_) *active_ = false;
  }

 private:
  std::shared_ptr<bool> active_;
};

/// One step of the topology as the step before sees it.
class AnyNode {
 public:
  virtual ~AnyNode() = default;
  virtual void process(const AnyRecord& record) = 0;
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
};

/// What a processor may ask of the task it runs in; the untyped part.
///
/// Threads  the task's stream thread.
class AnyProcessorContext {
 public:
  virtual ~AnyProcessorContext() = default;

  /// Passes a record to all children, in the order they were added, depth first.
  void forward(const AnyRecord& record) {
    for (AnyNode* child : children_) child->process(record);
  }
  /// Passes a record to one child. Errors  Error{invalid_topology} when there is no child of this name.
  void forward(const AnyRecord& record, std::string_view child);

  /// A store connected to this processor, or a global one, which can only be read: ask for it as a ReadOnly... store.
  /// Errors  Error{invalid_topology} naming node and store when it is not connected or of another type.
  template <class Store>
  [[nodiscard]] Store& getStateStore(const std::string& name) {
    StateStore& found = stateStore(name);
    if (auto* typed = dynamic_cast<Store*>(&found)) return *typed;
    throwWrongStoreType(found, typeid(Store));
  }

  /// Calls `punctuate` every `interval`. Stream time: first at the first record, then on multiples of the interval.
  /// Wall clock: first after one interval. Missed times collapse into one call. Gone when the task ends.
  /// Errors  Error{invalid_argument} when the interval is not at least a millisecond.
  virtual Cancellable schedule(Milliseconds interval, PunctuationType type, Punctuator punctuate) = 0;
  /// The same at `start` and every `interval` after it, and at no other times: a start that has passed begins at the next
  /// of them. So instances punctuate together, and again at the same times after a restart.
  virtual Cancellable schedule(Timestamp start, Milliseconds interval, PunctuationType type, Punctuator punctuate) = 0;
  /// Asks for a commit as soon as the current step ends.
  virtual void commit() = 0;

  /// The input record being processed.
  [[nodiscard]] virtual const RecordContext& recordContext() const = 0;
  /// Topic, partition and offset of it; nullopt in init() and in punctuators.
  [[nodiscard]] std::optional<RecordMetadata> recordMetadata() const { return recordContext().metadata(); }
  /// The largest timestamp this task has taken; no_timestamp before the first record.
  [[nodiscard]] virtual Timestamp currentStreamTime() const = 0;
  [[nodiscard]] virtual Timestamp currentSystemTime() const = 0;
  [[nodiscard]] virtual TaskId taskId() const = 0;
  [[nodiscard]] virtual const std::string& applicationId() const = 0;
  /// All settings of the application, as StreamsConfig::properties() has them: secrets are among them.
  [[nodiscard]] virtual const AppConfigs& appConfigs() const = 0;
  /// Those whose names begin with `prefix`, by the rest of their names.
  [[nodiscard]] AppConfigs appConfigsWithPrefix(std::string_view prefix) const;
  [[nodiscard]] virtual std::filesystem::path stateDirectory() const = 0;
  [[nodiscard]] virtual const std::string& nodeName() const = 0;
  [[nodiscard]] virtual const Logger& log() const = 0;
  [[nodiscard]] virtual MetricsRegistry& metrics() = 0;

  /// Counts a record that goes no further, by reason: "null-key", "null-value", "late".
  virtual void dropped(std::string_view reason) = 0;
  /// What a processor of this task noted under `key`. Notes lie beside the committed offsets, so they survive a restart
  /// and move with the task.
  [[nodiscard]] virtual std::optional<std::int64_t> processorMetadata(const std::string& key) const = 0;
  /// Notes a number that only grows, to be committed with the offsets. A name of a store keeps keys apart.
  virtual void addProcessorMetadata(const std::string& key, std::int64_t value) = 0;
  /// How often, by the clock, a processor looks for windows that have closed; 0 at each record.
  [[nodiscard]] virtual Milliseconds emitInterval() const = 0;
  /// The erased store; getStateStore() is what programs use.
  [[nodiscard]] virtual StateStore& stateStore(const std::string& name) = 0;
  /// Lets a store's cache pass entries on under the record that wrote them: until the returned token dies,
  /// recordContext() is `as`.
  [[nodiscard]] virtual std::shared_ptr<void> actAs(const RecordContext& as) = 0;
  /// Errors  Error{bad_record} naming the node: a record is being forwarded with this negative time.
  [[noreturn]] void refuseTimestamp(Timestamp timestamp) const;

 protected:
  std::vector<AnyNode*> children_;

 private:
  [[noreturn]] void throwWrongStoreType(const StateStore& found, const std::type_info& asked) const;
};

/// What any processor may ask, whatever it forwards.
class ProcessingContext {
 public:
  explicit ProcessingContext(AnyProcessorContext& task) : task_(&task) {}

  template <class Store>
  [[nodiscard]] Store& getStateStore(const std::string& name) {
    return task_->getStateStore<Store>(name);
  }
  Cancellable schedule(Milliseconds interval, PunctuationType type, Punctuator punctuate) {
    return task_->schedule(interval, type, std::move(punctuate));
  }
  Cancellable schedule(Timestamp start, Milliseconds interval, PunctuationType type, Punctuator punctuate) {
    return task_->schedule(start, interval, type, std::move(punctuate));
  }
  void commit() { task_->commit(); }
  [[nodiscard]] const RecordContext& recordContext() const { return task_->recordContext(); }
  [[nodiscard]] std::optional<RecordMetadata> recordMetadata() const { return task_->recordMetadata(); }
  [[nodiscard]] Timestamp currentStreamTime() const { return task_->currentStreamTime(); }
  [[nodiscard]] Timestamp currentSystemTime() const { return task_->currentSystemTime(); }
  [[nodiscard]] TaskId taskId() const { return task_->taskId(); }
  [[nodiscard]] const std::string& applicationId() const { return task_->applicationId(); }
  [[nodiscard]] const AppConfigs& appConfigs() const { return task_->appConfigs(); }
  [[nodiscard]] AppConfigs appConfigsWithPrefix(std::string_view prefix) const {
    return task_->appConfigsWithPrefix(prefix);
  }
  [[nodiscard]] std::filesystem::path stateDirectory() const { return task_->stateDirectory(); }
  [[nodiscard]] const std::string& nodeName() const { return task_->nodeName(); }
  [[nodiscard]] const Logger& log() const { return task_->log(); }
  [[nodiscard]] MetricsRegistry& metrics() { return task_->metrics(); }
  void dropped(std::string_view reason) { task_->dropped(reason); }
  [[nodiscard]] AnyProcessorContext& any() { return *task_; }

 protected:
  ~ProcessingContext() = default;

 private:
  AnyProcessorContext* task_;
};

/// What a processor that emits Record<K, V> may ask.
template <class K, class V>
class ProcessorContext final : public ProcessingContext {
 public:
  using ProcessingContext::ProcessingContext;

  /// Errors  Error{bad_record} for a negative timestamp: the processing handler decides.
  void forward(const Record<K, V>& record) {
    checkTimestamp(record.timestamp);
    any().forward(record.any());
  }
  void forward(const Record<K, V>& record, std::string_view child) {
    checkTimestamp(record.timestamp);
    any().forward(record.any(), child);
  }

 private:
  void checkTimestamp(Timestamp timestamp) {
    if (timestamp < Timestamp{}) [[unlikely]] any().refuseTimestamp(timestamp);
  }
};

}  // namespace widgetstream
