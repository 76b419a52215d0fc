// KafkaStreams::query(): each partition of a store answers for itself.
#include "widgetstream/runtime/state_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "runtime/queries/store_registry.hpp"
#include "tests/runtime/keep_everywhere.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"
#include "widgetstream/state/queries.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Text = std::string;
using Timed = ValueAndTimestamp<Text>;

class Forgetting final : public Processor<Text, Text> {
 public:
  using Processor::process;
  void process(const Record<Text, Text>&) override {}
};

Topology withAGlobalStore() {
  Topology topology = keepingEverywhere();
  topology.addGlobalStore<Text, Text>(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("names")), "names-source",
                                      "names", "names-keeper", [] { return std::make_unique<Forgetting>(); });
  return topology;
}

class StateQueries : public ::testing::Test {
 protected:
  StateQueries() {
    broker->createTopic("names", 1);
    broker->createTopic("in", 3);
    broker->createTopic("out", 3);
    StreamsConfig config;
    config.application_id = "app";
    config.state_dir = directory.path();
    config.log = logToStandardError(LogLevel::error);
    app = std::make_unique<KafkaStreams>(withAGlobalStore(), config, broker);
  }
  void startWith(const std::vector<std::tuple<Text, Text, std::int64_t>>& records) {
    app->start();
    ASSERT_TRUE(app->waitForState({StreamsState::running}, 30s)) << app->readiness().reason;
    for (const auto& [key, value, at] : records) broker->append("in", key, value, fromMillis(at));
    ASSERT_TRUE(waitUntil([&] { return broker->records("out").size() >= records.size(); }));
  }
  /// The result of the one partition that has any.
  template <StoreQuery Q>
  typename Q::Result only(const Text& store, Q query) {
    const auto answer = app->query(inStore(store).withQuery(std::move(query)));
    const auto* result = answer.onlyPartitionResult();
    return result ? result->result() : typename Q::Result{};
  }
  /// The rows of all partitions, one after the other.
  template <StoreQuery Q>
  auto rows(const Text& store, Q query) {
    decltype(std::declval<typename Q::Result>().toVector()) all;
    for (const auto& [partition, result] : app->query(inStore(store).withQuery(std::move(query))).partitionResults()) {
      for (auto& row : result.result().toVector()) all.push_back(std::move(row));
    }
    return all;
  }

  std::shared_ptr<InMemoryBroker> broker = std::make_shared<InMemoryBroker>();
  TempDir directory;
  std::unique_ptr<KafkaStreams> app;
};

TEST_F(StateQueries, FindTheValueOfAKeyWithItsTimestampOrWithout) {
  startWith({{"a", "1", 1}, {"b", "2", 2}, {"a", "3", 3}});
  EXPECT_EQ(only("values", KeyQuery<Text, Text>::withKey("a")), "3");
  EXPECT_EQ(only("values", TimestampedKeyQuery<Text, Text>::withKey("a")), (Timed{"3", fromMillis(3)}));
  EXPECT_EQ(only("values", KeyQuery<Text, Text>::withKey("c")), std::nullopt);
}

TEST_F(StateQueries, FindRangesOfKeysInEitherOrder) {
  startWith({{"a", "1", 1}, {"b", "2", 2}, {"c", "3", 3}, {"d", "4", 4}});
  using Range = RangeQuery<Text, Text>;
  EXPECT_THAT(rows("values", Range::withNoBounds()), SizeIs(4));
  EXPECT_THAT(rows("values", Range::withRange("b", "c")), SizeIs(2));
  EXPECT_THAT(rows("values", Range::withLowerBound("d")), ElementsAre(std::tuple{Text{"d"}, Text{"4"}}));
  EXPECT_THAT(rows("values", TimestampedRangeQuery<Text, Text>::withUpperBound("a")),
              ElementsAre(std::tuple{Text{"a"}, Timed{"1", fromMillis(1)}}));
  const auto descending = app->query(inStore("values").withQuery(Range::withNoBounds().withDescendingKeys()));
  EXPECT_THAT(descending.partitionResults(), SizeIs(3));
  for (const auto& [partition, result] : descending.partitionResults()) {
    const auto found = result.result().toVector();
    EXPECT_TRUE(std::is_sorted(found.rbegin(), found.rend()));
  }
}

