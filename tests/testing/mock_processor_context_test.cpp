// MockProcessorContext: one processor alone, and what it does to its task.

#include "widgetstream/testing/mock_processor_context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/core/error.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream {
namespace {

using namespace ::testing;
using Text = std::string;
using Context = MockProcessorContext<Text, std::int64_t>;
using Counted = TestRecord<Text, std::int64_t>;
using Input = TestRecord<Text, Text>;

/// Counts the records of a key, and tells all counts at each punctuation.
class Counting final : public Processor<Text, Text, Text, std::int64_t> {
 public:
  using Counts = KeyValueStore<Text, std::int64_t>;

  void init(Context& task) override {
    counts_ = &task.getStateStore<Counts>("counts");
    every_minute_ = task.schedule(std::chrono::minutes{1}, PunctuationType::wall_clock_time, [this](Timestamp now) {
      counts_->all([&](const Text& key, std::int64_t count) {
        context().forward({Nullable<Text>{key}, Nullable<std::int64_t>{count}, now});
        return true;
      });
    });
    task.schedule(fromMillis(0), std::chrono::hours{1}, PunctuationType::stream_time, [](Timestamp) {});
  }
  void process(const Record<Text, Text>& record) override {
    if (!record.key) return context().dropped("null-key");
    const std::int64_t count = counts_->get(*record.key).value_or(0) + 1;
    counts_->put(*record.key, count);
    if (count == 2) context().commit();
    if (count == 3) every_minute_.cancel();
    context().forward(record.withValue(count), "each");
  }

 private:
  Counts* counts_ = nullptr;
  Cancellable every_minute_;
};

class MockedContext : public Test {
 protected:
  void SetUp() override {
    context.addChild("each");
    context.addChild("all");
    context.addStateStore(keyValueStoreBuilder<Text, std::int64_t>(persistentKeyValueStore("counts")));
    context.init(counting);
  }

  Context context;
  Counting counting;
};

TEST_F(MockedContext, KeepsWhatIsForwardedWithTheChildItIsFor) {
  context.process(counting, Input{"a", "x", fromMillis(5), {{"h", "1"}}});
  EXPECT_THAT(context.forwarded(),
              ElementsAre(Context::CapturedForward{Counted{"a", 1, fromMillis(5), {{"h", "1"}}}, "each"}));
  EXPECT_THAT(context.forwarded("all"), IsEmpty());
  context.resetForwards();
  EXPECT_THAT(context.forwarded(), IsEmpty());
}

TEST_F(MockedContext, HasPunctuatorsHappenWhenTheTestSaysSo) {
  ASSERT_THAT(context.scheduledPunctuators(), SizeIs(2));
  const ScheduledPunctuator every_minute = context.scheduledPunctuators().front();
  EXPECT_EQ(every_minute.interval, std::chrono::minutes{1});
  EXPECT_EQ(every_minute.type, PunctuationType::wall_clock_time);
  EXPECT_EQ(every_minute.start, std::nullopt);
  EXPECT_EQ(context.scheduledPunctuators().back().start, fromMillis(0));

  context.process(counting, Input{"a", "x", fromMillis(5), {}});
  every_minute.punctuate(fromMillis(60'000));
  EXPECT_THAT(context.forwarded("all"), ElementsAre(Counted{"a", 1, fromMillis(60'000), {}}));
}

TEST_F(MockedContext, TellsCommitsCancelledPunctuatorsAndDroppedRecords) {
  context.process(counting, Input{"a", "x", fromMillis(1), {}});
  EXPECT_FALSE(context.committed());
  context.process(counting, Input{"a", "x", fromMillis(2), {}});
  EXPECT_TRUE(context.committed());
  context.resetCommit();
  EXPECT_FALSE(context.committed());
  EXPECT_FALSE(context.scheduledPunctuators().front().cancelled());
  context.process(counting, Input{"a", "x", fromMillis(3), {}});
  EXPECT_TRUE(context.scheduledPunctuators().front().cancelled());
  context.process(counting, Input{std::nullopt, "x", fromMillis(4), {}});
  EXPECT_THAT(context.dropReasons(), ElementsAre("null-key"));
}

TEST_F(MockedContext, LetsTheTestLookIntoStoresAndSetTheTime) {
  context.process(counting, Input{"a", "x", fromMillis(7), {}});
  EXPECT_EQ((context.getStateStore<KeyValueStore<Text, std::int64_t>>("counts").get("a")), 1);
  EXPECT_EQ(context.currentStreamTime(), fromMillis(7));
  context.setCurrentStreamTime(fromMillis(70));
  context.setCurrentSystemTime(fromMillis(71));
  EXPECT_EQ(context.currentStreamTime(), fromMillis(70));
  EXPECT_EQ(context.currentSystemTime(), fromMillis(71));
}

TEST_F(MockedContext, ShowsTheProcessorTheSettingsThatTheTestGives) {
  EXPECT_TRUE(context.appConfigs().empty());
  context.setAppConfigs({{"limit", "7"}});
  EXPECT_EQ(context.appConfigs().at("limit"), "7");
}

TEST_F(MockedContext, RefusesStoresAndChildrenThatAreNotThere) {
  const auto refusal = [](const auto& action) -> std::string {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  };
  EXPECT_THAT(refusal([&] { static_cast<void>(context.getStateStore<Counting::Counts>("sums")); }),
              HasSubstr("'sums'"));
  Context without_children;
  without_children.addStateStore(keyValueStoreBuilder<Text, std::int64_t>(inMemoryKeyValueStore("counts")));
  Counting other;
  without_children.init(other);
  EXPECT_THAT(refusal([&] {
                without_children.process(other, Input{"a", "x", fromMillis(1), {}});
              }),
              HasSubstr("forwards to 'each'"));
}

/// Tells where a record came from.
class Places final : public FixedKeyProcessor<Text, Text, Text> {
 public:
  void process(const FixedKeyRecord<Text, Text>& record) override {
    const auto at = context().recordMetadata();
    const Text place =
        at ? Text{at->topic} + "-" + std::to_string(at->partition) + "@" + std::to_string(at->offset) : "?";
    context().forward(record.withValue(place));
  }
};

TEST(MockedContextOfFixedKeys, TellsWhereRecordsComeFromOnceItIsSaid) {
  MockProcessorContext<Text, Text> context;
  Places places;
  context.init(places);
  context.process(places, Input{"a", "x", fromMillis(1), {}});
  context.setRecordMetadata("orders", 3, 42);
  context.process(places, Input{"a", "x", fromMillis(2), {}});
  EXPECT_THAT(context.forwarded(""),
              ElementsAre(Input{"a", "?", fromMillis(1), {}}, Input{"a", "orders-3@42", fromMillis(2), {}}));
}

}  // namespace
}  // namespace widgetstream
