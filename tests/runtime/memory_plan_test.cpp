// How memory.budget.bytes is divided, and what does not fit.

#include "runtime/memory/memory_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "runtime/memory/memory_wishes.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t mebi = std::size_t{1} << 20;

MemoryWishes budgetOf(std::size_t bytes, std::size_t fetch_queues = 1) {
  MemoryWishes wishes;
  wishes.budget_bytes = bytes;
  wishes.budget_is_set = true;
  wishes.fetch_queues = fetch_queues;
  return wishes;
}

std::size_t sumOf(const MemoryPlan& plan, std::size_t fetch_queues) {
  return plan.write_buffers_bytes + plan.read_caches_bytes + plan.block_cache_bytes + plan.memtables_bytes +
         plan.fetch_queue_bytes * fetch_queues + plan.produce_queue_bytes;
}

std::string refusalOf(const MemoryWishes& wishes) {
  try {
    static_cast<void>(planMemory(wishes));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    return error.what();
  }
  return "not refused";
}

TEST(MemoryPlan, TheClassesTogetherNeverExceedTheBudget) {
  for (std::size_t budget = 20 * mebi; budget < 40'000 * mebi; budget = budget * 5 / 4) {
    for (const std::size_t queues : {1U, 2U, 5U, 16U}) {
      if (budget < queues * 4 * mebi + 11 * mebi) continue;
      const MemoryPlan plan = planMemory(budgetOf(budget, queues));
      EXPECT_EQ(plan.budget_bytes, budget);
      EXPECT_LE(sumOf(plan, queues), budget) << queues;
    }
  }
}

TEST(MemoryPlan, ASmallBudgetLeavesAnEighthForTheProgramItself) {
  EXPECT_LE(sumOf(planMemory(budgetOf(256 * mebi)), 1), 256 * mebi / 8 * 7);
}