TEST_F(StateQueries, FindWindowsAndSessions) {
  startWith({{"a", "1", 1}, {"a", "2", 12}, {"b", "3", 5}});
  EXPECT_THAT(rows("windows", WindowKeyQuery<Text, Text>::withKeyAndWindowStartRange("a", fromMillis(0), fromMillis(9))),
              ElementsAre(std::tuple{fromMillis(0), Text{"1"}}));
  using Windows = WindowRangeQuery<Text, Text>;
  EXPECT_THAT(rows("windows", Windows::withWindowStartRange(fromMillis(10), fromMillis(20))),
              ElementsAre(std::tuple{Windowed<Text>{"a", {fromMillis(10), fromMillis(20)}}, Text{"2"}}));
  EXPECT_THAT(rows("sessions", Windows::withKey("b")),
              ElementsAre(std::tuple{Windowed<Text>{"b", {fromMillis(5), fromMillis(5)}}, Text{"3"}}));
}

TEST_F(StateQueries, FindVersions) {
  startWith({{"a", "1", 1}, {"a", "2", 12}});
  using Versions = VersionedKeyQuery<Text, Text>;
  EXPECT_EQ(only("versions", Versions::withKey("a")), (VersionedRecord<Text>{"2", fromMillis(12), std::nullopt}));
  EXPECT_EQ(only("versions", Versions::withKey("a").asOf(fromMillis(5))),
            (VersionedRecord<Text>{"1", fromMillis(1), fromMillis(12)}));
}

TEST_F(StateQueries, TellWhatEachStoreContainedAndWaitForNoBoundInVain) {
  startWith({{"a", "1", 1}, {"a", "2", 2}});
  const auto query = [] { return inStore("values").withQuery(KeyQuery<Text, Text>::withKey("a")); };
  const auto answer = app->query(query());
  ASSERT_NE(answer.onlyPartitionResult(), nullptr);
  const Position seen = answer.position();
  ASSERT_THAT(seen.partitionPositions("in"), SizeIs(1));
  const auto [partition, offset] = *seen.partitionPositions("in").begin();
  EXPECT_EQ(offset, 1);

  EXPECT_TRUE(app->query(query().withPositionBound(seen)).partitionResults().at(partition).isSuccess());
  const Position ahead = Position{}.withComponent("in", partition, offset + 1);
  const auto early = app->query(query().withPositionBound(ahead));
  EXPECT_EQ(early.partitionResults().at(partition).failureReason(), FailureReason::not_up_to_bound);
  EXPECT_EQ(early.position(), seen) << "the position is told all the same";
  EXPECT_EQ(early.onlyPartitionResult(), nullptr);
  EXPECT_TRUE(app->query(query().withPositionBound(ahead).requireActive()).partitionResults().at(partition).isSuccess())
      << "whoever asks for the active one has no bound";
}

TEST_F(StateQueries, AskThePartitionsThatAreNamed) {
  startWith({{"a", "1", 1}});
  const auto answer =
      app->query(inStore("values").withQuery(RangeQuery<Text, Text>::withNoBounds()).withPartitions({1, 7}));
  ASSERT_THAT(answer.partitionResults(), SizeIs(2));
  EXPECT_TRUE(answer.partitionResults().at(1).isSuccess());
  EXPECT_EQ(answer.partitionResults().at(7).failureReason(), FailureReason::not_present);
  EXPECT_EQ(answer.partitionResults().at(7).position(), std::nullopt);
  EXPECT_THROW(static_cast<void>(answer.partitionResults().at(7).result()), Error);
}

TEST_F(StateQueries, OfAnotherKindOrOtherTypesAreUnknownToTheStore) {
  startWith({{"a", "1", 1}});
  const auto reasons = [&](const Text& store, const auto& query) {
    std::set<FailureReason> found;
    for (const auto& [partition, result] : app->query(inStore(store).withQuery(query)).partitionResults()) {
      EXPECT_TRUE(result.isFailure());
      EXPECT_THAT(result.failureMessage(), HasSubstr("store '" + store + "'"));
      found.insert(result.failureReason());
    }
    return found;
  };
  const auto unknown = ElementsAre(FailureReason::unknown_query_type);
  EXPECT_THAT(reasons("windows", KeyQuery<Text, Text>::withKey("a")), unknown);
  EXPECT_THAT(reasons("values", KeyQuery<Text, std::int64_t>::withKey("a")), unknown);
  EXPECT_THAT(reasons("windows", TimestampedRangeQuery<Text, Text>::withNoBounds()), unknown);
  EXPECT_THAT(reasons("windows", WindowRangeQuery<Text, Text>::withKey("a")), unknown);
  EXPECT_THAT(reasons("sessions", WindowRangeQuery<Text, Text>::withWindowStartRange(fromMillis(0), fromMillis(9))),
              unknown);
  EXPECT_THAT(reasons("values", VersionedKeyQuery<Text, Text>::withKey("a")), unknown);
}

