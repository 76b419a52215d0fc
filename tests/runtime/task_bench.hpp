#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/task/task.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"
#include "widgetstream/testing/manual_clock.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {

using Text = std::string;
using TextContext = ProcessorContext<Text, Text>;
using TextRecord = Record<Text, Text>;

/// A processor of strings made of functions.
class FunctionProcessor final : public Processor<Text, Text> {
 public:
  using Init = std::function<void(TextContext&)>;
  using Process = std::function<void(TextContext&, const TextRecord&)>;

  FunctionProcessor(Process process, Init init) : process_(std::move(process)), init_(std::move(init)) {}
  using Processor<Text, Text>::init;
  using Processor<Text, Text>::process;
  void init(TextContext& context) override {
    if (init_) init_(context);
  }
  void process(const TextRecord& record) override { process_(context(), record); }

 private:
  Process process_;
  Init init_;
};

inline ProcessorSupplier<Text, Text> textProcessor(FunctionProcessor::Process process,
                                                   FunctionProcessor::Init init = {}) {
  return [process = std::move(process), init = std::move(init)] {
    return std::make_unique<FunctionProcessor>(process, init);
  };
}

/// Sources "left" and "right" on topics of their names -> sink "out" on topic "out".
inline Topology twoInputs() {
  Topology topology;
  topology.addSource<Text, Text>("left", {"left"})
      .addSource<Text, Text>("right", {"right"})
      .addSink<Text, Text>("out", "out", {"left", "right"});
  return topology;
}

/// source "in" on topic "in" -> processor "work" -> sink "out" on topic "out".
inline Topology passing(
    FunctionProcessor::Process process = [](auto& context, const auto& record) { context.forward(record); },
    FunctionProcessor::Init init = {}) {
  Topology topology;
  topology.addSource<Text, Text>("in", {"in"})
      .addProcessor("work", textProcessor(std::move(process), std::move(init)), {"in"})
      .addSink<Text, Text>("out", "out", {"work"});
  return topology;
}

/// A record handed to a task.
struct Given {
  std::int64_t offset = 0;
  NullableBytes key;
  NullableBytes value;
  std::int64_t millis = 0;
  Headers headers;
};

/// One task over a whole topology, fed by hand; what it writes arrives at a broker in memory.
class TaskBench {
  Topology topology_;

 public:
  static constexpr const char* application = "app";

  explicit TaskBench(Topology topology) : topology_(std::move(topology)) {
    broker.createTopic("out");
    broker.createTopic("dlq");
    for (const auto& [name, store] : topology_.graph().stores) broker.createTopic(changelogTopic(application, name));
    for (const auto& [name, topic] : topology_.graph().internal_topics)
      broker.createTopic(realTopicName(topology_.graph(), application, name));
  }

  ManualClock clock{fromMillis(1'000'000)};
  InMemoryBroker broker{{.clock = &clock, .stepped = true, .producer_queue_records = 3}};
  MetricsRegistry metrics;
  CacheBudget cache{std::size_t{1} << 20, 0};
  TempDir directory;
  std::atomic<bool> aborted{false};
  std::unique_ptr<Producer> producer = broker.producer({});
  TaskEnvironment environment{.graph = &topology_.graph(),
                              .application_id = application,
                              .state_directory = directory.path(),
                              .producer = *producer,
                              .clock = clock,
                              .metrics = metrics,
                              .cache = &cache,
                              .log = {},
                              .engine_resources = nullptr,
                              .deserialization_handler = {},
                              .processing_handler = {},
                              .production_handler = {},
                              .sink_handler = {},
                              .dead_letter_topic = "dlq",
                              .timestamp_extractor = {},
                              .max_task_idle = Milliseconds{-1},
                              .aborted = &aborted};

  /// Makes the task; `environment` may be changed before.
  Task& start(const CommittedOffsets& committed = {}) {
    task_ = std::make_unique<Task>(wholeTopology(topology_.graph(), application), environment);
    task_->openStores();
    task_->initialize(committed, clock.now());
    return *task_;
  }
  Task& task() { return *task_; }
  void stop() { task_.reset(); }

  void give(const Given& record, std::size_t source = 0) {
    Held& held = given_.emplace_back(Held{record.key, record.value, record.headers});
    FetchedRecord fetched{owner(), &held};
    fetched.offset = record.offset;
    fetched.timestamp = fromMillis(record.millis);
    fetched.has_headers = !record.headers.empty();
    if (held.key) fetched.key = *held.key;
    if (held.value) fetched.value = *held.value;
    task_->enqueue(source, std::move(fetched));
  }
  std::size_t processAll() { return task_->process(1'000, clock.now()); }

  /// The whole commit, whose parts must not wait.
  CommittedOffsets commit() {
    task_->prepareCommit();
    if (!task_->flushed()) throw std::runtime_error{"a sink is not flushed"};
    do {
      if (!producer->flush(task_->deliveries(), Milliseconds{100}))
        throw std::runtime_error{"the producer is not flushed"};
    } while (task_->settle());
    const CommittedOffsets offsets = task_->committable();
    task_->postCommit(offsets);
    return offsets;
  }

  /// `key=value@millis`, for short expectations.
  std::vector<std::string> written(const std::string& topic) const {
    std::vector<std::string> lines;
    for (const BrokerRecord& record : broker.records(topic)) lines.push_back(line(record));
    return lines;
  }
  static std::string line(const BrokerRecord& record) {
    return record.key.value_or("null") + "=" + record.value.value_or("null") + "@" +
           std::to_string(toMillis(record.timestamp));
  }

 private:
  struct Held {
    NullableBytes key;
    NullableBytes value;
    Headers headers;
  };
  static const FetchedRecord::Owner& owner() {
    static const FetchedRecord::Owner instance{
        [](void*) noexcept {}, [](void* memory, Headers& into) { into = static_cast<Held*>(memory)->headers; }};
    return instance;
  }

  std::deque<Held> given_;
  std::unique_ptr<Task> task_;
};

}  // namespace widgetstream
