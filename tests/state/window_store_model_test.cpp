// Window stores do what a plain map does that knows when rows expire, over random puts, commits, crashes and restores.

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <tuple>

#include "tests/state/any_window_store.hpp"
#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using Store = TypedWindowStore<std::string, std::string>;

constexpr std::int64_t retention = 150'000;
constexpr std::int64_t interval = 75'000;

/// Expiry as Java has it: on disk by segment, in memory by row; rows older than the retention are hidden.
class Model {
 public:
  explicit Model(WindowEngine engine) : engine_(engine) {}

  bool put(const std::string& key, std::int64_t start, std::optional<std::string> value) {
    observed_ = std::max(observed_, start);
    const bool live = engine_ == WindowEngine::memory
                          ? start > observed_ - retention
                          : start / interval >= std::max<std::int64_t>(0, observed_ - retention) / interval;
    if (!live) return false;
    if (value) {
      rows_[{start, key}] = *value;
    } else {
      rows_.erase({start, key});
    }
    return true;
  }
  [[nodiscard]] WindowRows of(const std::string& key, std::int64_t from, std::int64_t to) const {
    WindowRows found;
    for (const auto& row : all()) {
      const auto& [row_key, start, value] = row;
      if (row_key == key && start >= from && start <= to) found.push_back(row);
    }
    return found;
  }
  [[nodiscard]] std::optional<std::string> at(const std::string& key, std::int64_t start) const {
    const WindowRows found = of(key, start, start);
    return found.empty() ? std::nullopt : std::optional{std::get<2>(found.front())};
  }
  /// By start, then key.
  [[nodiscard]] WindowRows all() const {
    WindowRows found;
    for (const auto& [at, value] : rows_) {
      if (at.first >= visibleFrom()) found.emplace_back(at.second, at.first, value);
    }
    return found;
  }

 private:
  [[nodiscard]] std::int64_t visibleFrom() const {
    const bool edge = engine_ == WindowEngine::rocksdb_by_time || engine_ == WindowEngine::rocksdb_indexed;
    return observed_ - retention + (edge ? 0 : 1);
  }

  WindowEngine engine_;
  std::int64_t observed_ = -1;
  std::map<std::pair<std::int64_t, std::string>, std::string> rows_;
};

class WindowStoreModel : public ::testing::TestWithParam<WindowEngine> {};

TEST_P(WindowStoreModel, DoesWhatTheModelDoes) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const auto upTo = [&](std::int64_t most) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
    };
    TempDir directory;
    FakeStoreContext context{directory.path()};
    context.read_cache_bytes = FakeStoreContext::read_cache_sizes[seed % 3];
    const auto builder = windowStoreBuilder<std::string, std::string>(
        windowSupplier(GetParam(), Milliseconds{retention}, Milliseconds{1000}));
    const auto make = [&] { return std::unique_ptr<Store>{dynamic_cast<Store*>(builder.make(builder).release())}; };
    auto store = make();
    store->open(context);
    Model model{GetParam()};
    std::int64_t now = 0;
    for (int step = 0; step < 600; ++step) {
      now += upTo(2000);
      const std::string key(1, static_cast<char>('a' + upTo(3)));
      const std::int64_t start = std::max<std::int64_t>(0, now - (upTo(2) == 0 ? upTo(2 * retention) : upTo(5000)));
      const std::string value = "v" + std::to_string(step);
      const int before = context.dropped_records;
      const bool erases = upTo(4) == 0;
      if (erases) {
        store->erase(key, fromMillis(start));
      } else {
        store->put(key, value, fromMillis(start));
      }
      const bool kept = model.put(key, start, erases ? std::nullopt : std::optional{value});
      ASSERT_EQ(context.dropped_records, before + (kept ? 0 : 1)) << "at " << start << ", step " << step;
      if (upTo(10) == 0) store->commit(context.lastOffset());
      if (upTo(150) == 0) loseAndRestore(store, make, directory.path(), context);
      const std::int64_t from = std::max<std::int64_t>(0, now - upTo(2 * retention));
      const std::int64_t to = from + upTo(retention);
      const WindowReads reads{*store};
      ASSERT_EQ(reads.fetch(key, from, to), model.of(key, from, to)) << from << ".." << to << " " << step;
      ASSERT_EQ(reads.fetch(key, start), model.at(key, start)) << start << " " << step;
      if (upTo(20) == 0) {
        ASSERT_THAT(reads.all(), ::testing::UnorderedElementsAreArray(model.all())) << step;
      }
    }
    store->close();
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, WindowStoreModel,
                         ::testing::Values(WindowEngine::rocksdb, WindowEngine::rocksdb_by_time,
                                           WindowEngine::rocksdb_indexed, WindowEngine::memory),
                         [](const auto& of) {
                           return nameOf(WindowStoreCase{of.param, false});
                         });

}  // namespace
}  // namespace widgetstream
