// InMemoryBroker: consumer groups as the classic eager protocol has them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/testing/in_memory_broker.hpp"
#include "widgetstream/testing/manual_clock.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = MembershipEvent::Kind;

constexpr Milliseconds at_once{0};

/// A process in the group "app" that reads topic "t".
class Process {
 public:
  Process(InMemoryBroker& broker, std::string id, std::string instance = {})
      : membership_(broker.membership({"app", std::move(id), std::move(instance), {}})) {
    membership_->join({"t"});
  }

  /// The next event, acknowledged.
  std::optional<MembershipEvent> step() {
    auto event = peek();
    if (event && event->kind != Kind::problem) membership_->acknowledge();
    return event;
  }
  /// The next event, which waits for its acknowledgement.
  std::optional<MembershipEvent> peek() {
    auto event = membership_->poll(at_once);
    if (event && event->kind == Kind::assigned) metadata = event->metadata;
    return event;
  }
  void acknowledge() { membership_->acknowledge(); }
  CommitOutcome commit(std::int64_t offset) {
    return membership_->commit({{{"t", 0}, {offset, "note"}}}, metadata, at_once);
  }
  void leave() { membership_->leave(at_once); }
  void crash() { membership_.reset(); }

  GroupMetadata metadata;

 private:
  std::unique_ptr<Membership> membership_;
};

std::vector<std::int32_t> partitions(const std::optional<MembershipEvent>& event) {
  std::vector<std::int32_t> numbers;
  if (event) {
    for (const TopicPartition& at : event->partitions) numbers.push_back(at.partition);
  }
  return numbers;
}

class InMemoryGroup : public ::testing::Test {
 protected:
  InMemoryGroup() { broker.createTopic("t", 4); }

  static InMemoryBrokerOptions stepped(const Clock& clock) {
    InMemoryBrokerOptions options;
    options.clock = &clock;
    options.stepped = true;
    return options;
  }

  ManualClock clock;
  InMemoryBroker broker{stepped(clock)};
};

TEST_F(InMemoryGroup, TheOnlyMemberOwnsEverything) {
  Process a{broker, "a"};
  const auto event = a.step();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Kind::assigned);
  EXPECT_THAT(partitions(event), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(event->metadata.generation, broker.generation("app"));
  EXPECT_FALSE(a.step());
}

TEST_F(InMemoryGroup, ANewMemberWaitsUntilTheOthersHaveGivenUp) {
  Process a{broker, "a"};
  a.step();
  Process b{broker, "b"};
  EXPECT_FALSE(b.step());
  const auto revoked = a.peek();
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->kind, Kind::revoked);
  EXPECT_THAT(partitions(revoked), ElementsAre(0, 1, 2, 3));
  EXPECT_FALSE(b.step());
  a.acknowledge();
  EXPECT_THAT(partitions(a.step()), ElementsAre(0, 1));
  EXPECT_THAT(partitions(b.step()), ElementsAre(2, 3));
}

TEST_F(InMemoryGroup, RangeFollowsTheOrderOfProcessIds) {
  Process b{broker, "b"};
  b.step();
  Process a{broker, "a"};
  b.step();
  EXPECT_THAT(partitions(a.step()), ElementsAre(0, 1));
  EXPECT_THAT(partitions(b.step()), ElementsAre(2, 3));
}

TEST_F(InMemoryGroup, CommitsUnderTheCurrentAssignmentAndWhileGivingUp) {
  Process a{broker, "a"};
  a.step();
  EXPECT_EQ(a.commit(3), CommitOutcome::committed);
  Process b{broker, "b"};
  EXPECT_EQ(a.commit(4), CommitOutcome::committed);
  a.peek();
  EXPECT_EQ(a.commit(5), CommitOutcome::committed);
  a.acknowledge();
  EXPECT_EQ(a.commit(6), CommitOutcome::retriable) << "the partitions may return";
  EXPECT_EQ(broker.committed("app").at({"t", 0}), (CommittedOffset{5, "note"}));
}

TEST_F(InMemoryGroup, ARebalanceRefusesCommitsWhereATestWantsIt) {
  broker.setRebalanceRefusesCommits(true);
  Process a{broker, "a"};
  a.step();
  EXPECT_EQ(a.commit(3), CommitOutcome::committed);
  Process b{broker, "b"};
  EXPECT_EQ(a.commit(4), CommitOutcome::retriable);
}

TEST_F(InMemoryGroup, AMemberThatLeavesGivesItsShareAtOnce) {
  Process a{broker, "a"};
  a.step();
  Process b{broker, "b"};
  a.step();
  a.step();
  b.step();
  a.leave();
  b.step();
  EXPECT_THAT(partitions(b.step()), ElementsAre(0, 1, 2, 3));
}

