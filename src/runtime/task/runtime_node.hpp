#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/task/task_context.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/topology/graph.hpp"

namespace widgetstream {

class TaskStores;

/// A node of the graph at work in one task.
class RuntimeNode : public AnyNode {
 public:
  explicit RuntimeNode(const GraphNode& graph) : graph_(graph) {}
  [[nodiscard]] const std::string& name() const noexcept final { return graph_.name; }
  [[nodiscard]] const GraphNode& graph() const noexcept { return graph_; }

  virtual void addChild(AnyNode& child) = 0;
  virtual void init() {}
  /// Errors  what a user's close() throws.
  virtual void close() {}

 private:
  const GraphNode& graph_;
};

/// Passes what its partitions bring to its children.
class SourceNode final : public RuntimeNode {
 public:
  using RuntimeNode::RuntimeNode;
  void addChild(AnyNode& child) override { children_.push_back(&child); }
  void process(const AnyRecord& record) override {
    for (AnyNode* child : children_) child->process(record);
  }

 private:
  std::vector<AnyNode*> children_;
};

/// Lets the record context follow a record whose time or headers a processor has changed: what is below sees the
/// record's own (Java's ProcessorContextImpl.forward). Restores it at the end.
class FollowRecord {
 public:
  FollowRecord(TaskContext& task, const AnyRecord& record) : task_(task) {
    if (record.timestamp == task.record.timestamp() && record.headers == &task.record.headers()) return;
    before_ = task.record;
    task.record =
        RecordContext{before_->topic(), before_->partition(), before_->offset(), record.timestamp, *record.headers};
  }
  ~FollowRecord() {
    if (before_) task_.record = *before_;
  }
  FollowRecord(const FollowRecord&) = delete;
  FollowRecord& operator=(const FollowRecord&) = delete;

 private:
  TaskContext& task_;
  std::optional<RecordContext> before_;
};

/// Runs a processor and is its context. What the processor throws goes to the processing handler; an Error passes by,
/// for it came through the user's frames from the library, except for one that says the record is bad.
class ProcessorNode final : public RuntimeNode, private AnyProcessorContext {
 public:
  ProcessorNode(const GraphNode& graph, TaskContext& task, TaskStores& stores);

  void addChild(AnyNode& child) override { children_.push_back(&child); }
  void init() override;
  void process(const AnyRecord& record) override;
  void close() override;
  /// Calls a punctuator of this node.
  void punctuate(const Punctuator& punctuator, Timestamp now);

 private:
  Cancellable schedule(Milliseconds interval, PunctuationType type, Punctuator punctuate) override;
  Cancellable schedule(Timestamp start, Milliseconds interval, PunctuationType type, Punctuator punctuate) override;
  Cancellable addSchedule(PunctuationQueue::Schedule schedule, PunctuationType type);
  void commit() override { task_.commit_requested = true; }
  [[nodiscard]] const RecordContext& recordContext() const override { return task_.record; }
  [[nodiscard]] Timestamp currentStreamTime() const override { return task_.stream_time; }
  [[nodiscard]] Timestamp currentSystemTime() const override { return task_.now; }
  [[nodiscard]] TaskId taskId() const override { return task_.task; }
  [[nodiscard]] const std::string& applicationId() const override { return task_.environment.application_id; }
  [[nodiscard]] const AppConfigs& appConfigs() const override { return *task_.environment.app_configs; }
  [[nodiscard]] std::filesystem::path stateDirectory() const override;
  [[nodiscard]] const std::string& nodeName() const override { return name(); }
  [[nodiscard]] const Logger& log() const override { return task_.log; }
  [[nodiscard]] MetricsRegistry& metrics() override { return task_.environment.metrics; }
  void dropped(std::string_view reason) override { task_.dropped(reason); }
  [[nodiscard]] std::optional<std::int64_t> processorMetadata(const std::string& key) const override;
  void addProcessorMetadata(const std::string& key, std::int64_t value) override;
  [[nodiscard]] Milliseconds emitInterval() const override { return task_.environment.emit_interval; }
  [[nodiscard]] StateStore& stateStore(const std::string& name) override;
  [[nodiscard]] std::shared_ptr<void> actAs(const RecordContext& as) override;

  void decide(std::string_view what, ErrorStage stage);

  TaskContext& task_;
  TaskStores& stores_;
  std::unique_ptr<AnyProcessor> processor_;
};

}  // namespace widgetstream
