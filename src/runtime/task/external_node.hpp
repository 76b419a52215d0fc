#pragma once

#include <map>
#include <memory>

#include "runtime/task/runtime_node.hpp"
#include "widgetstream/processor/sink.hpp"

namespace widgetstream {

/// Offers records to a Sink outside of Kafka.
class ExternalNode final : public RuntimeNode {
 public:
  ExternalNode(const GraphNode& graph, TaskContext& task) : RuntimeNode(graph), task_(task) {}

  void addChild(AnyNode& child) override;
  void init() override;
  void process(const AnyRecord& record) override;
  void close() override;

  [[nodiscard]] bool ready() { return !sink_ || sink_->ready(); }
  void beginFlush() { sink_->beginFlush(); }
  /// Errors  Error{fatal} when the sink has given up.
  [[nodiscard]] bool flushed();
  void committed() { ordinals_.clear(); }

 private:
  /// How many documents the cause of this record has made before, so that each gets an id of its own.
  [[nodiscard]] std::uint32_t ordinal();
  void reject(const SinkRejection& rejection);
  void decide();

  TaskContext& task_;
  std::unique_ptr<Sink> sink_;
  std::uint64_t last_sequence_ = 0;
  std::uint32_t next_ordinal_ = 0;
  /// Of entries that caches pass on: an origin's documents may come apart in time, until the next commit.
  std::map<Origin, std::uint32_t> ordinals_;
};

}  // namespace widgetstream
