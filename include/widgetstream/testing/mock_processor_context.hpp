#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "widgetstream/processor/fixed_key_processor.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/testing/test_record.hpp"

namespace widgetstream {

/// What a processor scheduled: call `punctuate` to have it happen.
struct ScheduledPunctuator {
  Milliseconds interval{0};
  PunctuationType type = PunctuationType::stream_time;
  /// Given where the punctuations are to happen at fixed times.
  std::optional<Timestamp> start;
  Punctuator punctuate;
  std::shared_ptr<bool> active;

  [[nodiscard]] bool cancelled() const noexcept { return !*active; }
};

namespace detail {

/// The part of MockProcessorContext that knows no types: a task that only remembers.
class MockTask : public AnyProcessorContext {
 public:
  MockTask();
  ~MockTask() override;
  MockTask(const MockTask&) = delete;
  MockTask& operator=(const MockTask&) = delete;

  /// Where the records that are processed come from, from now on; unset at first.
  void setRecordMetadata(std::string topic, std::int32_t partition, std::int64_t offset);
  /// What the processor is told by appConfigs(), from now on; nothing at first.
  void setAppConfigs(AppConfigs to) { app_configs_ = std::move(to); }
  void setCurrentStreamTime(Timestamp to) noexcept { stream_time_ = to; }
  void setCurrentSystemTime(Timestamp to) noexcept { system_time_ = to; }

  /// A store for the processor, in memory, without cache and changelog.
  void addStateStore(StoreBuilder builder);

  [[nodiscard]] const std::vector<ScheduledPunctuator>& scheduledPunctuators() const noexcept { return scheduled_; }
  /// True when the processor has asked for a commit since the last resetCommit().
  [[nodiscard]] bool committed() const noexcept { return committed_; }
  void resetCommit() noexcept { committed_ = false; }
  /// The reasons of all records that were counted as dropped.
  [[nodiscard]] const std::vector<std::string>& dropReasons() const noexcept { return drops_; }

  Cancellable schedule(Milliseconds interval, PunctuationType type, Punctuator punctuate) override;
  Cancellable schedule(Timestamp start, Milliseconds interval, PunctuationType type, Punctuator punctuate) override;
  void commit() override { committed_ = true; }
  [[nodiscard]] const RecordContext& recordContext() const override { return at_; }
  [[nodiscard]] Timestamp currentStreamTime() const override { return stream_time_; }
  [[nodiscard]] Timestamp currentSystemTime() const override { return system_time_; }
  [[nodiscard]] TaskId taskId() const override { return {0, 0}; }
  [[nodiscard]] const std::string& applicationId() const override { return application_id_; }
  [[nodiscard]] const AppConfigs& appConfigs() const override { return app_configs_; }
  [[nodiscard]] std::filesystem::path stateDirectory() const override { return {}; }
  [[nodiscard]] const std::string& nodeName() const override { return node_name_; }
  [[nodiscard]] const Logger& log() const override { return log_; }
  [[nodiscard]] MetricsRegistry& metrics() override { return metrics_; }
  void dropped(std::string_view reason) override { drops_.emplace_back(reason); }
  [[nodiscard]] std::optional<std::int64_t> processorMetadata(const std::string& key) const override;
  void addProcessorMetadata(const std::string& key, std::int64_t value) override { notes_[key] = value; }
  [[nodiscard]] Milliseconds emitInterval() const override { return Milliseconds{0}; }
  /// Errors  Error{invalid_topology} when no store of this name was added.
  [[nodiscard]] StateStore& stateStore(const std::string& name) override;
  [[nodiscard]] std::shared_ptr<void> actAs(const RecordContext& as) override;

 protected:
  /// Gives a record to the processor, under its own time and headers.
  void give(AnyProcessor& processor, const AnyRecord& record);
  void adopt(AnyNode& child) { children_.push_back(&child); }

 private:
  class Stores;

