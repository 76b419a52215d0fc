#pragma once

#include <cstdint>
#include <memory>

#include "tests/simulation/random.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream::simulation {

/// What becomes of one process: it may die between any two calls of its clients, or be cut off from the cluster.
struct Fate {
  explicit Fate(std::uint64_t seed) : random(seed) {}

  Random random;
  bool dead = false;
  bool cut_off = false;
  /// Nobody reaches the cluster.
  bool cluster_away = false;
  /// The process dies at this call, counted down; negative: it does not.
  std::int64_t calls_to_live = -1;
  /// Of answers that are lost, one in so many; 0 is never. What was asked for has happened.
  std::uint64_t lost_answer_one_in = 0;
  /// Of calls that do not get through, one in so many.
  std::uint64_t refused_one_in = 0;

  /// What is sent gets there.
  [[nodiscard]] bool connected() const noexcept { return !dead && !cut_off && !cluster_away; }
  /// Counts a call; true when it still has an effect.
  [[nodiscard]] bool reaches() {
    if (calls_to_live == 0) dead = true;
    if (calls_to_live > 0) --calls_to_live;
    return !dead && !cut_off && !random.oneIn(refused_one_in);
  }
  [[nodiscard]] bool answers() { return !random.oneIn(lost_answer_one_in); }
};

/// Clients whose calls have no effect once their process is dead: so it may die in the middle of a step, between a
/// record and its commit.
[[nodiscard]] std::shared_ptr<KafkaClients> mortalClients(KafkaClients& cluster, std::shared_ptr<Fate> fate);

}  // namespace widgetstream::simulation
