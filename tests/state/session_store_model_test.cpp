// Session stores do what a plain map does that knows when sessions expire, over random puts, removals, commits, crashes
// and restores.

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/state/window_store_builders.hpp"

namespace widgetstream {
namespace {

using Store = TypedSessionStore<std::string, std::string>;
/// Key, start, end and value.
using Session = std::tuple<std::string, std::int64_t, std::int64_t, std::string>;

constexpr std::int64_t retention = 150'000;
constexpr std::int64_t interval = 75'000;

enum class SessionEngine { rocksdb, rocksdb_by_time, memory };

SessionStoreSupplier supplierOf(SessionEngine engine) {
  if (engine == SessionEngine::rocksdb) return persistentSessionStore("sessions", Milliseconds{retention});
  if (engine == SessionEngine::rocksdb_by_time)
    return persistentTimeOrderedSessionStore("sessions", Milliseconds{retention});
  return inMemorySessionStore("sessions", Milliseconds{retention});
}

Windowed<std::string> windowed(const std::string& key, std::int64_t start, std::int64_t end) {
  return {key, {fromMillis(start), fromMillis(end)}};
}

/// Expiry as Java has it: on disk by segment, in memory by session; sessions that ended before the retention are
/// hidden.
class Model {
 public:
  explicit Model(SessionEngine engine) : engine_(engine) {}

  /// False if it comes too late.
  bool put(const std::string& key, std::int64_t start, std::int64_t end, const std::string& value) {
    observed_ = std::max(observed_, end);
    const bool live = engine_ == SessionEngine::memory
                          ? end > observed_ - retention
                          : end / interval >= std::max<std::int64_t>(0, observed_ - retention) / interval;
    if (live) sessions_[{end, start, key}] = value;
    return live;
  }
  void remove(const std::string& key, std::int64_t start, std::int64_t end) { sessions_.erase({end, start, key}); }

  [[nodiscard]] std::vector<Session> of(const std::string& key, std::int64_t earliest_end,
                                        std::int64_t latest_start) const {
    std::vector<Session> found;
    for (const auto& [place, value] : sessions_) {
      const auto& [end, start, its_key] = place;
      if (its_key == key && end >= std::max(earliest_end, visibleFrom()) && start <= latest_start) {
        found.emplace_back(key, start, end, value);
      }
    }
    if (engine_ == SessionEngine::memory) {  // of those that end together the youngest is first
      std::stable_sort(found.begin(), found.end(), [](const Session& one, const Session& other) {
        return std::tuple{std::get<2>(one), -std::get<1>(one)} < std::tuple{std::get<2>(other), -std::get<1>(other)};
      });
    }
    return found;
  }
  [[nodiscard]] std::optional<std::string> exact(const std::string& key, std::int64_t start, std::int64_t end) const {
    const auto found = sessions_.find({end, start, key});
    return found == sessions_.end() || end < visibleFrom() ? std::nullopt : std::optional{found->second};
  }
  /// One of those that can be seen; none if there is none.
  [[nodiscard]] std::optional<Session> any(std::size_t number) const {
    std::vector<Session> all;
    for (const auto& [place, value] : sessions_) {
      const auto& [end, start, key] = place;
      if (end >= visibleFrom()) all.emplace_back(key, start, end, value);
    }
    return all.empty() ? std::nullopt : std::optional{all[number % all.size()]};
  }

 private:
  [[nodiscard]] std::int64_t visibleFrom() const { return observed_ - retention + 1; }

  SessionEngine engine_;
  std::int64_t observed_ = -1;
  std::map<std::tuple<std::int64_t, std::int64_t, std::string>, std::string> sessions_;  // by end, start, key
};

std::vector<Session> found(const Store& store, const std::string& key, std::int64_t earliest_end,
                           std::int64_t latest_start) {
  std::vector<Session> rows;
  store.findSessions(key, fromMillis(earliest_end), fromMillis(latest_start),
                     [&](const Windowed<std::string>& at, const std::string& value) {
                       rows.emplace_back(at.key, toMillis(at.window.start), toMillis(at.window.end), value);
                       return true;
                     });
  return rows;
}

class SessionStoreModel : public ::testing::TestWithParam<SessionEngine> {
 protected:
  static std::unique_ptr<Store> make() {
    const auto builder = sessionStoreBuilder<std::string, std::string>(supplierOf(GetParam()));
    return std::unique_ptr<Store>{dynamic_cast<Store*>(builder.make(builder).release())};
  }

  void compare(unsigned seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random{seed};
    const auto upTo = [&](std::int64_t most) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
    };
    TempDir directory;
    FakeStoreContext context{directory.path()};
    context.read_cache_bytes = FakeStoreContext::read_cache_sizes[seed % 3];
    auto store = make();
    store->open(context);
    Model model{GetParam()};
    std::int64_t now = 0;
    for (int step = 0; step < 400; ++step) {
      now += upTo(2500);
      const std::string key(1, static_cast<char>('a' + upTo(3)));
      if (const auto victim = upTo(4) == 0 ? model.any(random()) : std::nullopt) {
        const auto& [its_key, start, end, value] = *victim;
        store->remove(windowed(its_key, start, end));
        model.remove(its_key, start, end);
      } else {
        const std::int64_t end = std::max<std::int64_t>(0, now - (upTo(2) == 0 ? upTo(2 * retention) : upTo(5000)));
        const std::int64_t start = std::max<std::int64_t>(0, end - (upTo(3) == 0 ? upTo(100'000) : upTo(3000)));
        const std::string value = "v" + std::to_string(step);
        const int before = context.dropped_records;
        store->put(windowed(key, start, end), value);
        const bool kept = model.put(key, start, end, value);
        ASSERT_EQ(context.dropped_records, before + (kept ? 0 : 1)) << start << "/" << end << ", step " << step;
        ASSERT_EQ(store->fetchSession(key, fromMillis(start), fromMillis(end)), model.exact(key, start, end));
      }
      if (upTo(10) == 0) store->commit(context.lastOffset());
      if (upTo(150) == 0) loseAndRestore(store, make, directory.path(), context);
      const std::int64_t from = std::max<std::int64_t>(0, now - upTo(2 * retention));
      const std::int64_t to = from + upTo(retention);
      ASSERT_EQ(found(*store, key, from, to), model.of(key, from, to)) << from << ".." << to << ", step " << step;
    }
    store->close();
  }
};

TEST_P(SessionStoreModel, DoesWhatTheModelDoes) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    compare(seed);
    if (HasFatalFailure()) return;
  }
}

std::string nameOf(const ::testing::TestParamInfo<SessionEngine>& of) {
  static const char* const names[] = {"rocksdb", "rocksdb_by_time", "memory"};
  return names[static_cast<int>(of.param)];
}

INSTANTIATE_TEST_SUITE_P(Engines, SessionStoreModel,
                         ::testing::Values(SessionEngine::rocksdb, SessionEngine::rocksdb_by_time,
                                           SessionEngine::memory),
                         nameOf);

}  // namespace
}  // namespace widgetstream
