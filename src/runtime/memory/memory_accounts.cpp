#include "runtime/memory/memory_accounts.hpp"

#include <algorithm>
#include <utility>

#include "runtime/global/global_state.hpp"
#include "runtime/threads/thread_set.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {
namespace {

/// What stream threads and global stores hold.
struct OfThreads {
  std::size_t threads = 0;
  std::size_t record_caches = 0;
  std::size_t changes = 0;
  std::size_t waiting = 0;
};

[[nodiscard]] OfThreads sumOf(const ThreadSet& threads) {
  OfThreads sum;
  for (const auto& thread : threads.all()) {
    ++sum.threads;
    sum.record_caches += thread->view().recordCacheBytes();
    sum.changes += thread->view().changesBytes();
    sum.waiting += thread->view().waitingBytes();
  }
  return sum;
}

/// A part counted as something else already.
[[nodiscard]] std::size_t without(std::size_t bytes, std::size_t part) noexcept {
  return bytes - std::min(bytes, part);
}

}  // namespace

void MemoryAccounts::open(MemoryHolders holders, MetricsRegistry& metrics) {
  {
    const std::lock_guard lock{mutex_};
    holders_ = std::move(holders);
  }
  observe(metrics);
}

void MemoryAccounts::close() noexcept {
  metrics_.clear();  // they ask for the mutex
  const std::lock_guard lock{mutex_};
  holders_.reset();
}

void MemoryAccounts::observe(MetricsRegistry& metrics) {
  for (const MemoryClass& one : report().classes) {
    const auto read = [this, name = one.name](std::size_t MemoryClass::*part) {
      return [this, name, part] {
        const MemoryReport now = report();
        const MemoryClass* found = now.find(name);
        return found ? static_cast<double>(found->*part) : 0;
      };
    };
    metrics_.push_back(metrics.observe("widgetstream_memory_bytes", "Memory by what it is used for.",
                                       {{"class", one.name}}, read(&MemoryClass::bytes)));
    metrics_.push_back(metrics.observe("widgetstream_memory_ceiling_bytes",
                                       "How much of memory.budget.bytes each use may take at most.",
                                       {{"class", one.name}}, read(&MemoryClass::ceiling_bytes)));
  }
}

MemoryReport MemoryAccounts::report() const {
  const OfThreads threads = sumOf(threads_);
  MemoryReport report;
  report.budget_bytes = plan_.budget_bytes;
  const std::lock_guard lock{mutex_};
  const MemoryHolders none;
  const MemoryHolders& from = holders_ ? *holders_ : none;
  const EngineMemory engines = from.engines ? memoryOf(*from.engines) : EngineMemory{};
  const std::size_t changes = threads.changes + (from.globals ? from.globals->changesBytes() : 0);
  const std::size_t fetched = threads.waiting + (from.consumer ? from.consumer->queuedBytes() : 0) +
                              (from.global_consumer ? from.global_consumer->queuedBytes() : 0);
  const std::size_t record_caches = std::min(plan_.record_cache_bytes, plan_.uncommitted_bytes);
  const std::size_t queues = std::max(threads.threads + (from.globals ? 1 : 0), std::size_t{1});
  report.classes = {
      {"record-caches", threads.record_caches, record_caches},
      {"write-buffers", without(changes, threads.record_caches), without(plan_.write_buffers_bytes, record_caches)},
      {"read-caches", from.read_caches ? from.read_caches->usedBytes() : 0, plan_.read_caches_bytes},
      {"block-cache", engines.block_cache_bytes, plan_.block_cache_bytes},
      {"memtables", engines.memtables_bytes, plan_.memtables_bytes},
      {"fetch-queues", fetched, plan_.fetch_queue_bytes * queues},
      {"produce-queue", from.producer ? from.producer->queuedBytes() : 0, plan_.produce_queue_bytes},
  };
  return report;
}

}  // namespace widgetstream