  std::string topic_;
  std::int32_t partition_ = -1;
  std::int64_t offset_ = -1;
  RecordContext at_;
  Timestamp stream_time_ = no_timestamp;
  Timestamp system_time_ = fromMillis(0);
  std::string application_id_ = "test";
  AppConfigs app_configs_;
  std::string node_name_ = "under-test";
  Logger log_;
  MetricsRegistry metrics_;
  std::vector<ScheduledPunctuator> scheduled_;
  std::vector<std::string> drops_;
  std::map<std::string, std::int64_t> notes_;
  bool committed_ = false;
  std::unique_ptr<Stores> stores_;
};

}  // namespace detail

/// The task and the children of one processor under test, which forwards records of K and V: it keeps what is
/// forwarded, scheduled and asked for.
///
/// A processor is tested with everything around it by TopologyTestDriver; this is for one alone:
/// ```
/// MockProcessorContext<std::string, Order> context;
/// context.addStateStore(keyValueStoreBuilder<std::string, std::int64_t>(inMemoryKeyValueStore("seen")));
/// context.init(processor);
/// context.process(processor, TestRecord<std::string, Order>{"k", order, fromMillis(1), {}});
/// ```
/// Threads  one.
template <class K, class V>
class MockProcessorContext final : public detail::MockTask {
 public:
  struct CapturedForward {
    TestRecord<K, V> record;
    /// The child it went to; empty where none was added.
    std::string child;

    friend bool operator==(const CapturedForward&, const CapturedForward&) = default;
  };

  MockProcessorContext() { addNode(""); }

  /// A child that the processor may forward to by name. What it forwards to all goes to each.
  void addChild(std::string name) {
    if (nodes_.size() == 1 && nodes_.front().name().empty()) {
      nodes_.clear();
      children_.clear();
    }
    addNode(std::move(name));
  }

  void init(AnyProcessor& processor) { processor.init(*this); }
  template <class KIn, class VIn>
  void process(Processor<KIn, VIn, K, V>& processor, const std::type_identity_t<TestRecord<KIn, VIn>>& record) {
    giveRecord(processor, record);
  }
  template <class VIn>
  void process(FixedKeyProcessor<K, VIn, V>& processor, const std::type_identity_t<TestRecord<K, VIn>>& record) {
    giveRecord(processor, record);
  }

  /// In the order in which they were forwarded.
  [[nodiscard]] const std::vector<CapturedForward>& forwarded() const noexcept { return forwarded_; }
  [[nodiscard]] std::vector<TestRecord<K, V>> forwarded(std::string_view child) const {
    std::vector<TestRecord<K, V>> records;
    for (const CapturedForward& forward : forwarded_) {
      if (forward.child == child) records.push_back(forward.record);
    }
    return records;
  }
  void resetForwards() { forwarded_.clear(); }

 private:
  class Child final : public AnyNode {
   public:
    Child(std::string name, std::vector<CapturedForward>& into) : name_(std::move(name)), into_(&into) {}
    void process(const AnyRecord& any) override {
      const Record<K, V> record{any};
      TestRecord<K, V> kept;
      if (record.key) kept.key = *record.key;
      if (record.value) kept.value = *record.value;
      kept.timestamp = record.timestamp;
      kept.headers = *record.headers;
      into_->push_back({std::move(kept), name_});
    }
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }

   private:
    std::string name_;
    std::vector<CapturedForward>* into_;
  };

  void addNode(std::string name) { adopt(nodes_.emplace_back(std::move(name), forwarded_)); }

  template <class KIn, class VIn>
  void giveRecord(AnyProcessor& processor, const TestRecord<KIn, VIn>& record) {
    const Record<KIn, VIn> given{record.key ? Nullable<KIn>{*record.key} : Nullable<KIn>{},
                                 record.value ? Nullable<VIn>{*record.value} : Nullable<VIn>{}, record.timestamp,
                                 record.headers};
    give(processor, given.any());
  }

  std::vector<CapturedForward> forwarded_;
  std::deque<Child> nodes_;
};

}  // namespace widgetstream
