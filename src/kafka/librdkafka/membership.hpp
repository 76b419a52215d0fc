#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kafka/librdkafka/client.hpp"
#include "kafka/librdkafka/join_watch.hpp"
#include "kafka/librdkafka/problem_filter.hpp"
#include "widgetstream/kafka/clients.hpp"
#include "widgetstream/kafka/membership.hpp"

namespace widgetstream::rdkafka {

/// Membership in a classic group, with the eager `range` protocol.
///
/// Every assignment is acknowledged with an empty list, so this member fetches nothing; its subscription alone makes
/// the broker keep the offsets. Rebalances arrive as events, so no callback of librdkafka ever waits for the
/// application.
///
/// commit() by state of the member, for the identity of the newest assignment (any older one is fenced):
///   assigned, or being revoked and not acknowledged  the broker decides
///   revoked and acknowledged, nothing assigned yet   retriable: a request now would reach the broker behind the one
///                                                    to join and cost the membership; and the partitions may return
///   lost, left, fenced by the broker                 fenced
///
/// A member with a group.instance.id does not leave its group by leave(): its partitions wait for the session to end.
class LibrdkafkaMembership final : public Membership {
 public:
  LibrdkafkaMembership(const MembershipSettings& settings, const ClientProperties& common, Logger log);
  ~LibrdkafkaMembership() override;

  void join(const std::vector<std::string>& topics) override;
  [[nodiscard]] std::optional<MembershipEvent> poll(Milliseconds timeout) override;
  void acknowledge() override;
  [[nodiscard]] CommitOutcome commit(const CommittedOffsets& offsets, const GroupMetadata& as,
                                     Milliseconds timeout) override;
  [[nodiscard]] bool joinSent() const override { return joins_->joinSent(); }
  void leave(Milliseconds timeout) override;

 private:
  enum class Phase {
    nothing,   ///< never assigned, or lost
    assigned,  ///< ours, acknowledged or not
    revoking,  ///< the event has been given out and not been acknowledged
    released,  ///< acknowledged; the group is choosing
  };
  enum class Answer { none, assign, unassign };

  void open();
  [[nodiscard]] std::shared_ptr<Client> client() const;
  void receiveRebalance(rd_kafka_t* client, const rd_kafka_event_t& event);
  void receiveError(const rd_kafka_event_t& event);
  [[nodiscard]] bool mayCommit(const GroupMetadata& as, CommitOutcome& otherwise) const;
  [[nodiscard]] CommitOutcome outcomeOf(rd_kafka_resp_err_t code);
  void close(Client& client, Milliseconds timeout);

  const std::string group_;
  const bool static_member_;
  const PropertyLayers layers_;
  const Logger log_;
  std::shared_ptr<JoinWatch> joins_;     // of the polling thread
  ProblemFilter problems_;               // of the polling thread
  std::deque<MembershipEvent> waiting_;  // of the polling thread
  std::string fatal_;                    // of the polling thread

  mutable std::mutex mutex_;
  std::shared_ptr<Client> client_;  // guarded by mutex_; null between leave() and join()
  QueueHandle queue_;               // of the polling thread
  GroupMetadata identity_;          // guarded by mutex_; of the newest assignment
  Phase phase_ = Phase::nothing;    // guarded by mutex_
  Answer answer_ = Answer::none;    // guarded by mutex_
};

}  // namespace widgetstream::rdkafka
