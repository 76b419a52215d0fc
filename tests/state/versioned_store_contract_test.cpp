// What every versioned store promises its processors and queries, whatever engine it has.

#include <map>
#include <random>
#include <tuple>

#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/state/versioned_store_builders.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Store = TypedVersionedStore<std::string, std::string>;
using Version = VersionedRecord<std::string>;
/// Key, value, from and until; -1: still valid.
using Row = std::tuple<std::string, std::string, std::int64_t, std::int64_t>;

constexpr std::int64_t history = 1000;
constexpr std::int64_t interval = 100;

struct VersionedCase {
  bool persistent = true;
};

class VersionedStoreContract : public ::testing::TestWithParam<VersionedCase> {
 protected:
  void SetUp() override { store->open(context); }

  static std::unique_ptr<Store> make() {
    auto builder = versionedKeyValueStoreBuilder<std::string, std::string>(
        persistentVersionedKeyValueStore("versions", Milliseconds{history}, Milliseconds{interval}));
    if (!GetParam().persistent) {
      builder.persistent = false;
      builder.open = inMemoryKeyValueStore("versions").open;
    }
    return std::unique_ptr<Store>{dynamic_cast<Store*>(builder.make(builder).release())};
  }
  std::int64_t put(const std::string& key, const std::string& value, std::int64_t at) {
    return store->put(key, value, fromMillis(at));
  }
  std::optional<std::string> erase(const std::string& key, std::int64_t at) {
    return valueOf(store->erase(key, fromMillis(at)));
  }
  [[nodiscard]] std::optional<std::string> get(const std::string& key) const { return valueOf(store->get(key)); }
  [[nodiscard]] std::optional<std::string> get(const std::string& key, std::int64_t as_of) const {
    return valueOf(store->get(key, fromMillis(as_of)));
  }
  [[nodiscard]] std::vector<Row> all() const { return rowsOf(*store); }
  static std::vector<Row> rowsOf(const ReadOnlyVersionedKeyValueStore<std::string, std::string>& reads) {
    std::vector<Row> rows;
    reads.all([&](const std::string& key, const Version& version) {
      rows.emplace_back(key, version.value, toMillis(version.timestamp),
                        version.valid_to ? toMillis(*version.valid_to) : -1);
      return true;
    });
    return rows;
  }
  static std::optional<std::string> valueOf(const std::optional<Version>& version) {
    return version ? std::optional{version->value} : std::nullopt;
  }
  void commit() { store->commit(context.lastOffset()); }

  TempDir directory;
  FakeStoreContext context{directory.path()};
  std::unique_ptr<Store> store = make();
};

TEST_P(VersionedStoreContract, PutTellsUntilWhenAVersionIsValid) {
  EXPECT_EQ(put("a", "v10", 10), put_return_code_valid_to_undefined);
  EXPECT_EQ(put("a", "v30", 30), put_return_code_valid_to_undefined);
  EXPECT_EQ(put("a", "v20", 20), 30);
  EXPECT_EQ(put("a", "v5", 5), 10);
  EXPECT_EQ(put("a", "new", 20), 30);
  EXPECT_EQ(put("a", "newest", 30), put_return_code_valid_to_undefined);
  EXPECT_THAT(all(), ElementsAre(Row{"a", "v5", 5, 10}, Row{"a", "v10", 10, 20}, Row{"a", "new", 20, 30},
                                 Row{"a", "newest", 30, -1}));
}

TEST_P(VersionedStoreContract, FindsTheVersionThatWasValidAtATime) {
  put("a", "v10", 10);
  put("a", "v30", 30);
  commit();
  put("a", "v20", 20);
  EXPECT_EQ(get("a"), "v30");
  EXPECT_EQ(get("a", 9), std::nullopt);
  EXPECT_EQ(get("a", 10), "v10");
  EXPECT_EQ(get("a", 29), "v20");
  EXPECT_EQ(get("a", 30), "v30");
  EXPECT_EQ(get("a", 5000), "v30");
  EXPECT_EQ(get("b"), std::nullopt);
}

TEST_P(VersionedStoreContract, TellsWhenAVersionBeganAndToQueriesWhenItEnded) {
  put("a", "v10", 10);
  put("a", "v30", 30);
  EXPECT_EQ(store->get("a", fromMillis(15)), (Version{"v10", fromMillis(10), std::nullopt}));
  EXPECT_EQ(store->reader()->get("a", fromMillis(15)), (Version{"v10", fromMillis(10), fromMillis(30)}));
  EXPECT_EQ(store->reader()->get("a"), (Version{"v30", fromMillis(30), std::nullopt}));
}

