// Setting an application back: what is planned, and what it does.

#include "widgetstream/runtime/application_reset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/runtime/stepped_counting.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ApplicationResetTest : public SteppedCounting {
 protected:
  /// An application that has counted 20 records, one a second, and has stopped.
  void runOnce() {
    SteppedInstance& app = started(cluster.config(), persistentKeyValueStore("counts"));
    ASSERT_TRUE(cluster.runUntilRunning(app));
    for (int i = 0; i < 20; ++i) {
      OutgoingRecord record{0, "a", "x", fromMillis(1'000 * i), nullptr};
      cluster.broker.append("in", record);
    }
    ASSERT_TRUE(cluster.runUntil([&] { return committed() == 20; }));
    ASSERT_TRUE(cluster.close(app));
  }
  ApplicationReset reset(ResetTarget to = {}, bool force = false) {
    ApplicationResetOptions options;
    options.application_id = "app";
    options.to = to;
    options.force = force;
    options.state_dir = cluster.config().state_dir;
    return {cluster.broker, options};
  }
  /// Of the partition that the records are in.
  std::int64_t resetTo(ResetTarget to) {
    ApplicationReset it = reset(to);
    return it.plan().offsets.at({"in", 0}).after;
  }
  static std::string refusal(const std::function<void()>& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }
};

TEST_F(ApplicationResetTest, PlansAndChangesNothing) {
  runOnce();
  ApplicationReset it = reset();
  const ApplicationResetPlan plan = it.plan();
  EXPECT_EQ(plan.offsets.at({"in", 0}).before, 20);
  EXPECT_EQ(plan.offsets.at({"in", 0}).after, 0);
  EXPECT_EQ(plan.offsets.size(), 4U) << "all partitions of the topics that the group has offsets of";
  EXPECT_THAT(plan.deleted_topics, ElementsAre("app-counts-changelog"));
  EXPECT_THAT(describe(plan), HasSubstr("offset   in-0: 20 -> 0"));
  EXPECT_EQ(committed(), 20);
  EXPECT_EQ(cluster.broker.partitionCount("app-counts-changelog"), 4);
  EXPECT_TRUE(std::filesystem::exists(plan.state_directory / "0_0"));
}

TEST_F(ApplicationResetTest, MakesTheApplicationBeginAnew) {
  runOnce();
  ApplicationReset it = reset();
  it.execute(it.plan());
  EXPECT_EQ(cluster.broker.partitionCount("app-counts-changelog"), 0);
  EXPECT_FALSE(std::filesystem::exists(cluster.config().state_dir / "app" / "0_0"));
  SteppedInstance& again = started(cluster.config(), persistentKeyValueStore("counts"));
  ASSERT_TRUE(cluster.runUntilRunning(again));
  ASSERT_TRUE(runUntilOutputs(40));
  EXPECT_EQ(lastOutput("a"), "20") << "counted from the beginning, without what there was";
}

TEST_F(ApplicationResetTest, KnowsEveryTarget) {
  runOnce();
  EXPECT_EQ(resetTo({ResetTarget::Kind::latest, 0, no_timestamp}), 20);
  EXPECT_EQ(resetTo({ResetTarget::Kind::offset, 7, no_timestamp}), 7);
  EXPECT_EQ(resetTo({ResetTarget::Kind::offset, 700, no_timestamp}), 20) << "within the log";
  EXPECT_EQ(resetTo({ResetTarget::Kind::shift_by, -5, no_timestamp}), 15);
  EXPECT_EQ(resetTo({ResetTarget::Kind::shift_by, -50, no_timestamp}), 0);
  EXPECT_EQ(resetTo({ResetTarget::Kind::time, 0, fromMillis(12'500)}), 13);
  EXPECT_EQ(resetTo({ResetTarget::Kind::time, 0, fromMillis(99'000)}), 20) << "nothing is as young";
}

TEST_F(ApplicationResetTest, RefusesWhileTheGroupHasMembersUnlessForced) {
  SteppedInstance& app = started(cluster.config());
  ASSERT_TRUE(cluster.runUntilRunning(app));
  ApplicationReset it = reset();
  const ApplicationResetPlan plan = it.plan();
  EXPECT_EQ(plan.members.size(), 1U);
  EXPECT_THAT(refusal([&] { it.execute(plan); }), HasSubstr("has 1 members"));
  EXPECT_EQ(cluster.broker.partitionCount("app-counts-changelog"), 4);

  cluster.destroy(app);  // dead, and its session lasts
  ApplicationReset forced = reset({}, true);
  forced.execute(forced.plan());
  EXPECT_THAT(cluster.broker.members("app"), IsEmpty());
  EXPECT_EQ(cluster.broker.partitionCount("app-counts-changelog"), 0);
}

TEST_F(ApplicationResetTest, TouchesOnlyWhatIsTheApplications) {
  runOnce();
  for (const char* topic : {"app", "app-notes", "other-counts-changelog", "app-x-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-12-topic",
                            "app-moved-repartition"})
    cluster.broker.createTopic(topic);
  ApplicationReset it = reset();
  EXPECT_THAT(it.plan().deleted_topics, ElementsAre("app-counts-changelog", "app-moved-repartition",
                                                    "app-x-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-12-topic"));
}

TEST_F(ApplicationResetTest, RefusesTopicsThatAreNotThereOrNotTheApplications) {
  runOnce();
  ApplicationResetOptions options;
  options.application_id = "app";
  options.input_topics = {"nowhere"};
  EXPECT_THAT(refusal([&] { (void)ApplicationReset{cluster.broker, options}.plan(); }),
              HasSubstr("input topic 'nowhere' does not exist"));
  options.input_topics.clear();
  options.internal_topics = {"in"};
  EXPECT_THAT(refusal([&] { (void)ApplicationReset{cluster.broker, options}.plan(); }),
              HasSubstr("'in' is no internal topic of the application; those are: app-counts-changelog"));
}

TEST(Iso8601, TimesAreReadAsUtcUnlessTheySayOtherwise) {
  EXPECT_EQ(toIso8601(parseIso8601("2026-01-31T12:00:00.250")), "2026-01-31T12:00:00.250Z");
  EXPECT_EQ(toIso8601(parseIso8601("2026-01-31T12:00:00Z")), "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(toIso8601(parseIso8601("2026-01-31T12:00")), "2026-01-31T12:00:00.000Z");
  EXPECT_EQ(toIso8601(parseIso8601("2026-01-31T12:00:00+01:00")), "2026-01-31T11:00:00.000Z");
  EXPECT_EQ(toIso8601(parseIso8601("2026-01-31T12:00:00-0230")), "2026-01-31T14:30:00.000Z");
  for (const char* wrong : {"", "yesterday", "2026-13-01T00:00:00", "2026-02-30T00:00:00", "2026-01-31T25:00:00",
                            "2026-01-31T12:00:00Zulu", "2026-01-31"})
    EXPECT_THROW((void)parseIso8601(wrong), Error) << wrong;
}

TEST(Iso8601, DurationsAreReadInDaysAndTimes) {
  EXPECT_EQ(parseIso8601Duration("P7D"), std::chrono::hours{168});
  EXPECT_EQ(parseIso8601Duration("PT1H30M"), std::chrono::minutes{90});
  EXPECT_EQ(parseIso8601Duration("P1DT12H"), std::chrono::hours{36});
  EXPECT_EQ(parseIso8601Duration("PT0.5S"), Milliseconds{500});
  for (const char* wrong : {"", "P", "PT", "7D", "P7", "P1H", "PT1D", "P7DX"})
    EXPECT_THROW((void)parseIso8601Duration(wrong), Error) << wrong;
}

}  // namespace
}  // namespace widgetstream
