#pragma once

#include <map>
#include <memory>
#include <string>

#include "runtime/task/runtime_node.hpp"

namespace widgetstream {

/// Writes records to a topic: encodes into buffers it keeps, chooses the partition, hands them to the producer.
class SinkNode final : public RuntimeNode {
 public:
  SinkNode(const GraphNode& graph, TaskContext& task);

  void addChild(AnyNode& child) override;
  void process(const AnyRecord& record) override;
  /// Partition counts are asked for anew.
  void committed();
  /// What is measured of it is told to `metrics` from now on; null: nowhere.
  void measureBy(TaskMetrics* metrics);
  void tellTraffic() noexcept;

 private:
  struct Destination {
    std::string name;
    Producer::Topic* topic = nullptr;
    std::int32_t partitions = 0;
    TopicTraffic traffic;
  };
  void write(const AnyRecord& record);
  void writePartitioned(Destination& to, const AnyRecord& record, OutgoingRecord& out);
  [[nodiscard]] Destination& destinationOf(const AnyRecord& record);
  void send(Destination& to, const OutgoingRecord& out);
  void decide();

  TaskContext& task_;
  std::unique_ptr<AnyEncoder> encoder_;
  Destination fixed_;
  std::map<std::string, Destination> computed_;
  TaskMetrics* metrics_ = nullptr;
  std::shared_ptr<Sensor> end_to_end_;
  ErrorStage stage_ = ErrorStage::delivery;  // of the record at hand
  Bytes key_;
  Bytes value_;
};

}  // namespace widgetstream