TEST_P(VersionedStoreContract, ADeletionIsAVersionWithoutAValue) {
  put("a", "v10", 10);
  EXPECT_EQ(erase("a", 20), "v10");
  EXPECT_EQ(get("a"), std::nullopt);
  EXPECT_EQ(get("a", 15), "v10");
  EXPECT_EQ(get("a", 25), std::nullopt);
  put("a", "v30", 30);
  EXPECT_EQ(get("a", 25), std::nullopt);
  EXPECT_EQ(erase("a", 12), "v10");
  EXPECT_EQ(get("a", 15), std::nullopt);
  EXPECT_EQ(get("a"), "v30");
  EXPECT_THAT(all(), ElementsAre(Row{"a", "v10", 10, 12}, Row{"a", "v30", 30, -1}));
}

TEST_P(VersionedStoreContract, DeletionsOfNothingAreRemembered) {
  EXPECT_EQ(erase("a", 50), std::nullopt);
  EXPECT_EQ(put("a", "v20", 20), 50);
  EXPECT_EQ(get("a"), std::nullopt);
  EXPECT_EQ(get("a", 30), "v20");
}

TEST_P(VersionedStoreContract, APutThatComesTooLateIsDroppedAndCountedButLogged) {
  put("b", "new", 2 * history);
  EXPECT_EQ(put("a", "late", history), put_return_code_valid_to_undefined);
  EXPECT_EQ(put("a", "too late", history - 1), put_return_code_not_put);
  EXPECT_EQ(erase("a", history - 1), std::nullopt);
  EXPECT_EQ(context.dropped_records, 2);
  EXPECT_EQ(context.changelog.size(), 4U);
  EXPECT_EQ(get("a"), "late");
}

TEST_P(VersionedStoreContract, OfLongAgoOnlyAValueThatIsStillValidIsKnown) {
  put("a", "v10", 10);
  put("a", "v20", 20);
  put("b", "v5", 5);
  put("c", "new", 21 + history);
  EXPECT_EQ(get("a", 15), std::nullopt);
  EXPECT_EQ(get("a", 20), "v20");
  EXPECT_EQ(get("b", 15), "v5");
}

TEST_P(VersionedStoreContract, SegmentsThatAreTooOldAreGoneFromTheEngine) {
  for (int i = 0; i < 30; ++i) {
    put("a", "v" + std::to_string(i), i * interval);
    commit();
  }
  put("b", "x", 30 * interval);
  commit();
  // Versions lie where they ended: those that ended before 2000 are gone.
  EXPECT_EQ(all().front(), (Row{"a", "v19", 1900, 2000}));
  EXPECT_EQ(all().size(), 12U);
  if (!GetParam().persistent) return;
  store->close();
  store->open(context);
  EXPECT_EQ(all().front(), (Row{"a", "v19", 1900, 2000}));
}

TEST_P(VersionedStoreContract, HistoryIsThereAfterARestart) {
  if (!GetParam().persistent) return;
  put("a", "v10", 10);
  put("a", "v500", 500);
  put("a", "v900", 900);
  commit();
  const auto before = all();
  store->close();
  store->open(context);
  EXPECT_EQ(all(), before);
  EXPECT_EQ(get("a", 100), "v10");
  EXPECT_EQ(put("a", "v700", 700), 900);
  EXPECT_EQ(get("a", 600), "v500");
}

TEST_P(VersionedStoreContract, DiscardForgetsWhatWasNotCommitted) {
  put("a", "v10", 10);
  commit();
  put("a", "v200", 200);
  store->discard();
  EXPECT_THAT(all(), ElementsAre(Row{"a", "v10", 10, -1}));
  EXPECT_EQ(store->bufferedBytes(), 0U);
}

TEST_P(VersionedStoreContract, DiscardTakesTimeBackToThatOfTheCommit) {
  put("a", "old", 100);
  put("a", "committed", 200);
  commit();
  put("a", "discarded", 10 * history);
  store->discard();
  EXPECT_EQ(get("a", 150), "old");
  EXPECT_NE(put("b", "again", 210), put_return_code_not_put);
  EXPECT_EQ(context.dropped_records, 0);
  EXPECT_EQ(get("b"), "again");
}

