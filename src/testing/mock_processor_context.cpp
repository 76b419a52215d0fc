#include "widgetstream/testing/mock_processor_context.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {

/// The stores of one processor, and the task as they see it.
class MockTask::Stores final : public StoreContext {
 public:
  explicit Stores(MockTask& task) : task_(task) {}
  ~Stores() override {
    for (const auto& [name, store] : stores_) store->close();
  }
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;

  void add(StoreBuilder builder) {
    builder.logging = false;
    builder.caching = false;
    if (builder.open) {  // else it is of the user's own kind
      builder.persistent = false;
      builder.open = inMemoryKeyValueStore(builder.name).open;
    }
    std::unique_ptr<StateStore> store = builder.make(builder);
    store->open(*this);
    stores_[builder.name] = std::move(store);
  }
  [[nodiscard]] StateStore& at(const std::string& name) {
    const auto found = stores_.find(name);
    if (found == stores_.end()) {
      throw Error{ErrorKind::invalid_topology, "the processor under test asks for store '" + name +
                                                   "', which its context does not have: addStateStore()"};
    }
    return *found->second;
  }

  [[nodiscard]] TaskId task() const override { return task_.taskId(); }
  [[nodiscard]] const std::string& applicationId() const override { return task_.applicationId(); }
  [[nodiscard]] std::filesystem::path taskDirectory() const override { return task_.stateDirectory(); }
  [[nodiscard]] std::string changelogPartition(const std::string&) const override { return {}; }
  [[nodiscard]] const Logger& log() const override { return task_.log(); }
  [[nodiscard]] CacheBudget& cacheBudget() override { return budget_; }
  void logChange(const std::string&, BytesView, NullableBytesView, Timestamp, const Headers&) override {}
  [[nodiscard]] Timestamp recordTimestamp() const override { return task_.recordContext().timestamp(); }
  void dropped(std::string_view reason) override { task_.dropped(reason); }

 private:
  MockTask& task_;
  CacheBudget budget_;
  std::map<std::string, std::unique_ptr<StateStore>> stores_;
};

MockTask::MockTask() : stores_(std::make_unique<Stores>(*this)) {}

MockTask::~MockTask() = default;

void MockTask::setRecordMetadata(std::string topic, std::int32_t partition, std::int64_t offset) {
  topic_ = std::move(topic);
  partition_ = partition;
  offset_ = offset;
}

void MockTask::addStateStore(StoreBuilder builder) {
  stores_->add(std::move(builder));
}

Cancellable MockTask::schedule(Milliseconds interval, PunctuationType type, Punctuator punctuate) {
  scheduled_.push_back({interval, type, std::nullopt, std::move(punctuate), std::make_shared<bool>(true)});
  return Cancellable{scheduled_.back().active};
}

Cancellable MockTask::schedule(Timestamp start, Milliseconds interval, PunctuationType type, Punctuator punctuate) {
  scheduled_.push_back({interval, type, start, std::move(punctuate), std::make_shared<bool>(true)});
  return Cancellable{scheduled_.back().active};
}

std::optional<std::int64_t> MockTask::processorMetadata(const std::string& key) const {
  const auto found = notes_.find(key);
  return found == notes_.end() ? std::nullopt : std::optional{found->second};
}

StateStore& MockTask::stateStore(const std::string& name) {
  return stores_->at(name);
}

std::shared_ptr<void> MockTask::actAs(const RecordContext& as) {
  const RecordContext before = std::exchange(at_, as);
  return {nullptr, [this, before](void*) { at_ = before; }};
}

void MockTask::give(AnyProcessor& processor, const AnyRecord& record) {
  const auto acting = actAs({topic_, partition_, offset_, record.timestamp, *record.headers});
  if (record.timestamp > stream_time_) stream_time_ = record.timestamp;
  processor.process(record);
}

}  // namespace widgetstream::detail
