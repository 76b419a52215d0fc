#include "runtime/task/task_context.hpp"

#include <cxxabi.h>

#include <typeinfo>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/type_name.hpp"

namespace widgetstream {

TaskContext::TaskContext(const TaskEnvironment& given, TaskId id, std::shared_ptr<TaskDeliveries> deliveries)
    : environment(given), task(id), log(given.log), collector(given, id, std::move(deliveries)) {}

void TaskContext::dropped(std::string_view reason) {
  ++dropped_total_;
  for (auto& [known, counter] : dropped_) {
    if (known == reason) return counter->add();
  }
  dropped_.emplace_back(std::string{reason}, environment.metrics.counter(
                                                 "widgetstream_dropped_records_total", "Records that went no further.",
                                                 {{"task", toString(task)}, {"reason", std::string{reason}}}));
  dropped_.back().second->add();
}

void TaskContext::decide(const ErrorHandler& handler, std::string_view what, std::string_view reason,
                         std::string_view node) {
  const NullableBytesView raw_key = input ? input->key : std::nullopt;
  const NullableBytesView raw_value = input ? input->value : std::nullopt;
  decide(handler, what, reason, node, record, raw_key, raw_value, std::current_exception());
}

void TaskContext::decide(const ErrorHandler& handler, std::string_view what, std::string_view reason,
                         std::string_view node, const RecordContext& at, NullableBytesView raw_key,
                         NullableBytesView raw_value, std::exception_ptr cause) {
  const ExceptionText text = exceptionText(cause);
  ErrorAction action = ErrorAction::fail;
  if (handler) {
    try {
      action = handler(ErrorContext{task, node, at, raw_key, raw_value}, cause, text.message);
    } catch (...) {
      throw Error{ErrorKind::fatal, describe(what, node, at, text.message) + "; then the error handler threw: " +
                                        exceptionText(std::current_exception()).message};
    }
  }
  if (action == ErrorAction::fail) throw Error{ErrorKind::fatal, describe(what, node, at, text.message)};

  const bool dead_letter = action == ErrorAction::dead_letter;
  log.warning(std::string{what} + " failed: " + (dead_letter ? "sent to the dead letters" : "skipped"),
              {{"task", toString(task)},
               {"node", std::string{node}},
               {"topic", std::string{at.topic()}},
               {"partition", std::to_string(at.partition())},
               {"offset", std::to_string(at.offset())},
               {"error", text.message}});
  dropped(reason);
  if (dead_letter) {
    collector.sendDeadLetter(DeadLetter{at, raw_key, raw_value, text.type, text.message, std::string{node}});
  }
}

std::string TaskContext::describe(std::string_view what, std::string_view node, const RecordContext& at,
                                  std::string_view message) const {
  std::string text{what};
  text += " failed in task " + toString(task);
  if (!node.empty()) text += " at node '" + std::string{node} + "'";
  if (!at.topic().empty()) {
    text += ", record " + toString(TopicPartition{std::string{at.topic()}, at.partition()}) + " offset " +
            std::to_string(at.offset());
  }
  return text + ": " + std::string{message};
}

ExceptionText exceptionText(const std::exception_ptr& cause) {
  try {
    std::rethrow_exception(cause);
  } catch (const std::exception& error) {
    return {typeName(typeid(error)), error.what()};
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    return {type ? typeName(*type) : "unknown", "something that is not a std::exception was thrown"};
  }
}

}  // namespace widgetstream
