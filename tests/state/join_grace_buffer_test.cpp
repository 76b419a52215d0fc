// Records that wait for the table they are joined with.

#include "widgetstream/state/join_grace_buffer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/state/fake_context.hpp"
#include "widgetstream/serde/builtin_serdes.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Buffer = JoinGraceBuffer<std::string, std::string>;

class JoinGraceBufferTest : public ::testing::Test {
 protected:
  static std::unique_ptr<StateStore> makeBuffer() {
    StoreBuilder builder = joinGraceBufferBuilder<std::string, std::string>("held", StringSerde{}, StringSerde{},
                                                                            Milliseconds{10}, "join");
    builder.persistent = false;
    builder.open = inMemoryKeyValueStore("held").open;
    return builder.make(builder);
  }
  void SetUp() override { buffer.open(context); }

  static bool put(Buffer& into, const std::string& key, std::int64_t at, const std::string& value,
                  const Headers& headers = noHeaders()) {
    return into.put(key, value, {"in", 0, 7, fromMillis(at), &headers});
  }
  bool put(const std::string& key, std::int64_t at, const std::string& value) { return put(buffer, key, at, value); }
  /// What leaves: "key=value@time".
  static std::vector<std::string> evicted(Buffer& from) {
    std::vector<std::string> all;
    from.evict([&](const std::string& key, const std::string& value, const RecordStamp& stamp) {
      all.push_back(key + "=" + value + "@" + std::to_string(toMillis(stamp.timestamp)));
    });
    return all;
  }

  FakeStoreContext context;
  std::unique_ptr<StateStore> owned = makeBuffer();
  Buffer& buffer = dynamic_cast<Buffer&>(*owned);
};

TEST_F(JoinGraceBufferTest, LetsRecordsGoByTimeOnceTheNewestIsTheGracePast) {
  EXPECT_TRUE(put("b", 100, "1"));
  EXPECT_TRUE(put("a", 95, "2"));
  EXPECT_TRUE(put("a", 109, "3"));
  EXPECT_THAT(evicted(buffer), ElementsAre("a=2@95"));
  EXPECT_THAT(evicted(buffer), IsEmpty());
  EXPECT_TRUE(put("c", 110, "4"));
  EXPECT_THAT(evicted(buffer), ElementsAre("b=1@100"));
}

TEST_F(JoinGraceBufferTest, RefusesWhatIsMoreThanTheGraceBehind) {
  EXPECT_TRUE(put("a", 100, "1"));
  EXPECT_FALSE(put("a", 89, "2"));
  EXPECT_TRUE(put("a", 90, "3"));
  EXPECT_THAT(evicted(buffer), ElementsAre("a=3@90"));
}

TEST_F(JoinGraceBufferTest, KeepsRecordsOfEqualKeyAndTimeInOrder) {
  for (const char* value : {"1", "2", "3"}) put("a", 100, value);
  put("z", 200, "tick");
  EXPECT_THAT(evicted(buffer), ElementsAre("a=1@100", "a=2@100", "a=3@100"));
}

TEST_F(JoinGraceBufferTest, ShowsWhereARecordCameFrom) {
  const Headers headers{{"h", "1"}, {"n", std::nullopt}};
  put(buffer, "a", 100, "1", headers);
  buffer.commit(context.lastOffset());
  put("z", 200, "tick");
  buffer.evict([&](const std::string&, const std::string&, const RecordStamp& stamp) {
    EXPECT_EQ(stamp.topic, "in");
    EXPECT_EQ(stamp.offset, 7);
    EXPECT_EQ(*stamp.headers, headers);
  });
}

TEST_F(JoinGraceBufferTest, LogsWhatComesAndWhatLeavesWithoutATime) {
  put("a", 1, "v");
  const Bytes key{"\0\0\0\0\0\0\0\0\1a\0\0\0\1", 14};
  ASSERT_EQ(context.changelog.size(), 1U);
  EXPECT_EQ(context.changelog[0].key, key);
  EXPECT_EQ(context.changelog[0].timestamp, -1);
  EXPECT_EQ(*context.changelog[0].value, Bytes("\0\0\0\0\0\0\0\1"          // timestamp
                                               "\0\0\0\0\0\0\0\7"          // offset
                                               "\0\0\0\2in\0\0\0\0"        // topic, partition
                                               "\0\0\0\0"                  // headers
                                               "\xff\xff\xff\xff\xff\xff\xff\xff"  // prior, old
                                               "\0\0\0\1v"                 // value
                                               "\0\0\0\0\0\0\0\0",         // buffer time
                                               51));
  put("a", 50, "w");
  static_cast<void>(evicted(buffer));
  EXPECT_EQ(context.changelog.back(), (LoggedChange{key, std::nullopt, -1}));
}

TEST_F(JoinGraceBufferTest, GoesOnAfterARestoreAndKeepsNumbersApart) {
  put("a", 100, "1");
  put("a", 100, "2");
  put("b", 80, "gone");
  static_cast<void>(evicted(buffer));
  const auto restored = makeBuffer();
  restored->open(context);
  restoreFrom(context.changelog, *restored);
  auto& other = dynamic_cast<Buffer&>(*restored);
  put(other, "a", 100, "3");
  put(other, "z", 200, "tick");
  EXPECT_THAT(evicted(other), ElementsAre("a=1@100", "a=2@100", "a=3@100"));
}

TEST_F(JoinGraceBufferTest, ForgetsWhatWasNotCommitted) {
  put("a", 100, "1");
  buffer.commit(context.lastOffset());
  put("b", 101, "2");
  buffer.discard();
  put("z", 200, "tick");
  EXPECT_THAT(evicted(buffer), ElementsAre("a=1@100"));
}

TEST_F(JoinGraceBufferTest, WhatHadLeftSinceTheCommitLeavesAgain) {
  put("a", 100, "1");
  put("b", 105, "2");
  buffer.commit(context.lastOffset());
  put("z", 200, "tick");
  EXPECT_THAT(evicted(buffer), ElementsAre("a=1@100", "b=2@105"));
  buffer.discard();
  EXPECT_TRUE(put("c", 104, "not late any more"));
  put("z", 200, "tick");
  EXPECT_THAT(evicted(buffer), ElementsAre("a=1@100", "c=not late any more@104", "b=2@105"));
}

}  // namespace
}  // namespace widgetstream
