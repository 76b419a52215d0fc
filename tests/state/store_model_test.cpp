// Random work on every kind of store, checked against three ordered maps: what the owner put, what the changelog has,
// and what was committed.

#include <map>
#include <random>

#include "tests/state/any_store.hpp"
#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {
namespace {

using Model = std::map<std::string, std::int64_t>;

class StoreModel : public ::testing::TestWithParam<StoreCase> {
 protected:
  void SetUp() override { store->state().open(context); }

  std::uint32_t random(std::uint32_t below) { return static_cast<std::uint32_t>(generator()) % below; }
  std::string key() {
    static const std::string letters("\0a\x7f\x80\xff", 5);
    std::string made(random(4), '\0');
    for (char& letter : made) letter = letters[random(5)];
    return made;
  }

  /// The changelog, folded: what a restore would give.
  [[nodiscard]] Model logged() const {
    Model model;
    for (const LoggedChange& change : context.changelog) {
      if (change.value) {
        model[change.key] = LongSerde{}.decode(*change.value);
      } else {
        model.erase(change.key);
      }
    }
    return model;
  }

  void change() {
    const std::string at = key();
    if (random(3) == 0) {
      store->erase(at);
      put.erase(at);
    } else {
      const auto value = static_cast<std::int64_t>(generator() % 1000);
      store->put(at, value, value);
      put[at] = value;
    }
  }
  void commit() {
    if (random(4)) store->state().flushCache();
    const Model now = logged();
    store->state().commit(context.lastOffset());
    committed = now;
    committed_log = context.changelog.size();
  }
  /// The task dies: what was not committed is gone, from the changelog too (a transaction that was aborted).
  void loseUncommitted(bool reopen) {
    if (reopen && GetParam().persistent) {
      store->state().close();
      store->state().open(context);
    } else {
      store->state().discard();
    }
    context.changelog.resize(committed_log);
    put = committed;
  }

  static AnyStore::Entries entries(Model::const_iterator first, Model::const_iterator last) { return {first, last}; }
  [[nodiscard]] AnyStore::Entries expected(const AnyStore::Bound& first, const AnyStore::Bound& last) const {
    if (first && last && *first > *last) return {};
    return entries(first ? put.lower_bound(*first) : put.begin(), last ? put.upper_bound(*last) : put.end());
  }
  void check(const AnyStore& reads) {
    const std::string at = key();
    const auto found = put.find(at);
    EXPECT_EQ(reads.get(at), found == put.end() ? std::nullopt : std::optional{found->second});

    const AnyStore::Bound first = random(4) ? AnyStore::Bound{key()} : std::nullopt;
    const AnyStore::Bound last = random(4) ? AnyStore::Bound{key()} : std::nullopt;
    auto range = expected(first, last);
    EXPECT_EQ(reads.range(first, last), range);
    std::reverse(range.begin(), range.end());
    EXPECT_EQ(reads.range(first, last, true), range);

    const std::string prefix = key();
    const std::string after = random(2) ? key() : "";
    AnyStore::Entries beginning;
    for (const auto& [each, value] : put) {
      if (each.starts_with(prefix) && (after.empty() || each > after)) beginning.emplace_back(each, value);
    }
    EXPECT_EQ(reads.prefix(prefix, after), beginning);
  }

  std::mt19937 generator{20261123};
  TempDir directory;
  FakeStoreContext context{directory.path()};
  std::unique_ptr<AnyStore> store = makeStore(GetParam());
  Model put;
  Model committed;
  std::size_t committed_log = 0;
};

TEST_P(StoreModel, AgreesWithAMapThroughAnyOrderOfOperations) {
  for (int step = 0; step < 4000 && !HasFailure(); ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    // Now and then little memory, so that entries are evicted, flushed and read again in all combinations.
    if (step % 500 == 0) {
      context.budget.limit_bytes = step % 1000 ? 1500 : std::size_t{1} << 20;
      context.read_cache_bytes = step % 1500 ? 1000 : std::size_t{1} << 20;
    }
    const std::uint32_t what = random(100);
    if (what < 60) {
      change();
    } else if (what < 90) {
      check(what < 75 ? *store : *store->asReader());
    } else if (what < 92) {
      store->state().flushCache();
    } else if (what < 97) {
      commit();
    } else {
      loseUncommitted(what == 99);
    }
  }
  store->state().flushCache();
  EXPECT_EQ(logged(), put) << "the changelog is the store";
  EXPECT_EQ(store->all(), entries(put.begin(), put.end()));
  store->state().commit(context.lastOffset());
  EXPECT_EQ(context.budget.used_bytes, 0U);
  EXPECT_EQ(store->state().bufferedBytes(), 0U);

  FakeStoreContext other;
  const auto restored = makeStore({.persistent = false, .timestamped = GetParam().timestamped});
  restored->state().open(other);
  restoreFrom(context.changelog, restored->state());
  EXPECT_EQ(restored->all(), store->all());
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreModel, ::testing::ValuesIn(allStoreCases()),
                         [](const auto& made) { return nameOf(made.param); });

}  // namespace
}  // namespace widgetstream
