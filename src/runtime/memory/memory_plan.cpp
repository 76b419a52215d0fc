#include "runtime/memory/memory_plan.hpp"

#include <algorithm>
#include <array>

#include "widgetstream/core/error.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream {
namespace {

constexpr std::size_t mebi = std::size_t{1} << 20;

/// A class of memory: its part of the budget, and between what it is. More than the most brings nothing.
struct Share {
  std::size_t parts = 0;
  std::size_t least = 0;
  std::size_t most = 0;
  /// What the settings ask for; 0 for nothing.
  std::size_t need = 0;
  /// That many of it there are; least, most and need are of one.
  std::size_t times = 1;
  /// What it gets, each.
  std::size_t bytes = 0;

  [[nodiscard]] std::size_t lower() const noexcept { return std::max(least, need); }
};
/// Two of them are the program itself, its threads, and what engines and clients take when they have nothing to do.
constexpr std::size_t all_parts = 16;

/// A commit writes what has changed from a copy of it.
constexpr std::size_t copies_at_commit = 2;
/// Values are copied once more into the request that is under way.
constexpr std::size_t copies_of_produced = 2;
/// An answer to a fetch is taken whole, also by a queue that is nearly full; and a record of a few bytes takes many
/// times what it took on the wire.
constexpr std::size_t answer_factor = 8;
constexpr std::size_t least_answer = mebi / 8;
constexpr std::size_t most_answer = 4 * mebi;
constexpr std::size_t default_record_cache = 10 * mebi;
constexpr std::size_t most_of_queue = 64 * mebi;
/// Inputs that are read together come in answers one after the other: as much as a few of them may wait for the others.
constexpr std::size_t most_that_waits = 4 * most_of_queue;

/// Parts of what fetching has, of eight: what waits in tasks, answers, and what is queued, values and what comes with
/// them.
constexpr std::size_t of_waiting = 1;
constexpr std::size_t of_answers = 2;
constexpr std::size_t of_fetched_values = 2;
constexpr std::size_t of_fetched_records = 3;
/// The same of producing.
constexpr std::size_t of_sent_values = 4;
constexpr std::size_t of_sent_records = 4;

/// Divides a class among its parts, of eight: what is set is taken whole.
class Division {
 public:
  void set(std::optional<std::size_t> bytes, std::size_t parts) noexcept {
    if (!bytes) return;
    taken_ += *bytes;
    open_parts_ -= parts;
  }
  /// What a class needs whose least is given; 0 when nothing is set.
  [[nodiscard]] std::size_t need(std::size_t least) const noexcept {
    return taken_ == 0 ? 0 : taken_ + least * open_parts_ / 8;
  }
  /// A part that is not set, of a class that has `all` and would have no more than `most`.
  [[nodiscard]] std::size_t part(std::size_t parts, std::size_t all, std::size_t most) const noexcept {
    const std::size_t open = all - std::min(all, taken_);
    return std::min(open * parts / std::max<std::size_t>(open_parts_, 1), most * parts / 8);
  }

 private:
  std::size_t taken_ = 0;
  std::size_t open_parts_ = 8;
};

[[nodiscard]] std::optional<std::size_t> times(std::optional<std::size_t> number, std::size_t factor) {
  return number ? std::optional{*number * factor} : std::nullopt;
}

class Planner {
 public:
  explicit Planner(const MemoryWishes& wishes) : wishes_(wishes) {
    fetching_.times = wishes.fetch_queues;
    fetched_.set(times(wishes.fetch_records, fetched_record_overhead), of_fetched_records);
    fetched_.set(wishes.fetch_payload_bytes, of_fetched_values);
    fetching_.need = fetched_.need(fetching_.least);
    fetching_.most = std::max(fetched_.need(most_of_queue), most_of_queue);
    sent_.set(times(wishes.produce_records, produced_record_overhead), of_sent_records);
    sent_.set(times(wishes.produce_payload_bytes, copies_of_produced), of_sent_values);
    producing_.least = std::max(producing_.least, 2 * wishes.largest_record_bytes * copies_of_produced);
    producing_.need = sent_.need(producing_.least);
    producing_.most = std::max({sent_.need(most_of_queue), most_of_queue, producing_.least});
    if (wishes.uncommitted_bytes) {
      changing_.need = *wishes.uncommitted_bytes * copies_at_commit;
    } else if (wishes.record_cache_bytes > default_record_cache) {
      changing_.need = wishes.record_cache_bytes * copies_at_commit;
    }
  }

  MemoryPlan plan() {
    checkLargestRecord();
    settleBudget();
    divide();
    planState();
    planFetching();
    planProducing();
    warn();
    return std::move(plan_);
  }

 private:
  [[nodiscard]] std::array<Share*, 6> shares() noexcept {
    return {&fetching_, &producing_, &changing_, &reading_, &blocks_, &memtables_};
  }

  void settleBudget() {
    plan_.budget_bytes = wishes_.budget_bytes;
    std::size_t least = 0;
    for (const Share* share : shares()) least += share->lower() * share->times;
    if (plan_.budget_bytes >= least) return;
    const std::string is_at_least = "expected is at least " + std::to_string(least) + " with " +
                                    std::to_string(wishes_.fetch_queues) +
                                    (wishes_.fetch_queues == 1 ? " thread" : " threads") + askedFor();
    if (wishes_.budget_is_set) {
      throw Error{ErrorKind::invalid_config, "the setting 'memory.budget.bytes' is " + std::to_string(plan_.budget_bytes) +
                                                 ", " + is_at_least + ". Raise the budget or lower what is set"};
    }
    plan_.warnings.push_back("half of the memory there is, " + std::to_string(plan_.budget_bytes) +
                             ", is too little for memory.budget.bytes: " + is_at_least +
                             ", which it is now. Give the process more, or lower what is set");
    plan_.budget_bytes = least;
  }

