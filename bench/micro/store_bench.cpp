// What the typed store costs over RocksDB and over memory: a read, a write, and the commit they end in.

#include <benchmark/benchmark.h>

#include <algorithm>

#include "tests/support/temp_dir.hpp"
#include "widgetstream/state/store_builders.hpp"

using namespace widgetstream;

namespace {

using Counts = TypedTimestampedStore<std::string, std::int64_t>;

/// A task that logs nothing.
class Context final : public StoreContext {
 public:
  [[nodiscard]] TaskId task() const override { return {0, 0}; }
  [[nodiscard]] const std::string& applicationId() const override { return application_id_; }
  [[nodiscard]] std::filesystem::path taskDirectory() const override { return directory_.path(); }
  [[nodiscard]] std::string changelogPartition(const std::string&) const override { return "bench-counts-changelog-0"; }
  [[nodiscard]] const Logger& log() const override { return log_; }
  [[nodiscard]] CacheBudget& cacheBudget() override { return budget_; }
  void logChange(const std::string&, BytesView, NullableBytesView, Timestamp, const Headers&) override { ++logged_; }
  [[nodiscard]] Timestamp recordTimestamp() const override { return fromMillis(1'769'860'800'000); }
  [[nodiscard]] std::int64_t logged() const { return logged_; }

 private:
  TempDir directory_;
  std::string application_id_ = "bench";
  Logger log_;
  CacheBudget budget_;
  std::int64_t logged_ = 0;
};

/// Arguments: 1 for RocksDB, 0 for memory; how many keys.
class StoreBench : public benchmark::Fixture {
 public:
  void SetUp(const benchmark::State& state) override {
    const auto supplier = state.range(0) == 1 ? persistentKeyValueStore("counts") : inMemoryKeyValueStore("counts");
    const auto builder = timestampedKeyValueStoreBuilder<std::string, std::int64_t>(supplier);
    keys_.clear();
    for (std::int64_t number = 0; number < state.range(1); ++number) {
      keys_.push_back("customer-" + std::to_string(number * 7919 % state.range(1)));
    }
    context_ = std::make_unique<Context>();
    store_ = builder.make(builder);
    store_->open(*context_);
    counts_ = dynamic_cast<Counts*>(store_.get());
    putAll();
  }
  void TearDown(const benchmark::State&) override {
    store_->close();
    store_.reset();
    context_.reset();
  }

 protected:
  /// Each key once, and a commit.
  void putAll() {
    for (const std::string& key : keys_) counts_->put(key, {++value_, context_->recordTimestamp()});
    store_->commit(context_->logged());
  }

  std::vector<std::string> keys_;
  std::unique_ptr<Context> context_;
  std::unique_ptr<StateStore> store_;
  Counts* counts_ = nullptr;
  std::int64_t value_ = 0;
};

BENCHMARK_DEFINE_F(StoreBench, get)(benchmark::State& state) {
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(counts_->find(keys_[next]));
    if (++next == keys_.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_REGISTER_F(StoreBench, get)->ArgNames({"rocksdb", "keys"})->ArgsProduct({{1, 0}, {1'000, 200'000}});

BENCHMARK_DEFINE_F(StoreBench, putAndCommit)(benchmark::State& state) {
  for (auto _ : state) putAll();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(keys_.size()));
}
BENCHMARK_REGISTER_F(StoreBench, putAndCommit)->ArgNames({"rocksdb", "keys"})->ArgsProduct({{1, 0}, {1'000, 200'000}});

}  // namespace
