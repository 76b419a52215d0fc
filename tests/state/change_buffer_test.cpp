// The buffer of suppress(): changes that wait, in memory, with a changelog in Java's bytes (contract 5.7).

#include "widgetstream/state/change_buffer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "widgetstream/serde/builtin_serdes.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Text = std::string;
using Buffer = TypedChangeBuffer<Text, Text>;

struct Logged {
  Bytes key;
  NullableBytes value;
  Timestamp timestamp;
  Headers headers;
};

class LogKeeper final : public StoreContext {
 public:
  [[nodiscard]] TaskId task() const override { return {0, 0}; }
  [[nodiscard]] const std::string& applicationId() const override { return application_id_; }
  [[nodiscard]] std::filesystem::path taskDirectory() const override { return {}; }
  [[nodiscard]] std::string changelogPartition(const std::string& store) const override {
    return "app-" + store + "-changelog-0";
  }
  [[nodiscard]] const Logger& log() const override { return log_; }
  [[nodiscard]] CacheBudget& cacheBudget() override { return budget_; }
  void logChange(const std::string&, BytesView key, NullableBytesView value, Timestamp timestamp,
                 const Headers& headers) override {
    if (fails) throw Error{ErrorKind::retriable, "the changelog is away"};
    changelog.push_back({Bytes{key}, value ? NullableBytes{*value} : std::nullopt, timestamp, headers});
  }
  [[nodiscard]] Timestamp recordTimestamp() const override { return no_timestamp; }

  std::vector<Logged> changelog;
  bool fails = false;

 private:
  std::string application_id_ = "app";
  Logger log_;
  CacheBudget budget_;
};

/// What is behind a change: record `offset` of topic "in", with time and headers.
RecordStamp stamp(std::int64_t timestamp, std::int64_t offset = 0, const Headers& headers = noHeaders()) {
  return {"in", 0, offset, fromMillis(timestamp), &headers};
}

