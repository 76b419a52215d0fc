#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "widgetstream/core/clock.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/core/task_id.hpp"
#include "widgetstream/processor/record.hpp"
#include "widgetstream/processor/record_context.hpp"

namespace widgetstream {

/// A record on its way out of the application, with what makes an id for it.
template <class K, class V>
struct SinkRecord {
  Nullable<K> key;
  Nullable<V> value;
  /// The record's own time and headers.
  Timestamp timestamp;
  const Headers* headers;
  /// The input record that caused it.
  const RecordContext& at;
  /// 0 for the first document of an input record, 1 for the second, ...
  std::uint32_t ordinal = 0;
  /// True when it is a change of a table: key says which row, a null value deletes it.
  bool is_table = false;
};

/// A record that a sink will never be able to write, told instead of lost.
struct SinkRejection {
  Origin origin;
  /// The record as far as the sink could render it.
  std::string document;
  std::string reason;
};

/// What a sink is given when its task starts.
struct SinkContext {
  std::string application_id;
  TaskId task;
  Logger log;
  /// Alive as long as the application.
  MetricsRegistry* metrics = nullptr;
  const Clock* clock = nullptr;
  /// Hands a record to the sink's error policy. May be called from offer(), beginFlush() and flushed() only; what the
  /// policy decides to fail is thrown as Error.
  std::function<void(const SinkRejection&)> reject;
};

/// A way out of the application that is part of the commit: nothing is committed before it is acknowledged.
///
/// One sink belongs to one node of one task. Writes must be idempotent: after a crash the same records are offered
/// again, with the same origins.
///
/// Threads  all calls come from the task's stream thread, and none of them may block.
/// Errors   offer() may throw Error{bad_record}; what goes wrong later is told by flushed().
class Sink {
 public:
  enum class Flush {
    pending,  ///< ask again
    done,     ///< everything offered before beginFlush() is acknowledged
    failed,   ///< it will not be; failure() says why, and the task must not commit
  };

  virtual ~Sink() = default;

  /// Takes a record. Always taken: a sink that wants no more says so by ready().
  virtual void offer(const AnyRecord& record, const RecordContext& at, std::uint32_t ordinal) = 0;
  /// False while the sink has as much as it can hold: the task processes nothing until it has room again. That is how
  /// a slow system behind the sink holds back fetching.
  [[nodiscard]] virtual bool ready() = 0;

  /// Starts to write everything offered so far.
  virtual void beginFlush() = 0;
  [[nodiscard]] virtual Flush flushed() = 0;
  [[nodiscard]] virtual std::string failure() const { return {}; }

  /// Lets go of connections and threads. What is not acknowledged is offered again by whoever owns the task next.
  virtual void close() noexcept = 0;
};

/// How a topology makes the sinks of a node, one a task.
template <class K, class V>
struct SinkSupplier {
  /// `is_table`: whether the node follows a table.
  std::function<std::unique_ptr<Sink>(const SinkContext&, bool is_table)> make;
  /// True when ids come from the origin of the input record. Behind a repartition topic origins change at a replay, so
  /// there such a sink is refused at build().
  bool id_from_origin = true;
  /// For describe-like listings and logs: "mongo widgets.orders".
  std::string description;
};

}  // namespace widgetstream
