// ProcessorContext: what a processor may ask of its task.
#include "widgetstream/processor/processor_context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/processor/recording_context.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream::processor_test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Texts = Record<std::string, std::string>;

class ProcessorContextTest : public ::testing::Test {
 protected:
  void SetUp() override {
    task.addChild("left");
    task.addChild("right");
  }
  static std::string messageOf(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_topology);
      return error.what();
    }
    return "no error";
  }

  RecordingContext task;
  ProcessorContext<std::string, std::string> context{task};
  std::string text = "hello";
  Texts record{text, text, fromMillis(5)};
};

TEST_F(ProcessorContextTest, ForwardsToAllChildrenInTheOrderTheyWereAdded) {
  context.forward(record);
  EXPECT_THAT(task.notes, ElementsAre("left: hello", "right: hello"));
}

TEST_F(ProcessorContextTest, ForwardsToTheOneChildThatIsNamed) {
  context.forward(record, "right");
  EXPECT_THAT(task.notes, ElementsAre("right: hello"));
}

TEST_F(ProcessorContextTest, NamesTheChildrenThereAreWhenTheOneNamedIsNot) {
  EXPECT_THAT(messageOf([&] { context.forward(record, "middle"); }),
              AllOf(HasSubstr("'under-test' forwards to 'middle'"), HasSubstr("left, right")));
  EXPECT_THAT(task.notes, IsEmpty());
}

TEST_F(ProcessorContextTest, GivesAStoreInTheTypesOfItsBuilder) {
  const StoreBuilder builder = keyValueStoreBuilder<std::string, std::int64_t>(inMemoryKeyValueStore("counts"));
  const std::unique_ptr<StateStore> store = builder.make(builder);
  task.stores["counts"] = store.get();
  auto& found = context.getStateStore<KeyValueStore<std::string, std::int64_t>>("counts");
  EXPECT_EQ(dynamic_cast<StateStore*>(&found), store.get());
}

TEST_F(ProcessorContextTest, SaysWhoAsksForWhichStoreInWrongTypes) {
  const StoreBuilder builder = keyValueStoreBuilder<std::string, std::int64_t>(inMemoryKeyValueStore("counts"));
  const std::unique_ptr<StateStore> store = builder.make(builder);
  task.stores["counts"] = store.get();
  using Other = KeyValueStore<std::string, std::string>;
  EXPECT_THAT(messageOf([&] { static_cast<void>(context.getStateStore<Other>("counts")); }),
              AllOf(HasSubstr("'under-test' asks for store 'counts' as"), HasSubstr("KeyValueStore"),
                    HasSubstr("use the types of its builder")));
}

TEST_F(ProcessorContextTest, PassesEverythingElseOnToTheTask) {
  context.commit();
  context.dropped("late");
  EXPECT_EQ(task.commits, 1);
  EXPECT_THAT(task.drops, ElementsAre("late"));
  EXPECT_EQ(context.currentStreamTime(), fromMillis(1));
  EXPECT_EQ(context.currentSystemTime(), fromMillis(2));
  EXPECT_EQ(context.taskId(), (TaskId{1, 2}));
  EXPECT_EQ(context.applicationId(), "test");
  EXPECT_EQ(context.nodeName(), "under-test");
  EXPECT_EQ(context.stateDirectory(), "/state");
}

TEST_F(ProcessorContextTest, ShowsTheSettingsOfTheApplication) {
  task.app_configs = {{"limit", "7"}, {"rules.", "x"}, {"rules.a", "1"}, {"rules.b.c", "2"}, {"rulesd", "3"}};
  EXPECT_EQ(context.appConfigs(), task.app_configs);
  EXPECT_EQ(context.appConfigsWithPrefix("rules."), (AppConfigs{{"", "x"}, {"a", "1"}, {"b.c", "2"}}));
  EXPECT_THAT(context.appConfigsWithPrefix("other."), IsEmpty());
}

/// Shouts, and tells when it began.
class Shouting final : public Processor<std::string, std::string> {
 public:
  using Processor::init;
  using Processor::process;
  void init(Context& context) override { context.commit(); }
  void process(const Texts& record) override {
    const std::string loud = *record.value + "!";
    context().forward(record.withValue(loud));
  }
};

TEST_F(ProcessorContextTest, AProcessorIsInitializedOnceAndThenTakesTypedRecords) {
  Shouting shouting;
  AnyProcessor& processor = shouting;
  processor.init(task);
  EXPECT_EQ(task.commits, 1);
  processor.process(record.any());
  EXPECT_THAT(task.notes, ElementsAre("left: hello!", "right: hello!"));
}

TEST(CancellableTest, EndsItsScheduleAlsoThroughACopy) {
  const auto active = std::make_shared<bool>(true);
  Cancellable first{active};
  Cancellable copy = first;
  copy.cancel();
  EXPECT_FALSE(*active);
  Cancellable none;
  none.cancel();
}

}  // namespace
}  // namespace widgetstream::processor_test
