#include "runtime/task/runtime_node.hpp"

#include "runtime/task/task_stores.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {

ProcessorNode::ProcessorNode(const GraphNode& graph, TaskContext& task, TaskStores& stores)
    : RuntimeNode(graph), task_(task), stores_(stores), processor_(graph.processor()) {
  if (!processor_)
    throw Error{ErrorKind::invalid_topology,
                "the supplier of processor '" + graph.name + "' returned null: it must make a new processor each time"};
}

void ProcessorNode::init() {
  try {
    processor_->init(*this);
  } catch (const Error&) {
    throw;
  } catch (...) {
    throw Error{ErrorKind::fatal, "init() of processor '" + name() + "' threw in task " + toString(task_.task) + ": " +
                                      exceptionText(std::current_exception()).message};
  }
}

void ProcessorNode::process(const AnyRecord& record) {
  const FollowRecord follow{task_, record};
  try {
    processor_->process(record);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_record) throw;
    decide("processing of a record", ErrorStage::processing);
  } catch (...) {
    decide("processing of a record", ErrorStage::processing);
  }
}

void ProcessorNode::punctuate(const Punctuator& punctuator, Timestamp now) {
  task_.record = RecordContext{{}, -1, -1, now, noHeaders()};
  task_.input = nullptr;
  try {
    punctuator(now);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_record) throw;
    decide("punctuation", ErrorStage::punctuation);
  } catch (...) {
    decide("punctuation", ErrorStage::punctuation);
  }
}

void ProcessorNode::decide(std::string_view what, ErrorStage stage) {
  task_.decide({task_.environment.processing_handler, what, "processing-error", name(), stage});
}

void ProcessorNode::close() {
  processor_->close();
}

Cancellable ProcessorNode::schedule(Milliseconds interval, PunctuationType type, Punctuator punctuate) {
  // Stream time: due from the beginning of time, so right after the first record, and then on multiples of the interval.
  const Timestamp first =
      type == PunctuationType::stream_time ? Timestamp{} : task_.environment.clock.now() + interval;
  return addSchedule({this, interval, first, std::move(punctuate), std::make_shared<bool>(true)}, type);
}

Cancellable ProcessorNode::schedule(Timestamp start, Milliseconds interval, PunctuationType type,
                                    Punctuator punctuate) {
  PunctuationQueue::Schedule schedule{this, interval, start, std::move(punctuate), std::make_shared<bool>(true)};
  const Timestamp now =
      type == PunctuationType::stream_time ? task_.stream_time : task_.environment.clock.now();
  if (start < now && interval >= Milliseconds{1}) schedule.moveOn(now);
  return addSchedule(std::move(schedule), type);
}

Cancellable ProcessorNode::addSchedule(PunctuationQueue::Schedule schedule, PunctuationType type) {
  if (graph().is_global)
    throw Error{ErrorKind::invalid_topology, "processor '" + name() + "' of a global store schedules a punctuation: "
                                             "what the store holds may come from its topic alone"};
  if (schedule.interval < Milliseconds{1})
    throw Error{ErrorKind::invalid_argument, "processor '" + name() + "' schedules a punctuation every " +
                                                 std::to_string(schedule.interval.count()) + " ms; the least is 1 ms"};
  Cancellable cancel{schedule.active};
  auto& queue =
      type == PunctuationType::stream_time ? task_.stream_time_punctuation : task_.wall_clock_punctuation;
  queue.add(std::move(schedule));
  return cancel;
}

std::filesystem::path ProcessorNode::stateDirectory() const {
  return stores_.taskDirectory();
}

std::optional<std::int64_t> ProcessorNode::processorMetadata(const std::string& key) const {
  const auto found = task_.processor_metadata.find(key);
  if (found == task_.processor_metadata.end()) return std::nullopt;
  return found->second;
}

void ProcessorNode::addProcessorMetadata(const std::string& key, std::int64_t value) {
  task_.processor_metadata[key] = value;
  task_.processor_metadata_changed = true;
}

StateStore& ProcessorNode::stateStore(const std::string& store) {
  const TaskEnvironment& environment = task_.environment;
  if (environment.globals && environment.graph->global_stores.contains(store)) return environment.globals->readOnly(store);
  if (!graph().isConnectedTo(store)) {
    throw Error{ErrorKind::invalid_topology, "processor '" + name() + "' asks for store '" + store +
                                                 "', which is not connected to it: name it in addStateStore(), "
                                                 "connectProcessorAndStateStores() or process()"};
  }
  return stores_.get(store);
}

std::shared_ptr<void> ProcessorNode::actAs(const RecordContext& as) {
  struct Before {
    TaskContext& task;
    RecordContext record;
    const FetchedRecord* input;
    bool acting;
    ~Before() {
      task.record = record;
      task.input = input;
      task.acting = acting;
    }
  };
  auto before = std::make_shared<Before>(task_, task_.record, task_.input, task_.acting);
  task_.record = as;
  task_.input = nullptr;  // the bytes at hand are those of another record
  task_.acting = true;
  return before;
}

}  // namespace widgetstream