std::string hex(BytesView bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

class ChangeBufferTest : public ::testing::Test {
 protected:
  static Buffer makeBuffer(bool logging = true, bool counts_bytes = true) {
    return Buffer{{"held", logging, counts_bytes}, Serde<Text>{StringSerde{}}, Serde<Text>{StringSerde{}}};
  }
  void SetUp() override { buffer.open(context); }

  static void put(Buffer& into, std::int64_t time, const Text& key, const std::optional<Text>& value,
                  const std::optional<Text>& old_value = {}, std::int64_t timestamp = 0) {
    const auto view = [](const std::optional<Text>& of) { return of ? Nullable<Text>{*of} : Nullable<Text>{}; };
    into.put(fromMillis(time), key, view(value), view(old_value), stamp(timestamp));
  }
  void put(std::int64_t time, const Text& key, const std::optional<Text>& value,
           const std::optional<Text>& old_value = {}, std::int64_t timestamp = 0) {
    put(buffer, time, key, value, old_value, timestamp);
  }
  /// Takes everything out: "key=value" or "key=null".
  static std::vector<Text> drain(Buffer& from) {
    std::vector<Text> drained;
    while (!from.empty()) {
      const auto first = from.first();
      drained.push_back(first.key + "=" + first.new_value.value_or("null"));
      from.removeFirst();
    }
    return drained;
  }
  void commit(Buffer& of) {
    of.flushCache();
    of.logChanges();
    of.commit(static_cast<std::int64_t>(context.changelog.size()) - 1);
  }
  void restoreInto(Buffer& into) {
    std::vector<ChangelogRecord> records;
    for (const Logged& logged : context.changelog) {
      records.push_back({logged.key, logged.value ? NullableBytesView{*logged.value} : std::nullopt, logged.timestamp,
                         &logged.headers});
    }
    into.restore(records, static_cast<std::int64_t>(records.size()) - 1);
  }

  LogKeeper context;
  Buffer buffer = makeBuffer();
};

TEST_F(ChangeBufferTest, LetsChangesGoByTimeThenByKeyBytes) {
  put(20, "b", "1");
  put(10, "z", "2");
  put(20, "a", "3");
  EXPECT_EQ(buffer.firstTime(), fromMillis(10));
  EXPECT_THAT(drain(buffer), ElementsAre("z=2", "a=3", "b=1"));
  EXPECT_EQ(buffer.firstTime(), Timestamp::max());
}

TEST_F(ChangeBufferTest, ReplacesAWaitingChangeInItsPlace) {
  put(10, "a", "1");
  put(20, "b", "2");
  put(30, "a", "3");
  EXPECT_EQ(buffer.size(), 2U);
  EXPECT_THAT(drain(buffer), ElementsAre("a=3", "b=2"));
}

TEST_F(ChangeBufferTest, ShowsTheContextOfTheNewestChange) {
  const Headers headers{{"h", "1"}};
  buffer.put(fromMillis(10), "a", Nullable<Text>{}, {}, stamp(10, 4));
  const Text value = "2";
  buffer.put(fromMillis(11), "a", value, {}, {"other", 3, 5, fromMillis(11), &headers});
  const auto first = buffer.first();
  EXPECT_EQ(first.stamp.topic, "other");
  EXPECT_EQ(first.stamp.partition, 3);
  EXPECT_EQ(first.stamp.offset, 5);
  EXPECT_EQ(first.stamp.timestamp, fromMillis(11));
  EXPECT_EQ(*first.stamp.headers, headers);
}

TEST_F(ChangeBufferTest, KnowsTheValueBeforeAKeyBeganToWait) {
  EXPECT_FALSE(buffer.prior("a").waits);
  put(10, "a", "2", "1");
  put(11, "a", "3", "2");
  EXPECT_EQ(buffer.prior("a").value.value_or("null"), "1");
  commit(buffer);
  EXPECT_EQ(buffer.prior("a").value.value_or("null"), "1");
  put(12, "a", "4", "3");
  EXPECT_EQ(buffer.prior("a").value.value_or("null"), "1");
  EXPECT_EQ(buffer.first().old_value.value_or("null"), "3");
  put(5, "b", "1");
  EXPECT_TRUE(buffer.prior("b").waits);
  EXPECT_EQ(buffer.prior("b").value.value_or("null"), "null");
}

TEST_F(ChangeBufferTest, LogsTheNewestChangeOfEachKeyOnceACommit) {
  put(10, "a", "1");
  put(11, "a", "2");
  put(12, "b", "3");
  EXPECT_THAT(context.changelog, IsEmpty());
  commit(buffer);
  ASSERT_EQ(context.changelog.size(), 2U);
  EXPECT_EQ(context.changelog[0].key, "a");
  EXPECT_EQ(context.changelog[0].timestamp, no_timestamp);
  EXPECT_EQ(context.changelog[0].headers, (Headers{{"v", "\x03"}}));
  commit(buffer);
  EXPECT_EQ(context.changelog.size(), 2U);
}

TEST_F(ChangeBufferTest, LogsJavasBytes) {
  const Headers headers{{"h1", "H"}};
  const Text zero = "0";
  const Text one = "1";
  buffer.put(fromMillis(1500), "k", one, zero, stamp(1000, 0, headers));
  commit(buffer);
  EXPECT_EQ(hex(*context.changelog.front().value),
            "00000000000003e8"
            "0000000000000000"
            "00000002696e"
            "00000000"
            "0000000100000002683100000001"
            "48"
            "0000000130"
            "fffffffe"
            "0000000131"
            "00000000000005dc");
}

TEST_F(ChangeBufferTest, LogsATombstoneWithoutHeadersForWhatHasLeft) {
  put(10, "a", "1");
  commit(buffer);
  buffer.removeFirst();
  put(10, "b", "1");
  buffer.removeFirst();
  commit(buffer);
  ASSERT_EQ(context.changelog.size(), 3U);
  EXPECT_EQ(context.changelog[1].value, std::nullopt);
  EXPECT_THAT(context.changelog[1].headers, IsEmpty());
  EXPECT_EQ(context.changelog[2].key, "b");
  EXPECT_EQ(context.changelog[2].value, std::nullopt);
}

TEST_F(ChangeBufferTest, LogsOnlyTheLastStateOfAKeyThatLeftAndCameAgain) {
  put(10, "a", "1");
  commit(buffer);
  buffer.removeFirst();
  put(20, "a", "2");
  commit(buffer);
  ASSERT_EQ(context.changelog.size(), 2U);
  EXPECT_NE(context.changelog[1].value, std::nullopt);
  EXPECT_EQ(buffer.firstTime(), fromMillis(20));
}

TEST_F(ChangeBufferTest, IsTheSameAfterARestore) {
  put(20, "b", "2", "1", 7);
  put(10, "a", std::nullopt, "1");
  put(30, "gone", "3");
  commit(buffer);
  put(40, "a", "4", "3");
  Buffer other = makeBuffer();
  other.open(context);
  commit(buffer);
  restoreInto(other);
  EXPECT_EQ(other.size(), 3U);
  EXPECT_EQ(other.bytes(), buffer.bytes());
  EXPECT_EQ(other.firstTime(), fromMillis(10));
  EXPECT_EQ(other.prior("a").value.value_or("null"), "1");
  EXPECT_THAT(drain(other), ElementsAre("a=4", "b=2", "gone=3"));
}

TEST_F(ChangeBufferTest, ForgetsWhatHasATombstoneInTheChangelog) {
  put(10, "a", "1");
  put(20, "b", "2");
  commit(buffer);
  buffer.removeFirst();
  commit(buffer);
  Buffer other = makeBuffer();
  other.open(context);
  restoreInto(other);
  EXPECT_THAT(drain(other), ElementsAre("b=2"));
  EXPECT_EQ(other.bytes(), 0U);
}

TEST_F(ChangeBufferTest, GoesOnFromRestoredChanges) {
  put(10, "a", "2", "1");
  commit(buffer);
  Buffer other = makeBuffer();
  other.open(context);
  restoreInto(other);
  put(other, 50, "a", "3", "2");
  put(other, 5, "b", "4");
  EXPECT_EQ(other.prior("a").value.value_or("null"), "1");
  EXPECT_THAT(drain(other), ElementsAre("b=4", "a=3"));
}

TEST_F(ChangeBufferTest, CountsBytesAsJavaDoes) {
  put(10, "a", "12345");
  // buffer time, key, timestamp, offset, topic "in", partition, new value
  EXPECT_EQ(buffer.bytes(), 8U + 1 + 8 + 8 + 2 + 4 + 5);
  put(10, "a", "123456", "12345");
  EXPECT_EQ(buffer.bytes(), 31U + 6 + 5);
  const Headers headers{{"\xC3\xA4", "vv"}, {"n", std::nullopt}};
  const Text value = "1";
  buffer.put(fromMillis(9), "b", value, value, stamp(1, 1, headers));
  // the old value is the prior one: counted once; two header keys of one UTF-16 unit, a value of two bytes
  EXPECT_EQ(buffer.bytes(), 42U + 31 + 1 + 1 + 2 + 2);
  EXPECT_THAT(drain(buffer), ElementsAre("b=1", "a=123456"));
  EXPECT_EQ(buffer.bytes(), 0U);
}

TEST_F(ChangeBufferTest, ForgetsWhatWasNotCommitted) {
  put(10, "stays", "1", "0");
  put(20, "leaves", "2");
  commit(buffer);
  put(30, "new", "3");
  put(31, "stays", "4", "1");
  buffer.removeFirst();
  buffer.removeFirst();
  put(99, "leaves", "5");
  buffer.discard();
  EXPECT_EQ(buffer.size(), 2U);
  EXPECT_EQ(buffer.prior("stays").value.value_or("null"), "0");
  EXPECT_EQ(buffer.firstTime(), fromMillis(10));
  EXPECT_THAT(drain(buffer), ElementsAre("stays=1", "leaves=2"));
}

TEST_F(ChangeBufferTest, ForgetsWhatWasLoggedButNotCommitted) {
  put(10, "a", "1");
  commit(buffer);
  put(10, "a", "2");
  put(20, "b", "3");
  buffer.logChanges();
  buffer.discard();
  EXPECT_THAT(drain(buffer), ElementsAre("a=1"));
}

TEST_F(ChangeBufferTest, KeepsWhatChangedBetweenLoggingAndCommit) {
  put(10, "a", "1");
  buffer.logChanges();
  put(10, "a", "2");
  buffer.commit(0);
  EXPECT_EQ(buffer.first().new_value.value_or("null"), "2");
  buffer.discard();
  EXPECT_EQ(buffer.first().new_value.value_or("null"), "1");
}

TEST_F(ChangeBufferTest, LogsAgainWhatTheChangelogRefused) {
  put(10, "a", "1");
  context.fails = true;
  EXPECT_THROW(buffer.logChanges(), Error);
  context.fails = false;
  commit(buffer);
  EXPECT_EQ(context.changelog.size(), 1U);
}

TEST_F(ChangeBufferTest, WithoutAChangelogLogsNothingAndIsEmptyAfterADiscard) {
  Buffer unlogged = makeBuffer(false);
  unlogged.open(context);
  put(unlogged, 10, "a", "1");
  put(unlogged, 20, "b", "2");
  commit(unlogged);
  EXPECT_THAT(context.changelog, IsEmpty());
  unlogged.removeFirst();
  EXPECT_EQ(unlogged.size(), 1U);
  unlogged.discard();
  EXPECT_TRUE(unlogged.empty());
  EXPECT_EQ(unlogged.bytes(), 0U);
}

TEST_F(ChangeBufferTest, SaysWhatIsWrongWithAForeignChangelog) {
  context.changelog.push_back({"a", "1234567812345678", no_timestamp, {}});
  EXPECT_THROW(restoreInto(buffer), Error);
  context.changelog.back().headers = {{"v", "\x02"}};
  EXPECT_THROW(restoreInto(buffer), Error);
  context.changelog.back().headers = {{"v", "\x03"}};
  EXPECT_THROW(restoreInto(buffer), Error);
}

TEST_F(ChangeBufferTest, IsNotThereWhenClosed) {
  put(10, "a", "1");
  buffer.close();
  EXPECT_TRUE(buffer.empty());
  EXPECT_THROW(put(10, "a", "1"), Error);
}

/// What a buffer holds, simply.
struct Model {
  struct Change {
    std::int64_t time;
    std::optional<Text> prior;
    std::optional<Text> old_value;
    std::optional<Text> value;
    friend bool operator==(const Change&, const Change&) = default;
  };
  std::map<Text, Change> waiting;

  [[nodiscard]] std::map<Text, Change>::iterator first() {
    return std::min_element(waiting.begin(), waiting.end(),
                            [](const auto& a, const auto& b) { return a.second.time < b.second.time; });
  }
};

TEST_F(ChangeBufferTest, BehavesLikeAMapUnderAnySequenceOfCalls) {
  std::mt19937 random{20261127};
  const auto below = [&](unsigned bound) { return random() % bound; };
  const auto someValue = [&]() -> std::optional<Text> {
    return below(4) == 0 ? std::nullopt : std::optional<Text>{std::to_string(below(100))};
  };
  Model model;
  Model committed;
  for (int step = 0; step < 5'000; ++step) {
    switch (below(12)) {
      case 0:
        commit(buffer);
        committed = model;
        break;
      case 1:
        if (below(10) == 0) {
          buffer.discard();
          model = committed;
        }
        break;
      case 2:
        if (below(10) == 0) {  // a crash: what was logged is what was committed
          buffer.close();
          buffer.open(context);
          restoreInto(buffer);
          model = committed;
        }
        break;
      case 3:
      case 4:
      case 5:
        if (!model.waiting.empty()) {
          const auto first = model.first();
          const auto shown = buffer.first();
          ASSERT_EQ(shown.key, first->first) << step;
          ASSERT_EQ(shown.new_value.value_or("null"), first->second.value.value_or("null")) << step;
          ASSERT_EQ(shown.old_value.value_or("null"), first->second.old_value.value_or("null")) << step;
          ASSERT_EQ(buffer.firstTime(), fromMillis(first->second.time)) << step;
          buffer.removeFirst();
          model.waiting.erase(first);
        }
        break;
      default: {
        const Text key = "k" + std::to_string(below(30));
        const std::int64_t time = below(50);
        const auto value = someValue();
        const auto old_value = someValue();
        put(time, key, value, old_value);
        const auto [found, added] = model.waiting.try_emplace(key, Model::Change{time, old_value, {}, {}});
        found->second.old_value = old_value;
        found->second.value = value;
        ASSERT_EQ(buffer.prior(key).value.value_or("null"), found->second.prior.value_or("null")) << step;
      }
    }
    ASSERT_EQ(buffer.size(), model.waiting.size()) << step;
  }
}

}  // namespace
}  // namespace widgetstream
