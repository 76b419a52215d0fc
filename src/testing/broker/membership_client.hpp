#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "testing/broker/cluster.hpp"

namespace widgetstream::in_memory {

/// One member of a group, as its own process sees it.
class MembershipClient final : public Membership {
 public:
  MembershipClient(std::shared_ptr<Cluster> cluster, MembershipSettings settings);
  ~MembershipClient() override;

  void join(const std::vector<std::string>& topics) override;
  [[nodiscard]] std::optional<MembershipEvent> poll(Milliseconds timeout) override;
  void acknowledge() override;
  [[nodiscard]] CommitOutcome commit(const CommittedOffsets& offsets, const GroupMetadata& as,
                                     Milliseconds timeout) override;
  [[nodiscard]] bool joinSent() const override;
  void leave(Milliseconds timeout) override;

 private:
  // All locked.
  void tryJoin();
  [[nodiscard]] std::optional<MembershipEvent> next();
  [[nodiscard]] std::optional<MembershipEvent> missingTopic();
  [[nodiscard]] MembershipEvent event(MembershipEvent::Kind kind) const;

  const std::shared_ptr<Cluster> cluster_;
  const MembershipSettings settings_;
  // guarded by cluster_->mutex
  std::string member_id_;  ///< empty: not in the group
  bool wants_to_join_ = false;
  bool awaits_acknowledgement_ = false;
  std::vector<std::string> topics_;
  std::set<std::string> missing_told_;
  std::vector<TopicPartition> assigned_;  ///< what this process believes it owns
  GroupMetadata metadata_;                ///< of that
};

}  // namespace widgetstream::in_memory