TEST_F(InMemoryGroup, ACrashedMemberKeepsItsShareUntilItsSessionEnds) {
  Process a{broker, "a"};
  a.step();
  Process b{broker, "b"};
  a.step();
  a.step();
  b.step();
  a.crash();
  clock.advance(Milliseconds{5999});
  EXPECT_FALSE(b.step());
  clock.advance(Milliseconds{1});
  EXPECT_EQ(b.step()->kind, Kind::revoked);
  EXPECT_THAT(partitions(b.step()), ElementsAre(0, 1, 2, 3));
}

TEST_F(InMemoryGroup, ADeadPredecessorCanBeRemoved) {
  Process a{broker, "a"};
  a.step();
  const std::string dead = a.metadata.member_id;
  a.crash();
  Process restarted{broker, "a"};
  EXPECT_FALSE(restarted.step());
  broker.admin({})->removeMember("app", dead, at_once);
  EXPECT_THAT(partitions(restarted.step()), ElementsAre(0, 1, 2, 3));
}

TEST_F(InMemoryGroup, AnExpiredMemberLosesEverythingAndJoinsAgain) {
  Process a{broker, "a"};
  a.step();
  const std::string old_id = a.metadata.member_id;
  broker.expire("app", old_id);
  EXPECT_EQ(a.commit(1), CommitOutcome::fenced);
  const auto lost = a.step();
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->kind, Kind::lost);
  EXPECT_THAT(partitions(lost), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(partitions(a.step()), ElementsAre(0, 1, 2, 3));
  EXPECT_NE(a.metadata.member_id, old_id);
}

TEST_F(InMemoryGroup, AZombieIsFencedWhenItWakes) {
  Process a{broker, "a"};
  a.step();
  Process b{broker, "b"};
  a.step();
  a.step();
  b.step();
  broker.setSilent("app", a.metadata.member_id, true);
  EXPECT_EQ(a.commit(1), CommitOutcome::retriable);
  clock.advance(Milliseconds{6000});
  b.step();
  EXPECT_THAT(partitions(b.step()), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(a.commit(2), CommitOutcome::fenced);
  EXPECT_EQ(a.step()->kind, Kind::lost);
  EXPECT_THAT(broker.committed("app"), IsEmpty());
}

TEST_F(InMemoryGroup, AStaticMemberTakesOverFromItselfWithoutARebalance) {
  Process b{broker, "b"};
  b.step();
  Process a{broker, "x", "one"};
  b.step();
  const auto before = partitions(a.step());
  b.step();
  a.leave();
  Process again{broker, "y", "one"};
  EXPECT_EQ(partitions(again.step()), before);
  EXPECT_FALSE(b.step());
}

TEST_F(InMemoryGroup, AMissingTopicIsToldOnceAndAssignedWhenItAppears) {
  const auto membership = broker.membership({"app", "a", {}, {}});
  membership->join({"missing"});
  auto event = membership->poll(at_once);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Kind::assigned);
  EXPECT_THAT(event->partitions, IsEmpty());
  membership->acknowledge();
  event = membership->poll(at_once);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Kind::problem);
  EXPECT_THAT(event->message, ::testing::HasSubstr("missing"));
  EXPECT_FALSE(membership->poll(at_once));
  broker.createTopic("missing", 2);
  event = membership->poll(at_once);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Kind::assigned);
  EXPECT_THAT(event->partitions, SizeIs(2));
}

TEST_F(InMemoryGroup, AJoinThatIsRefusedIsTriedAgain) {
  broker.setUnavailable(true);
  const auto membership = broker.membership({"app", "a", {}, {}});
  membership->join({"t"});
  EXPECT_FALSE(membership->joinSent());
  EXPECT_FALSE(membership->poll(at_once));
  broker.setUnavailable(false);
  EXPECT_TRUE(membership->poll(at_once));
  EXPECT_TRUE(membership->joinSent());
}

TEST_F(InMemoryGroup, ACommitWhoseReplyIsLostIsDone) {
  Process a{broker, "a"};
  a.step();
  broker.setFaults([](const BrokerCall& call) {
    return call.kind == BrokerCall::Kind::commit ? BrokerFault::lose_reply : BrokerFault::none;
  });
  EXPECT_EQ(a.commit(9), CommitOutcome::retriable);
  EXPECT_EQ(broker.committed("app").at({"t", 0}).offset, 9);
}

}  // namespace
}  // namespace widgetstream
