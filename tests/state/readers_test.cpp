// Queries ask a store from their own threads while its task works on it (design D9).

#include <atomic>
#include <thread>

#include "tests/state/any_store.hpp"
#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {
namespace {

class Readers : public ::testing::TestWithParam<StoreCase> {
 protected:
  void SetUp() override { store->state().open(context); }

  TempDir directory;
  FakeStoreContext context{directory.path()};
  std::unique_ptr<AnyStore> store = makeStore(GetParam());
};

TEST_P(Readers, SeeOneStateOfTheWholeStoreInEachCall) {
  context.budget.limit_bytes = 20'000;
  context.read_cache_bytes = 5'000;
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> walks = 0;
  store->put("first", 0);
  store->put("second", 0);

  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      const auto reader = store->asReader();
      while (!done) {
        // The owner raises "first", then "second": seen together they are equal, or "first" is one ahead.
        std::int64_t first = -1;
        std::int64_t second = -1;
        for (const auto& [key, value] : reader->all()) {
          if (key == "first") first = value;
          if (key == "second") second = value;
        }
        if (first < 0 || second < 0 || first - second < 0 || first - second > 1) ++wrong;
        const auto alone = reader->get("second");
        if (!alone || *alone < second) ++wrong;
        if (reader->prefix("key1").size() > 111) ++wrong;
        static_cast<void>(reader->count());
        ++walks;
      }
    });
  }
  for (std::int64_t n = 1; n <= 1500 || walks < 20; ++n) {
    store->put("first", n);
    store->put("second", n);
    store->put("key" + std::to_string(n % 1000), n);
    if (n % 3 == 0) store->erase("key" + std::to_string((n * 7) % 1000));
    if (n % 5 == 0) static_cast<void>(store->get("key" + std::to_string((n * 11) % 1000)));
    if (n % 50 == 0) {
      store->state().flushCache();
      store->state().commit(context.lastOffset());
    }
  }
  done = true;
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

TEST_P(Readers, AreToldWhenTheStoreClosesUnderThem) {
  for (int i = 0; i < 100; ++i) store->put(std::to_string(i), i);
  store->state().flushCache();
  store->state().commit(context.lastOffset());
  std::atomic<int> refused = 0;
  std::atomic<int> answered = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, reader = std::shared_ptr<AnyStore>{store->asReader()}] {
      try {
        for (;;) {
          if (reader->all().size() != 100 || reader->get("7") != 7) ++wrong;
          ++answered;
        }
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::not_available) ++refused;
      }
    });
  }
  while (answered < 4) std::this_thread::yield();
  store->state().close();
  threads.clear();
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(Stores, Readers,
                         ::testing::Values(StoreCase{true, true, true}, StoreCase{true, false, true},
                                           StoreCase{false, true, true}, StoreCase{false, false, false}),
                         [](const auto& made) { return nameOf(made.param); });

}  // namespace
}  // namespace widgetstream
