#pragma once

#include <thread>

#include "tests/kafka/client_contract.hpp"

// What any Membership owes its owner.
namespace widgetstream {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class MembershipContract : public ClientContract {
 protected:
  using Kind = MembershipEvent::Kind;

  std::unique_ptr<Membership> newMember(const std::string& group, const std::string& process_id = "process") {
    MembershipSettings settings;
    settings.group = group;
    settings.process_id = process_id;
    return clients->membership(settings);
  }

  /// Polls until an event of this kind comes; others must not come, but for problems.
  static MembershipEvent next(Membership& member, Kind kind) {
    MembershipEvent found;
    const bool came = waitUntil(
        [&] {
          const auto event = member.poll(Milliseconds{20});
          if (!event || event->kind == Kind::problem) return event && event->kind == kind;
          EXPECT_EQ(event->kind, kind);
          found = *event;
          return true;
        },
        timeout);
    EXPECT_TRUE(came) << "no event came";
    return found;
  }

  static MembershipEvent nextAndAcknowledge(Membership& member, Kind kind) {
    MembershipEvent event = next(member, kind);
    member.acknowledge();
    return event;
  }

  /// Polls both and answers what comes until they hold assignments of one generation; these. A group may need more than
  /// one round for it: the mock (2.0.2) turns a follower away that asks for its share after the leader has dealt out.
  static std::pair<MembershipEvent, MembershipEvent> untilBothAreAssigned(Membership& first, Membership& second) {
    std::optional<MembershipEvent> mine;
    std::optional<MembershipEvent> theirs;
    const auto pollOnce = [](Membership& member, std::optional<MembershipEvent>& assigned) {
      const auto event = member.poll(Milliseconds{20});
      if (!event || event->kind == Kind::problem) return;
      assigned.reset();
      if (event->kind == Kind::assigned) assigned = event;
      member.acknowledge();
    };
    const bool came = waitUntil(
        [&] {
          pollOnce(first, mine);
          pollOnce(second, theirs);
          return mine && theirs && mine->metadata.generation == theirs->metadata.generation;
        },
        timeout);
    EXPECT_TRUE(came) << "the two never shared a generation";
    return {mine.value_or(MembershipEvent{}), theirs.value_or(MembershipEvent{})};
  }