TEST_F(StateQueries, OfAGlobalStoreAreUnknownAsInJava) {
  startWith({});
  const auto answer = app->query(inStore("names").withQuery(KeyQuery<Text, Text>::withKey("a")));
  EXPECT_THAT(answer.partitionResults(), IsEmpty());
  ASSERT_TRUE(answer.globalResult());
  EXPECT_EQ(answer.globalResult()->failureReason(), FailureReason::unknown_query_type);
}

/// A question of the program's own.
struct CountRows {
  using Result = std::size_t;
  PreparedQuery<Result> prepare(StateStore& store) const {
    if (fails == At::the_store) throw std::runtime_error{"cannot count"};
    const auto& rows = dynamic_cast<const QueryableKeyValueStore<Text, Timed>&>(store);
    return [reader = rows.reader(), fails = fails] {
      if (fails == At::the_rows) throw std::runtime_error{"cannot count"};
      return QueryResult<Result>::forResult(reader->approximateNumEntries());
    };
  }
  enum class At { nothing, the_store, the_rows };
  At fails = At::nothing;
};

TEST_F(StateQueries, OfTheProgramsOwnAreGivenTheStore) {
  startWith({{"a", "1", 1}, {"b", "2", 2}, {"c", "3", 3}});
  std::size_t rows = 0;
  const auto answer = app->query(inStore("values").withQuery(CountRows{}).enableExecutionInfo());
  for (const auto& [partition, result] : answer.partitionResults()) {
    rows += result.result();
    ASSERT_THAT(result.executionInfo(), SizeIs(1));
    EXPECT_THAT(result.executionInfo().front(), HasSubstr("handled in "));
  }
  EXPECT_EQ(rows, 3U);
  for (const auto at : {CountRows::At::the_store, CountRows::At::the_rows}) {
    const auto failed = app->query(inStore("values").withQuery(CountRows{at}));
    EXPECT_THAT(failed.partitionResults(), SizeIs(3));
    for (const auto& [partition, result] : failed.partitionResults()) {
      EXPECT_EQ(result.failureReason(), FailureReason::store_exception);
      EXPECT_EQ(result.failureMessage(), "cannot count");
      EXPECT_THAT(result.executionInfo(), IsEmpty());
    }
  }
}

TEST_F(StateQueries, AreRefusedBeforeTheStartAfterTheEndAndForStoresThatAreNotThere) {
  const auto kindOf = [&](const Text& store) {
    try {
      static_cast<void>(app->query(inStore(store).withQuery(KeyQuery<Text, Text>::withKey("a"))));
    } catch (const Error& error) {
      return std::optional{error.kind()};
    }
    return std::optional<ErrorKind>{};
  };
  EXPECT_EQ(kindOf("values"), ErrorKind::not_available);
  startWith({});
  EXPECT_EQ(kindOf("values"), std::nullopt);
  EXPECT_EQ(kindOf("orders"), ErrorKind::invalid_argument);
  ASSERT_TRUE(app->close(30s));
  EXPECT_EQ(kindOf("values"), ErrorKind::not_available);
}

TEST(StateQueryRefusals, AStoreThatIsBeingRestoredIsNotActive) {
  StoreRegistry registry;
  registry.restoring("values", 2);
  int visited = 0;
  registry.visitAll("values", [&](std::int32_t partition, StateStore* store) {
    ++visited;
    EXPECT_EQ(partition, 2);
    const auto refusal = detail::refusalOf({.store = "values", .partitions = {}, .bound = {}}, partition, store, {});
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->reason, FailureReason::not_active);
    EXPECT_EQ(toString(refusal->reason), "NOT_ACTIVE");
    EXPECT_THAT(refusal->message, HasSubstr("partition 2 of store 'values' is being restored"));
  });
  EXPECT_EQ(visited, 1);
  registry.visitAll("others", [&](std::int32_t, StateStore*) { ++visited; });
  EXPECT_EQ(visited, 1);
}

}  // namespace
}  // namespace widgetstream
