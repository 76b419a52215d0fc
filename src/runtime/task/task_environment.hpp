#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "runtime/metrics/metrics_settings.hpp"
#include "widgetstream/core/clock.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/kafka/producer.hpp"
#include "widgetstream/processor/error_handlers.hpp"
#include "widgetstream/processor/processor_context.hpp"
#include "widgetstream/state/state_store.hpp"
#include "widgetstream/topology/graph.hpp"

namespace widgetstream {

/// The global stores of an application, as its tasks see them.
///
/// Threads  any, once they are loaded.
class GlobalStores {
 public:
  virtual ~GlobalStores() = default;
  /// Errors  Error{invalid_topology} when there is none of this name.
  [[nodiscard]] virtual StateStore& readOnly(const std::string& store) = 0;
};

/// What the tasks of one stream thread share. Everything referred to outlives them.
struct TaskEnvironment {
  const TopologyGraph* graph;
  std::string application_id;
  /// `<state.dir>/<application.id>`; task directories are made below it when a store needs one.
  std::filesystem::path state_directory;
  std::shared_ptr<const AppConfigs> app_configs = std::make_shared<const AppConfigs>();

  Producer& producer;
  const Clock& clock;
  MetricsRegistry& metrics;
  CacheBudget* cache;
  Logger log;
  /// What the engines of all stores share; null: the process's defaults.
  std::shared_ptr<EngineResources> engine_resources;
  /// Null: each store has its own.
  ReadCaches* read_caches = nullptr;

  /// What undecodable records, throwing processors, unwritable outputs and documents refused by a sink become. An empty
  /// one fails.
  ErrorHandler deserialization_handler;
  ErrorHandler processing_handler;
  ErrorHandler production_handler;
  ErrorHandler sink_handler;
  /// Where ErrorAction::dead_letter sends records; empty: it is an error to ask for it.
  std::string dead_letter_topic;

  /// For sources without one of their own; empty: the record's own time, a negative one fails.
  TimestampExtractor timestamp_extractor;
  /// How long a task with an empty input waits for it once it is known to have no more; negative: never, not even
  /// for records that are known to be on the broker (contract 8.2).
  Milliseconds max_task_idle{0};

  /// How often, by the clock, processors look for windows that have closed (Java's internal setting, contract 8.5).
  Milliseconds emit_interval{1000};

  MetricsSettings measuring{};

  /// Null when the topology has no global stores.
  GlobalStores* globals = nullptr;

  /// Set to true by another thread: loops that wait for a broker end with Error{retriable}.
  const std::atomic<bool>* aborted = nullptr;

  [[nodiscard]] bool isAborted() const noexcept { return aborted && aborted->load(std::memory_order_relaxed); }
};

}  // namespace widgetstream
