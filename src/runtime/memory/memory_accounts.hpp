#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "runtime/memory/memory_plan.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/kafka/consumer.hpp"
#include "widgetstream/kafka/producer.hpp"
#include "widgetstream/runtime/memory_report.hpp"
#include "widgetstream/state/read_caches.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream {

class GlobalState;
class ThreadSet;

/// Who holds memory of an application besides its stream threads. Pointers may be null but for `read_caches`,
/// `consumer` and `producer`.
struct MemoryHolders {
  std::shared_ptr<EngineResources> engines;
  const ReadCaches* read_caches = nullptr;
  const Consumer* consumer = nullptr;
  const Producer* producer = nullptr;
  const Consumer* global_consumer = nullptr;
  const GlobalState* globals = nullptr;
};

/// Adds up what the classes of memory take, for KafkaStreams::memoryReport() and the metrics
/// `widgetstream_memory_bytes{class}` and `widgetstream_memory_ceiling_bytes{class}`.
///
/// Threads  report() from any.
class MemoryAccounts {
 public:
  /// Both outlive it.
  MemoryAccounts(const MemoryPlan& plan, const ThreadSet& threads) : plan_(plan), threads_(threads) {}

  void open(MemoryHolders holders, MetricsRegistry& metrics);
  /// Nothing is asked any more: the holders may go.
  void close() noexcept;
  [[nodiscard]] MemoryReport report() const;

 private:
  void observe(MetricsRegistry& metrics);

  const MemoryPlan& plan_;
  const ThreadSet& threads_;
  mutable std::mutex mutex_;
  std::optional<MemoryHolders> holders_;        // guarded by mutex_
  std::vector<std::shared_ptr<void>> metrics_;  // of whoever opens and closes
};

}  // namespace widgetstream