  static std::vector<TopicPartition> partitionsOf(const std::string& topic, std::int32_t count) {
    std::vector<TopicPartition> all;
    for (std::int32_t partition = 0; partition < count; ++partition) all.push_back({topic, partition});
    return all;
  }
};

TEST_P(MembershipContract, TheOnlyMemberIsAssignedEverything) {
  const std::string topic = createTopic(3);
  const std::string other = createTopic(2);
  const auto member = newMember(unique("group"));
  EXPECT_FALSE(member->joinSent());
  member->join({topic, other});
  const MembershipEvent event = nextAndAcknowledge(*member, Kind::assigned);
  auto expected = partitionsOf(topic, 3);
  for (const auto& partition : partitionsOf(other, 2)) expected.push_back(partition);
  EXPECT_THAT(event.partitions, ::testing::UnorderedElementsAreArray(expected));
  EXPECT_GE(event.metadata.generation, 0);
  EXPECT_FALSE(event.metadata.member_id.empty());
  EXPECT_TRUE(member->joinSent());
}

TEST_P(MembershipContract, CommitsAreReadBackByAnotherClientWithTheirNotes) {
  const std::string topic = createTopic(2);
  const std::string group = unique("group");
  const auto member = newMember(group);
  member->join({topic});
  const GroupMetadata identity = nextAndAcknowledge(*member, Kind::assigned).metadata;
  const CommittedOffsets offsets{{{topic, 0}, {17, "AgAAAZ=="}}, {{topic, 1}, {4, ""}}};
  EXPECT_EQ(member->commit(offsets, identity, timeout), CommitOutcome::committed);
  EXPECT_EQ(member->commit({}, identity, timeout), CommitOutcome::committed);
  EXPECT_EQ(newConsumer(1, group)->committed({{topic, 0}, {topic, 1}}, timeout), offsets);
}

TEST_P(MembershipContract, CommitsFromAnotherThreadWhileTheMemberIsPolled) {
  const std::string topic = createTopic(1);
  const std::string group = unique("group");
  const auto member = newMember(group);
  member->join({topic});
  const GroupMetadata identity = nextAndAcknowledge(*member, Kind::assigned).metadata;
  std::thread committer{[&] {
    for (std::int64_t offset = 1; offset <= 50; ++offset) {
      EXPECT_EQ(member->commit({{{topic, 0}, {offset, ""}}}, identity, timeout), CommitOutcome::committed);
    }
  }};
  EXPECT_EQ(member->poll(Milliseconds{100}), std::nullopt);
  committer.join();
  EXPECT_THAT(newConsumer(1, group)->committed({{topic, 0}}, timeout),
              ElementsAre(Pair(TopicPartition{topic, 0}, CommittedOffset{50, ""})));
}

TEST_P(MembershipContract, CommitsOfAnotherIdentityAreFenced) {
  const std::string topic = createTopic(1);
  const auto member = newMember(unique("group"));
  const CommittedOffsets offsets{{{topic, 0}, {17, ""}}};
  EXPECT_EQ(member->commit(offsets, {}, timeout), CommitOutcome::fenced) << "before the first assignment";
  member->join({topic});
  GroupMetadata identity = nextAndAcknowledge(*member, Kind::assigned).metadata;
  EXPECT_EQ(member->commit(offsets, {identity.member_id, identity.generation - 1}, timeout), CommitOutcome::fenced);
  EXPECT_EQ(member->commit(offsets, {"somebody else", identity.generation}, timeout), CommitOutcome::fenced);
  EXPECT_EQ(member->commit(offsets, {"", -1}, timeout), CommitOutcome::fenced)
      << "which the broker would take from anybody";
}

TEST_P(MembershipContract, ASecondMemberGetsItsShareAndTakesOverWhenTheFirstLeaves) {
  const std::string topic = createTopic(4);
  const std::string group = unique("group");
  const auto first = newMember(group, "first");
  first->join({topic});
  const MembershipEvent alone = nextAndAcknowledge(*first, Kind::assigned);
  EXPECT_THAT(alone.partitions, SizeIs(4));

  const auto second = newMember(group, "second");
  second->join({topic});
  const MembershipEvent revoked = next(*first, Kind::revoked);
  EXPECT_THAT(revoked.partitions, SizeIs(4));
  EXPECT_EQ(revoked.metadata, alone.metadata);
  first->acknowledge();
  const CommittedOffsets offsets{{{topic, 0}, {17, ""}}};
  EXPECT_EQ(first->commit(offsets, alone.metadata, timeout), CommitOutcome::retriable)
      << "given up, and nothing has been decided yet";

  // Both wait for each other, so both are polled.
  const auto [mine, theirs] = untilBothAreAssigned(*first, *second);
  EXPECT_THAT(mine.partitions, SizeIs(2));
  EXPECT_THAT(theirs.partitions, SizeIs(2));
  EXPECT_GT(mine.metadata.generation, alone.metadata.generation);
  EXPECT_EQ(first->commit(offsets, alone.metadata, timeout), CommitOutcome::fenced) << "an older assignment";
  EXPECT_EQ(first->commit(offsets, mine.metadata, timeout), CommitOutcome::committed);

  first->leave(timeout);
  EXPECT_EQ(first->commit(offsets, mine.metadata, timeout), CommitOutcome::fenced);
  EXPECT_THAT(nextAndAcknowledge(*second, Kind::revoked).partitions, SizeIs(2));
  EXPECT_THAT(nextAndAcknowledge(*second, Kind::assigned).partitions, SizeIs(4));
}

TEST_P(MembershipContract, NothingElseComesUntilAnEventIsAcknowledged) {
  const std::string topic = createTopic(1);
  const auto member = newMember(unique("group"));
  member->join({topic});
  (void)next(*member, Kind::assigned);
  EXPECT_EQ(member->poll(Milliseconds{50}), std::nullopt);
  member->acknowledge();
  member->acknowledge();
  EXPECT_EQ(member->poll(Milliseconds{50}), std::nullopt);
}

TEST_P(MembershipContract, AMemberThatWasRemovedIsFencedThenToldThatItLostEverything) {
  const std::string topic = createTopic(2);
  const std::string group = unique("group");
  const auto member = newMember(group);
  member->join({topic});
  const GroupMetadata identity = nextAndAcknowledge(*member, Kind::assigned).metadata;
  admin().removeMember(group, identity.member_id, timeout);
  EXPECT_EQ(member->commit({{{topic, 0}, {17, ""}}}, identity, timeout), CommitOutcome::fenced);
  const MembershipEvent lost = nextAndAcknowledge(*member, Kind::lost);
  EXPECT_EQ(lost.metadata, identity);
  EXPECT_EQ(member->commit({{{topic, 0}, {17, ""}}}, identity, timeout), CommitOutcome::fenced);
  const MembershipEvent again = nextAndAcknowledge(*member, Kind::assigned);
  EXPECT_THAT(again.partitions, SizeIs(2));
  EXPECT_NE(again.metadata, identity);
  EXPECT_THAT(newConsumer(1, group)->committed({{topic, 0}}, timeout), IsEmpty());
}

TEST_P(MembershipContract, RemovingAnUnknownMemberIsNoError) {
  admin().removeMember(unique("group"), "nobody", timeout);
}

TEST_P(MembershipContract, LeavingWithoutEverJoiningAndTwiceIsFine) {
  const auto member = newMember(unique("group"));
  member->leave(timeout);
  member->leave(timeout);
  EXPECT_FALSE(member->poll(Milliseconds{0}));
}

TEST_P(MembershipContract, AMemberThatHasLeftMayJoinAgain) {
  const std::string topic = createTopic(2);
  const std::string group = unique("group");
  const auto member = newMember(group);
  member->join({topic});
  const MembershipEvent first = nextAndAcknowledge(*member, Kind::assigned);
  member->leave(timeout);
  EXPECT_FALSE(member->poll(Milliseconds{20}));
  EXPECT_EQ(member->commit({{{topic, 0}, {1, ""}}}, first.metadata, timeout), CommitOutcome::fenced);
  member->join({topic});
  const MembershipEvent again = nextAndAcknowledge(*member, Kind::assigned);
  EXPECT_EQ(again.partitions, partitionsOf(topic, 2));
  EXPECT_NE(again.metadata, first.metadata);
  EXPECT_EQ(member->commit({{{topic, 0}, {1, ""}}}, again.metadata, timeout), CommitOutcome::committed);
}

TEST_P(MembershipContract, LeavesEvenWithAnEventThatWasNeverAcknowledged) {
  const std::string topic = createTopic(1);
  const auto member = newMember(unique("group"));
  member->join({topic});
  (void)next(*member, Kind::assigned);
  const auto begin = std::chrono::steady_clock::now();
  member->leave(timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, timeout / 2);
}

}  // namespace widgetstream
