#include <exception>
#include <utility>

#include "connectors/mongo/bson_writer.hpp"
#include "connectors/mongo/connector.hpp"
#include "connectors/mongo/render.hpp"
#include "widgetstream/connectors/mongo_sink.hpp"

namespace widgetstream::detail {
namespace {

// Element types an _id cannot have, by the server's rules.
constexpr char type_array = 0x04;
constexpr char type_null = 0x0A;

/// The sink of one task: makes documents on the stream thread and leaves them to the writer.
class TaskMongoSink final : public Sink {
 public:
  TaskMongoSink(const std::shared_ptr<MongoConnector>& connector, std::shared_ptr<const MongoMapping> mapping,
                const SinkContext& context, bool is_table)
      : target_(connector->target()), mapping_(std::move(mapping)), reject_(context.reject), is_table_(is_table) {
    const MetricLabels labels{{"sink", target_}, {"task", widgetstream::toString(context.task)}};
    const auto counter = [&](const char* name, const char* help) {
      return context.metrics ? context.metrics->counter(name, help, labels) : std::make_shared<Counter>();
    };
    channel_->written = counter("widgetstream_mongo_written_total", "Documents MongoDB has acknowledged");
    channel_->rejected = counter("widgetstream_mongo_rejected_total", "Documents that can never be written to MongoDB");
    writer_ = connector->writer(context);
  }

  ~TaskMongoSink() override { close(); }
  TaskMongoSink(const TaskMongoSink&) = delete;
  TaskMongoSink& operator=(const TaskMongoSink&) = delete;

  void offer(const AnyRecord& record, const RecordContext& at, std::uint32_t ordinal) override {
    if (!writer_) return;
    MongoOperation operation;
    operation.channel = channel_;
    operation.origin = at.origin();
    std::string problem;
    try {
      problem = encode(record, at, ordinal, operation);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::bad_record) throw;
      problem = error.what();
    }
    if (problem.empty()) {
      writer_->submit(std::move(operation));
    } else {
      channel_->rejected->add();
      tell({operation.origin, renderBson(operation.document.empty() ? operation.selector : operation.document),
            target_ + ": " + problem});
    }
  }

  bool ready() override { return !failed_ && writer_ && writer_->hasRoom(); }

  void beginFlush() override {
    if (writer_) target_count_ = writer_->offered(*channel_);
    (void)flushed();
  }

  Flush flushed() override {
    if (!writer_) {
      failure_ = target_ + " is closed";
      return Flush::failed;
    }
    MongoWriter::Progress progress = writer_->progress(*channel_);
    for (const SinkRejection& rejection : progress.rejections) tell(rejection);
    if (progress.failure) {
      failed_ = true;
      failure_ = *progress.failure;
      return Flush::failed;
    }
    return progress.completed >= target_count_ ? Flush::done : Flush::pending;
  }

  std::string failure() const override { return failure_; }

  void close() noexcept override {
    if (!writer_) return;
    writer_->close(*channel_);
    writer_.reset();
  }

 private:
  /// Fills selector and document; returns what is wrong with them.
  std::string encode(const AnyRecord& record, const RecordContext& at, std::uint32_t ordinal,
                     MongoOperation& into) const {
    BsonWriter id = BsonWriter::forId();
    writeId(record, at, ordinal, id);
    into.selector = id.finish();
    if (!id.problem().empty()) return "the id: " + id.problem();
    const char type = into.selector.size() > 5 ? into.selector[4] : type_null;
    if (type == type_null) return "the id is null";
    if (type == type_array) return "the id is an array, which Mongo does not allow";
    if (is_table_ && !record.value) return {};

    BsonWriter document = BsonWriter::forDocument(into.selector);
    try {
      mapping_->document(record, at, document);
    } catch (const Error&) {
      into.document = document.finish();
      throw;
    }
    into.document = document.finish();
    return document.problem();
  }

  void writeId(const AnyRecord& record, const RecordContext& at, std::uint32_t ordinal, ValueWriter& to) const {
    if (mapping_->id) {
      mapping_->id(record, at, to);
    } else if (is_table_) {
      mapping_->key(record, at, to);
    } else if (at.offset() < 0) {
      throw Error{ErrorKind::bad_record,
                  "a record that a punctuator forwards has no origin to make an id of: give the sink an id() function"};
    } else {
      std::string id = widgetstream::toString(at.origin());
      if (ordinal > 0) id += "#" + std::to_string(ordinal);
      to.text(id);
    }
  }

  void tell(const SinkRejection& rejection) const {
    if (reject_) {
      reject_(rejection);
    } else {
      throw Error{ErrorKind::bad_record, rejection.reason};  // nobody there to decide: loud is safe
    }
  }

  std::string target_;
  std::shared_ptr<const MongoMapping> mapping_;
  std::function<void(const SinkRejection&)> reject_;
  bool is_table_;
  std::shared_ptr<MongoChannel> channel_ = std::make_shared<MongoChannel>();
  std::shared_ptr<MongoWriter> writer_;  ///< shared with the node's other tasks; null once closed
  std::uint64_t target_count_ = 0;
  bool failed_ = false;
  std::string failure_;
};

}  // namespace

std::unique_ptr<Sink> makeMongoSink(std::shared_ptr<MongoConnector> connector,
                                    std::shared_ptr<const MongoMapping> mapping, const SinkContext& context,
                                    bool is_table) {
  if (is_table && !mapping->id && !mapping->key) {
    throw Error{ErrorKind::invalid_topology,
                connector->target() +
                    ": the table's key type has no BSON form; describe it (serde/describe.hpp) or give "
                    "the sink an id() function"};
  }
  return std::make_unique<TaskMongoSink>(connector, std::move(mapping), context, is_table);
}

}  // namespace widgetstream::detail
