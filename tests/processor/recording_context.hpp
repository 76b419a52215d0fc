#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/processor/processor_context.hpp"

namespace widgetstream::processor_test {

/// A node that notes the texts it is given.
class NotingNode final : public AnyNode {
 public:
  NotingNode(std::string name, std::vector<std::string>& notes) : name_(std::move(name)), notes_(notes) {}
  void process(const AnyRecord& record) override {
    const auto* value = static_cast<const std::string*>(record.value);
    notes_.push_back(name_ + ": " + (value ? *value : "null"));
  }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

 private:
  std::string name_;
  std::vector<std::string>& notes_;
};

/// A processor's context without a task: children that note what they get, and stores of the test's own.
class RecordingContext final : public AnyProcessorContext {
 public:
  void addChild(const std::string& name) {
    nodes_.push_back(std::make_unique<NotingNode>(name, notes));
    children_.push_back(nodes_.back().get());
  }

  Cancellable schedule(Milliseconds, PunctuationType, Punctuator) override { return {}; }
  Cancellable schedule(Timestamp, Milliseconds, PunctuationType, Punctuator) override { return {}; }
  void commit() override { ++commits; }
  [[nodiscard]] const RecordContext& recordContext() const override { return at; }
  [[nodiscard]] Timestamp currentStreamTime() const override { return fromMillis(1); }
  [[nodiscard]] Timestamp currentSystemTime() const override { return system_time; }
  [[nodiscard]] TaskId taskId() const override { return {1, 2}; }
  [[nodiscard]] const std::string& applicationId() const override { return application_; }
  [[nodiscard]] const AppConfigs& appConfigs() const override { return app_configs; }
  [[nodiscard]] std::filesystem::path stateDirectory() const override { return "/state"; }
  [[nodiscard]] const std::string& nodeName() const override { return node_; }
  [[nodiscard]] const Logger& log() const override { return log_; }
  [[nodiscard]] MetricsRegistry& metrics() override { return metrics_; }
  void dropped(std::string_view reason) override { drops.emplace_back(reason); }
  [[nodiscard]] std::optional<std::int64_t> processorMetadata(const std::string& key) const override {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::nullopt : std::optional{found->second};
  }
  void addProcessorMetadata(const std::string& key, std::int64_t value) override { metadata[key] = value; }
  [[nodiscard]] Milliseconds emitInterval() const override { return emit_interval; }
  [[nodiscard]] StateStore& stateStore(const std::string& name) override { return *stores.at(name); }
  [[nodiscard]] std::shared_ptr<void> actAs(const RecordContext&) override { return {}; }

  RecordContext at;
  AppConfigs app_configs;
  Timestamp system_time = fromMillis(2);
  Milliseconds emit_interval{0};
  std::map<std::string, StateStore*> stores;
  std::map<std::string, std::int64_t> metadata;
  std::vector<std::string> notes;
  std::vector<std::string> drops;
  int commits = 0;

 private:
  std::vector<std::unique_ptr<NotingNode>> nodes_;
  std::string application_ = "test";
  std::string node_ = "under-test";
  Logger log_;
  MetricsRegistry metrics_;
};

}  // namespace widgetstream::processor_test