TEST(MemoryPlan, ALargeBudgetIsACeilingAndNoTarget) {
  const MemoryPlan plan = planMemory(budgetOf(12'000 * mebi));
  EXPECT_EQ(plan.uncommitted_bytes, 64 * mebi);
  EXPECT_EQ(plan.record_cache_bytes, 10 * mebi) << "as in Kafka Streams";
  EXPECT_EQ(plan.fetch_queue.payload_bytes, 16 * mebi);
  EXPECT_EQ(plan.memtables_bytes, 64 * mebi);
  EXPECT_LE(sumOf(plan, 1), 1'400 * mebi);
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(MemoryPlan, MoreThreadsShareTheBytesOfFetchQueues) {
  const MemoryPlan one = planMemory(budgetOf(256 * mebi, 1));
  const MemoryPlan four = planMemory(budgetOf(256 * mebi, 4));
  EXPECT_NEAR(static_cast<double>(four.fetch_queue_bytes) * 4, static_cast<double>(one.fetch_queue_bytes), 1000.0);
  EXPECT_EQ(four.uncommitted_bytes, one.uncommitted_bytes);
}

TEST(MemoryPlan, CountsWhatARecordTakesBesideItsValue) {
  const MemoryPlan plan = planMemory(budgetOf(256 * mebi));
  const std::size_t overhead = plan.fetch_queue.records * fetched_record_overhead;
  EXPECT_LE(overhead + plan.fetch_queue.payload_bytes + plan.fetch_response_bytes + plan.waiting_bytes,
            plan.fetch_queue_bytes);
  EXPECT_GT(plan.fetch_queue.records, 10'000U);
  EXPECT_LE(plan.produce_queue.records * produced_record_overhead + plan.produce_queue.payload_bytes,
            plan.produce_queue_bytes);
}

TEST(MemoryPlan, WhatIsSetIsTakenAndTheOthersShareTheRest) {
  MemoryWishes wishes = budgetOf(256 * mebi);
  wishes.uncommitted_bytes = 80 * mebi;
  wishes.fetch_payload_bytes = 3 * mebi;
  const MemoryPlan plan = planMemory(wishes);
  EXPECT_EQ(plan.uncommitted_bytes, 80 * mebi);
  EXPECT_EQ(plan.fetch_queue.payload_bytes, 3 * mebi);
  EXPECT_LE(sumOf(plan, 1), 256 * mebi);
  EXPECT_LT(plan.block_cache_bytes, planMemory(budgetOf(256 * mebi)).block_cache_bytes);
}

TEST(MemoryPlan, AnAnswerToFetchesIsNoLargerThanItsPart) {
  for (const std::size_t budget : {64 * mebi, 12'000 * mebi}) {
    MemoryWishes wishes = budgetOf(budget);
    wishes.fetch_response_bytes = 50 * mebi;  // as a file of Java's that spells out the default says
    const MemoryPlan plan = planMemory(wishes);
    EXPECT_EQ(plan.fetch_response_bytes, planMemory(budgetOf(budget)).fetch_response_bytes);
    EXPECT_EQ(plan.fetch_queue, planMemory(budgetOf(budget)).fetch_queue);
    wishes.fetch_response_bytes = 100'000;
    EXPECT_EQ(planMemory(wishes).fetch_response_bytes, 100'000U);
  }
}

TEST(MemoryPlan, NumbersThatMeanNoLimitDoNotWrap) {
  StreamsConfig config;
  config.memory_budget_bytes = 256 * mebi;
  config.uncommitted_max_bytes = std::numeric_limits<std::int64_t>::max();
  config.cache_max_bytes = std::numeric_limits<std::size_t>::max();
  EXPECT_THAT(refusalOf(memoryWishes(config, false)), HasSubstr("'statestore.uncommitted.max.bytes'"));
  config.uncommitted_max_bytes.reset();
  EXPECT_THAT(refusalOf(memoryWishes(config, false)), HasSubstr("'statestore.cache.max.bytes'"));
}

TEST(MemoryPlan, RefusesAProduceQueueWithoutRoomForTheLargestRecord) {
  MemoryWishes wishes = budgetOf(256 * mebi);
  wishes.produce_payload_bytes = 512 * 1024;
  EXPECT_THAT(refusalOf(wishes), AllOf(HasSubstr("'queue.buffering.max.kbytes' is 512"), HasSubstr("1048576")));
  wishes.largest_record_bytes = 512 * 1024;
  EXPECT_EQ(planMemory(wishes).produce_queue.payload_bytes, 512U * 1024);
}

TEST(MemoryPlan, TheProduceQueueHasRoomForTheLargestRecord) {
  MemoryWishes wishes = budgetOf(256 * mebi);
  wishes.largest_record_bytes = 20 * mebi;
  const MemoryPlan plan = planMemory(wishes);
  EXPECT_GE(plan.produce_queue.payload_bytes, 20 * mebi);
  EXPECT_LE(sumOf(plan, 1), 256 * mebi);
}

TEST(MemoryPlan, LargerRecordCachesGetRoomForWhatTheyHold) {
  MemoryWishes wishes = budgetOf(256 * mebi);
  wishes.record_cache_bytes = 60 * mebi;
  const MemoryPlan plan = planMemory(wishes);
  EXPECT_GE(plan.uncommitted_bytes, 60 * mebi);
  EXPECT_LE(sumOf(plan, 1), 256 * mebi);
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(MemoryPlan, RefusesABudgetThatIsTooSmallForItsThreads) {
  EXPECT_THAT(refusalOf(budgetOf(16 * mebi, 8)),
              AllOf(HasSubstr("'memory.budget.bytes' is 16777216"), HasSubstr("at least"), HasSubstr("8 threads"),
                    HasSubstr("Raise the budget")));
}

TEST(MemoryPlan, RefusesSettingsThatDoNotFitIntoTheBudget) {
  MemoryWishes wishes = budgetOf(256 * mebi);
  wishes.uncommitted_bytes = 200 * mebi;
  EXPECT_THAT(refusalOf(wishes),
              AllOf(HasSubstr("268435456"), HasSubstr("'statestore.uncommitted.max.bytes'"), HasSubstr("419430400")));

  wishes = budgetOf(256 * mebi);
  wishes.record_cache_bytes = 200 * mebi;
  EXPECT_THAT(refusalOf(wishes), HasSubstr("'statestore.cache.max.bytes'"));

  wishes = budgetOf(256 * mebi);
  wishes.produce_records = 10'000'000;
  EXPECT_THAT(refusalOf(wishes), HasSubstr("'queue.buffering.max.messages'"));
}

TEST(MemoryPlan, WarnsOfRecordCachesThatAreFlushedBeforeTheyAreFull) {
  MemoryWishes wishes = budgetOf(256 * mebi);
  wishes.uncommitted_bytes = 4 * mebi;
  EXPECT_THAT(planMemory(wishes).warnings, ElementsAre(HasSubstr("statestore.cache.max.bytes")));
}

TEST(MemoryPlan, AMachineWithLittleMemoryGetsTheLeastThatWorks) {
  MemoryWishes wishes = budgetOf(8 * mebi);
  wishes.budget_is_set = false;
  const MemoryPlan plan = planMemory(wishes);
  EXPECT_GT(plan.budget_bytes, 8 * mebi);
  EXPECT_THAT(plan.warnings, ElementsAre(HasSubstr("is too little for memory.budget.bytes"), HasSubstr("cache")));
}

TEST(MemoryPlan, ABudgetThatNobodyHasSetGrowsToWhatIsAskedFor) {
  MemoryWishes wishes = budgetOf(128 * mebi);
  wishes.budget_is_set = false;
  wishes.record_cache_bytes = 200 * mebi;
  const MemoryPlan plan = planMemory(wishes);
  EXPECT_GT(plan.budget_bytes, 400 * mebi);
  EXPECT_GE(plan.uncommitted_bytes, 200 * mebi);
  EXPECT_THAT(plan.warnings, ElementsAre(AllOf(HasSubstr("'statestore.cache.max.bytes'"), HasSubstr("Give the process more"))));
}

TEST(MemoryWishes, AreReadFromTheSettingsOfClientsToo) {
  StreamsConfig config;
  config.memory_budget_bytes = 300 * mebi;
  config.num_stream_threads = 3;
  config.client_properties["queued.min.messages"] = "7000";
  config.consumer_properties["queued.max.messages.kbytes"] = "2048";
  config.producer_properties["queue.buffering.max.kbytes"] = "4096";
  const MemoryWishes wishes = memoryWishes(config, true);
  EXPECT_EQ(wishes.budget_bytes, 300 * mebi);
  EXPECT_EQ(wishes.fetch_queues, 4U) << "global stores are fetched by themselves";
  EXPECT_EQ(wishes.fetch_records, 7000U);
  EXPECT_EQ(wishes.fetch_payload_bytes, 2 * mebi);
  EXPECT_EQ(wishes.produce_payload_bytes, 4 * mebi);
  EXPECT_EQ(wishes.uncommitted_bytes, std::nullopt);
}

TEST(MemoryWishes, AreHalfOfWhatThereIsUnlessSet) {
  const MemoryWishes wishes = memoryWishes(StreamsConfig{}, false);
  EXPECT_FALSE(wishes.budget_is_set);
  EXPECT_GT(wishes.budget_bytes, 0U);
}

TEST(MemoryWishes, RefuseASizeThatIsNoNumber) {
  StreamsConfig config;
  config.consumer_properties["fetch.max.bytes"] = "much";
  EXPECT_THROW(static_cast<void>(memoryWishes(config, false)), Error);
}

}  // namespace
}  // namespace widgetstream
