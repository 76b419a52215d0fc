#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream {

/// Who this process is in its group; taken when partitions are assigned, never later (a woken zombie would borrow the
/// generation of its successor).
struct GroupMetadata {
  std::string member_id;
  std::int32_t generation = -1;

  friend bool operator==(const GroupMetadata&, const GroupMetadata&) = default;
};

/// How long a group keeps a member it does not hear of, unless session.timeout.ms says otherwise: the shortest that
/// brokers allow by default.
inline constexpr Milliseconds default_session_timeout{6000};

/// What the group tells a member. assigned, revoked and lost want an acknowledge().
struct MembershipEvent {
  enum class Kind {
    assigned,  ///< these partitions are ours; the list is whole, not a difference
    revoked,   ///< give up everything: commit first, the group waits for the acknowledgement
    lost,      ///< everything went to others long ago: drop the work, commit nothing
    problem,   ///< nothing changed; `message` says what is wrong, a missing topic for example
  };
  Kind kind = Kind::problem;
  std::vector<TopicPartition> partitions;
  GroupMetadata metadata;
  std::string message;
};

enum class CommitOutcome {
  committed,
  retriable,  ///< the broker did not answer, or the group is being rebalanced: the offsets may be committed later
  fenced,     ///< the partitions belong to somebody else now
};

/// Says which partitions this process owns and commits offsets under the group's fence. Fetches nothing.
///
/// Order    poll() yields one event; until it is acknowledged nothing else comes and the group waits.
/// Threads  poll(), acknowledge() and leave() from one thread; commit() from any.
class Membership {
 public:
  virtual ~Membership() = default;

  /// Joins the group with these topics; calling it again changes the subscription. After leave() it is a new member that
  /// joins.
  virtual void join(const std::vector<std::string>& topics) = 0;
  [[nodiscard]] virtual std::optional<MembershipEvent> poll(Milliseconds timeout) = 0;
  virtual void acknowledge() = 0;

  /// Commits if `as` is still the current assignment, or the one being revoked and not acknowledged yet.
  [[nodiscard]] virtual CommitOutcome commit(const CommittedOffsets& offsets, const GroupMetadata& as, Milliseconds timeout) = 0;

  /// True once this member's request to join is on its way: now a dead predecessor may be removed from the group.
  [[nodiscard]] virtual bool joinSent() const = 0;

  /// Leaves the group. What was assigned must have been given up before. poll() has nothing to tell until the next
  /// join().
  virtual void leave(Milliseconds timeout) = 0;
};

}  // namespace widgetstream
