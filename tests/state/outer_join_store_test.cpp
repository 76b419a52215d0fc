// Records of a left or outer join that wait for a partner.

#include "widgetstream/state/outer_join_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/state/fake_context.hpp"
#include "widgetstream/serde/builtin_serdes.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Store = OuterJoinStore<std::string, std::string, std::int32_t>;

class OuterJoinStoreTest : public ::testing::Test {
 protected:
  static std::unique_ptr<StateStore> makeStore() {
    const StoreBuilder builder = outerJoinStoreBuilder<std::string, std::string, std::int32_t>(
        inMemoryKeyValueStore("shared"), StringSerde{}, StringSerde{}, IntegerSerde{});
    return builder.make(builder);
  }
  void SetUp() override { store.open(context); }

  /// All from `oldest` on: "time side key values".
  static std::vector<std::string> all(Store& of, std::int64_t oldest = 0) {
    std::vector<std::string> found;
    of.visitFrom(fromMillis(oldest), [&](Timestamp at, StreamSide side, const std::string& key,
                                         const Store::Records& records, BytesView) {
      std::string text = std::to_string(toMillis(at)) + (side == StreamSide::left ? " left " : " right ") + key;
      records.left.forEach([&](const std::string& value) { text += " " + value; });
      records.right.forEach([&](std::int32_t value) { text += " " + std::to_string(value); });
      found.push_back(std::move(text));
      return true;
    });
    return found;
  }
  void left(const std::string& key, std::int64_t at, const std::string& value) {
    store.addLeft(key, fromMillis(at), value, stampAt(at));
  }
  void right(const std::string& key, std::int64_t at, std::int32_t value) {
    store.addRight(key, fromMillis(at), value, stampAt(at));
  }

  FakeStoreContext context;
  std::unique_ptr<StateStore> owned = makeStore();
  Store& store = dynamic_cast<Store&>(*owned);
};

TEST_F(OuterJoinStoreTest, ShowsRecordsByTimeThenSideThenKey) {
  left("b", 20, "x");
  right("z", 20, 7);
  left("a", 20, "y");
  left("c", 10, "w");
  EXPECT_THAT(all(store), ElementsAre("10 left c w", "20 right z 7", "20 left a y", "20 left b x"));
  EXPECT_THAT(all(store, 11), ElementsAre("20 right z 7", "20 left a y", "20 left b x"));
}

TEST_F(OuterJoinStoreTest, KeepsAllRecordsOfOneKeyAndTimeInOrder) {
  left("a", 10, "1");
  left("a", 10, "2");
  store.commit(context.lastOffset());
  left("a", 10, "3");
  EXPECT_THAT(all(store), ElementsAre("10 left a 1 2 3"));
}

TEST_F(OuterJoinStoreTest, LogsListsInJavasBytes) {
  left("y", 0x3fc, "R2");
  left("y", 0x3fc, "R3");
  EXPECT_EQ(context.changelog.back().key, Bytes("\0\0\0\0\0\0\3\xfc\1y", 10));
  EXPECT_EQ(context.changelog.back().value, Bytes("\1\0\0\0\2\0\0\0\3\1R2\0\0\0\3\1R3", 19));
  right("y", 1, 5);
  EXPECT_EQ(context.changelog.back().key, Bytes("\0\0\0\0\0\0\0\1\0y", 10));
  EXPECT_EQ(context.changelog.back().value, Bytes("\1\0\0\0\1\0\0\0\5\0\0\0\0\5", 14));
}

TEST_F(OuterJoinStoreTest, ForgetsAllOfAKeyTimeAndSideAtOnce) {
  left("a", 10, "1");
  left("a", 10, "2");
  right("a", 10, 3);
  store.removeMatched(StreamSide::left, "a", fromMillis(10), stampAt(30));
  EXPECT_THAT(all(store), ElementsAre("10 right a 3"));
  EXPECT_EQ(context.changelog.back(), (LoggedChange{Bytes("\0\0\0\0\0\0\0\x0a\1a", 10), std::nullopt, 30}));
}

TEST_F(OuterJoinStoreTest, LogsNothingWhenThereIsNothingToForget) {
  store.removeMatched(StreamSide::left, "a", fromMillis(10), stampAt(30));
  EXPECT_THAT(context.changelog, IsEmpty());
}

TEST_F(OuterJoinStoreTest, MayBeChangedDuringAWalk) {
  left("a", 10, "1");
  left("b", 20, "2");
  store.visitFrom(fromMillis(0), [&](Timestamp, StreamSide, const std::string&, const Store::Records&, BytesView entry) {
    store.remove(entry, stampAt(30));
    return true;
  });
  EXPECT_THAT(all(store), IsEmpty());
}

TEST_F(OuterJoinStoreTest, IsTheSameAfterARestore) {
  left("a", 10, "1");
  left("a", 10, "2");
  right("b", 20, 3);
  left("c", 30, "4");
  store.removeMatched(StreamSide::left, "c", fromMillis(30), stampAt(30));
  const auto other = makeStore();
  other->open(context);
  restoreFrom(context.changelog, *other);
  EXPECT_THAT(all(dynamic_cast<Store&>(*other)), ElementsAre("10 left a 1 2", "20 right b 3"));
}

TEST_F(OuterJoinStoreTest, ItsClockIsThatOfTheCommitAfterADiscard) {
  left("a", 20, "x");
  store.clock().stream_time = fromMillis(20);
  store.commit(context.lastOffset());
  store.clock().stream_time = fromMillis(90);
  store.clock().oldest = fromMillis(90);
  store.discard();
  EXPECT_EQ(store.clock().stream_time, fromMillis(20));
  EXPECT_LE(store.clock().oldest, fromMillis(20));
}

TEST_F(OuterJoinStoreTest, SaysWhenItsBytesAreNoLists) {
  left("a", 10, "1");
  for (const Bytes& broken : {Bytes{}, Bytes{"\0\0", 2}, Bytes("\1\0\0\0\1\0\0\0\11\1R", 11)}) {
    const auto other = makeStore();
    other->open(context);
    context.changelog.back().value = broken;
    restoreFrom(context.changelog, *other);
    EXPECT_THROW((void)all(dynamic_cast<Store&>(*other)), Error);
  }
}

}  // namespace
}  // namespace widgetstream