TEST_P(VersionedStoreContract, ChangelogRecordsBearTheTimeOfTheirVersion) {
  put("a", "v30", 30);
  put("a", "v10", 10);
  erase("a", 20);
  EXPECT_THAT(context.changelog, ElementsAre(LoggedChange{"a", "v30", 30, {}}, LoggedChange{"a", "v10", 10, {}},
                                             LoggedChange{"a", std::nullopt, 20, {}}));
}

TEST_P(VersionedStoreContract, EmptyBytesAreAValue) {
  put("a", "", 10);
  put("a", "x", 20);
  EXPECT_EQ(get("a", 15), "");
}

TEST_P(VersionedStoreContract, ReadersAreToldWhenTheStoreIsClosed) {
  put("a", "v10", 10);
  commit();
  put("a", "v20", 20);
  const auto reader = store->reader();
  EXPECT_EQ(rowsOf(*reader), all());
  store->close();
  EXPECT_THROW(static_cast<void>(reader->get("a")), Error);
}

/// What the store promises, said without segments.
class Model {
 public:
  bool put(const std::string& key, std::optional<std::string> value, std::int64_t at) {
    if (at < newest_ - history) return false;
    newest_ = std::max(newest_, at);
    keys_[key][at] = std::move(value);
    return true;
  }
  [[nodiscard]] std::optional<std::string> get(const std::string& key, std::int64_t as_of) const {
    const auto of_key = keys_.find(key);
    if (of_key == keys_.end()) return std::nullopt;
    const auto after = of_key->second.upper_bound(as_of);
    if (after == of_key->second.begin()) return std::nullopt;
    if (as_of < newest_ - history && after != of_key->second.end()) return std::nullopt;
    return std::prev(after)->second;
  }
  [[nodiscard]] std::int64_t newest() const { return newest_; }

 private:
  std::int64_t newest_ = -1;
  std::map<std::string, std::map<std::int64_t, std::optional<std::string>>> keys_;
};

TEST_P(VersionedStoreContract, DoesWhatAModelDoes) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random{seed};
    const auto upTo = [&](std::int64_t most) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
    };
    TempDir elsewhere;
    FakeStoreContext there{elsewhere.path()};
    auto tested = make();
    tested->open(there);
    Model model;
    std::int64_t now = 0;
    for (int i = 0; i < 1500; ++i) {
      now += upTo(20);
      const std::string key(1, static_cast<char>('a' + upTo(3)));
      const std::int64_t at = std::max<std::int64_t>(0, now - (upTo(3) == 0 ? upTo(history + 200) : upTo(50)));
      if (upTo(4) == 0) {
        tested->erase(key, fromMillis(at));
        model.put(key, std::nullopt, at);
      } else {
        const std::string value = "v" + std::to_string(i);
        const bool put = tested->put(key, value, fromMillis(at)) != put_return_code_not_put;
        ASSERT_EQ(model.put(key, value, at), put);
      }
      if (upTo(20) == 0) tested->commit(there.lastOffset());
      if (upTo(200) == 0) {
        tested->commit(there.lastOffset());
        tested->close();
        tested->open(there);
        if (!tested->changelogOffset()) restoreFrom(there.changelog, *tested);
        // The newest time is known again from the first put.
        const std::int64_t newest = model.newest();
        tested->put("z", "z", fromMillis(newest));
        model.put("z", "z", newest);
      }
      for (int look = 0; look < 5; ++look) {
        const std::string wanted(1, static_cast<char>('a' + upTo(3)));
        const std::int64_t as_of = std::max<std::int64_t>(0, now + 50 - upTo(history + 300));
        ASSERT_EQ(valueOf(tested->get(wanted, fromMillis(as_of))), model.get(wanted, as_of))
            << wanted << " as of " << as_of << ", newest " << model.newest() << ", step " << i;
      }
      ASSERT_EQ(valueOf(tested->get(key)), model.get(key, model.newest()));
    }
    tested->close();
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, VersionedStoreContract, ::testing::Values(VersionedCase{true}, VersionedCase{false}),
                         [](const auto& of) { return std::string{of.param.persistent ? "rocksdb" : "memory"}; });

}  // namespace
}  // namespace widgetstream