  /// Which settings ask for how much.
  [[nodiscard]] std::string askedFor() const {
    std::string text;
    const auto tell = [&](const Share& share, const std::string& settings) {
      if (share.need > share.least)
        text += "; " + settings + " ask for " + std::to_string(share.need * share.times) + " of it";
    };
    tell(changing_, wishes_.uncommitted_bytes ? "'statestore.uncommitted.max.bytes' and its copy at a commit"
                                              : "'statestore.cache.max.bytes' and its copy at a commit");
    tell(fetching_, "the consumer's 'queued.max.messages.kbytes' and 'queued.min.messages'");
    tell(producing_, "the producer's 'queue.buffering.max.kbytes' and 'queue.buffering.max.messages'");
    return text;
  }

  /// A queue that never has room for the largest record waits for ever.
  void checkLargestRecord() const {
    if (!wishes_.produce_payload_bytes || *wishes_.produce_payload_bytes >= wishes_.largest_record_bytes) return;
    throw Error{ErrorKind::invalid_config,
                "the producer's setting 'queue.buffering.max.kbytes' is " +
                    std::to_string(*wishes_.produce_payload_bytes / 1024) +
                    ", which has no room for the largest record, 'message.max.bytes' of " +
                    std::to_string(wishes_.largest_record_bytes) + ": raise the one or lower the other"};
  }

  /// Who needs more than its part gets that; the others divide what is left by their parts.
  void divide() {
    std::size_t open_bytes = plan_.budget_bytes;
    std::size_t open_parts = all_parts;
    for (bool changed = true; changed;) {
      changed = false;
      for (Share* share : shares()) {
        const std::size_t needed = share->lower() * share->times;
        if (share->bytes > 0 || needed <= open_bytes / open_parts * share->parts) continue;
        share->bytes = share->lower();
        open_bytes -= std::min(open_bytes, needed);
        open_parts -= share->parts;
        changed = true;
      }
    }
    for (Share* share : shares()) {
      if (share->bytes > 0) continue;
      const std::size_t part = open_bytes / open_parts * share->parts / share->times;
      share->bytes = std::clamp(part, share->lower(), std::max(share->lower(), share->most));
    }
  }

  void planState() {
    plan_.uncommitted_bytes = wishes_.uncommitted_bytes.value_or(changing_.bytes / copies_at_commit);
    plan_.write_buffers_bytes = plan_.uncommitted_bytes * copies_at_commit;
    plan_.record_cache_bytes = wishes_.record_cache_bytes;
    plan_.read_caches_bytes = reading_.bytes;
    plan_.block_cache_bytes = blocks_.bytes;
    plan_.memtables_bytes = memtables_.bytes;
  }

  void planFetching() {
    const auto part = [&](std::size_t parts) { return fetched_.part(parts, fetching_.bytes, most_of_queue); };
    plan_.waiting_bytes = fetched_.part(of_waiting, fetching_.bytes, most_that_waits);
    // No limit to the user's records: one that is larger comes all the same, alone.
    plan_.fetch_response_bytes = std::clamp(part(of_answers) / answer_factor, least_answer, most_answer);
    if (const auto wished = wishes_.fetch_response_bytes)
      plan_.fetch_response_bytes = std::min(plan_.fetch_response_bytes, std::max(*wished, std::size_t{1024}));
    plan_.fetch_queue.payload_bytes = wishes_.fetch_payload_bytes.value_or(part(of_fetched_values));
    plan_.fetch_queue.records = wishes_.fetch_records.value_or(part(of_fetched_records) / fetched_record_overhead);
    plan_.fetch_queue_bytes = plan_.waiting_bytes + plan_.fetch_response_bytes * answer_factor +
                              plan_.fetch_queue.payload_bytes + plan_.fetch_queue.records * fetched_record_overhead;
  }

  void planProducing() {
    const auto part = [&](std::size_t parts) {
      return sent_.part(parts, producing_.bytes, std::max(most_of_queue, producing_.least));
    };
    plan_.produce_queue.payload_bytes =
        wishes_.produce_payload_bytes.value_or(part(of_sent_values) / copies_of_produced);
    plan_.produce_queue.records = wishes_.produce_records.value_or(part(of_sent_records) / produced_record_overhead);
    plan_.produce_queue_bytes =
        plan_.produce_queue.payload_bytes * copies_of_produced + plan_.produce_queue.records * produced_record_overhead;
  }

  void warn() {
    if (plan_.record_cache_bytes <= plan_.uncommitted_bytes) return;
    plan_.warnings.push_back("statestore.cache.max.bytes is " + std::to_string(plan_.record_cache_bytes) +
                             ", but changes that wait for a commit may take no more than " +
                             std::to_string(plan_.uncommitted_bytes) +
                             ": commits, which flush record caches, come before these are full");
  }

  const MemoryWishes& wishes_;
  MemoryPlan plan_;
  Division fetched_;
  Division sent_;
  Share fetching_{.parts = 2, .least = 4 * mebi};
  Share producing_{.parts = 2, .least = 4 * mebi};
  Share changing_{.parts = 4, .least = 2 * mebi, .most = 128 * mebi};
  Share reading_{.parts = 1, .least = mebi / 2, .most = 32 * mebi};
  Share blocks_{.parts = 3, .least = 2 * mebi, .most = 1024 * mebi};
  Share memtables_{.parts = 2, .least = 2 * mebi, .most = 64 * mebi};
};

}  // namespace

MemoryPlan planMemory(const MemoryWishes& wishes) {
  return Planner{wishes}.plan();
}

}  // namespace widgetstream
