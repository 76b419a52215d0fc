#include "runtime/task/external_node.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream {

void ExternalNode::addChild(AnyNode& child) {
  throw Error{ErrorKind::invalid_topology, "sink '" + name() + "' cannot have a child ('" + child.name() + "')"};
}

void ExternalNode::init() {
  SinkContext context;
  context.application_id = task_.environment.application_id;
  context.task = task_.task;
  context.log = task_.log.forRoom("sink");
  context.metrics = &task_.environment.metrics;
  context.clock = &task_.environment.clock;
  context.reject = [this](const SinkRejection& rejection) { reject(rejection); };
  sink_ = graph().external(context);
  if (!sink_) throw Error{ErrorKind::invalid_topology, "the supplier of sink '" + name() + "' made no sink"};
}

void ExternalNode::process(const AnyRecord& record) {
  const FollowRecord follow{task_, record};
  try {
    sink_->offer(record, task_.record, ordinal());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_record) throw;
    decide();
  } catch (...) {
    decide();
  }
}

void ExternalNode::decide() {
  task_.decide({task_.environment.sink_handler, "writing of a document", "sink-error", name(), ErrorStage::sink});
}

std::uint32_t ExternalNode::ordinal() {
  if (task_.acting) return ordinals_[task_.record.origin()]++;
  if (last_sequence_ != task_.sequence) {
    last_sequence_ = task_.sequence;
    next_ordinal_ = 0;
  }
  return next_ordinal_++;
}

void ExternalNode::reject(const SinkRejection& rejection) {
  const Origin& origin = rejection.origin;
  const RecordContext at{origin.topic, origin.partition, origin.offset, task_.environment.clock.now(), noHeaders()};
  task_.decide({task_.environment.sink_handler, "writing of a document", "sink-error", name(), ErrorStage::sink}, at,
               std::nullopt, BytesView{rejection.document}, std::make_exception_ptr(Error{ErrorKind::bad_record, rejection.reason}));
}

bool ExternalNode::flushed() {
  switch (sink_->flushed()) {
    case Sink::Flush::pending:
      return false;
    case Sink::Flush::done:
      return true;
    case Sink::Flush::failed:
      break;
  }
  throw Error{ErrorKind::fatal,
              "sink '" + name() + "' of task " + toString(task_.task) + " gave up: " + sink_->failure()};
}

void ExternalNode::close() {
  if (sink_) sink_->close();
}

}  // namespace widgetstream
