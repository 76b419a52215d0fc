// What others may do to an application's topics while it is away or runs, on a real broker: a clear word, and no store
// that is wrong without saying so.

#include <gmock/gmock.h>

#include <filesystem>
#include <mutex>
#include <set>

#include "tests/integration/counting_on_kafka.hpp"
#include "tests/support/rounds.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Text = std::string;

/// The warnings and errors of an application.
class Warnings {
 public:
  [[nodiscard]] LogSink sink() {
    return [this](const LogEntry& entry) {
      if (entry.level < LogLevel::warning) return;
      const std::lock_guard lock{mutex_};
      text_ += std::string{entry.message} + "\n";
    };
  }
  [[nodiscard]] std::string text() const {
    const std::lock_guard lock{mutex_};
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

class TopicFaults : public CountingOnKafka {
 protected:
  static constexpr int keys = 40;

  TopicFaults() : CountingOnKafka("topics") {}

  [[nodiscard]] StreamsConfig listening(Warnings& warnings) const {
    StreamsConfig listening = config();
    listening.log = warnings.sink();
    return listening;
  }
  [[nodiscard]] std::string changelog() const { return application_id_ + "-counts-changelog"; }
  [[nodiscard]] std::filesystem::path state() const { return directory_.path() / "one"; }
  /// Runs until each key was counted `rounds` times more and everything is committed, and stops.
  void runOver(int rounds, int counted_before) {
    const auto app = started();
    ASSERT_TRUE(waitForRunning(*app)) << app->readiness().reason;
    produceRounds(keys, rounds);
    ASSERT_TRUE(waitUntil([&] { return committed() == std::int64_t{keys} * (counted_before + rounds); }));
    ASSERT_TRUE(app->close(seconds{30}));
  }
  /// The keys of the application's store.
  static std::size_t keysIn(const KafkaStreams& app) {
    std::size_t count = 0;
    app.keyValueStore<Text, Text>("counts")->all([&](const Text&, const Text&) {
      ++count;
      return true;
    });
    return count;
  }
  static testing::AssertionResult endsInError(const KafkaStreams& app, milliseconds timeout = seconds{60}) {
    if (app.waitForState({StreamsState::error}, timeout)) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "state " << toString(app.state()) << ", " << app.readiness().reason;
  }
};

TEST_F(TopicFaults, AChangelogThatWasTruncatedPastTheStoreIsReadFromItsBeginningAndToldOf) {
  // A broker deletes no records of a topic that is only compacted.
  client_.createTopic(changelog(), 4, {{"cleanup.policy", "compact,delete"}});
  runOver(1, 0);
  std::filesystem::copy(state(), directory_.path() / "earlier", std::filesystem::copy_options::recursive);
  runOver(1, 1);
  std::filesystem::remove_all(state());
  std::filesystem::rename(directory_.path() / "earlier", state());
  const auto ends = client_.endOffsets(changelog());
  for (std::int32_t partition = 0; partition < 4; ++partition)
    client_.deleteRecordsBefore(changelog(), partition, ends.at(static_cast<std::size_t>(partition)) - 1);

  Warnings warnings;
  KafkaStreams app{countingOnDisk(), listening(warnings)};
  app.start();
  ASSERT_TRUE(waitForRunning(app)) << app.readiness().reason;
  EXPECT_EQ(keysIn(app), 4U) << "one record is left in each partition";
  EXPECT_THAT(warnings.text(), HasSubstr("store is emptied and restored"));
  EXPECT_TRUE(app.close(seconds{30}));
}

TEST_F(TopicFaults, AChangelogThatIsShorterThanTheStoreIsReadFromItsBeginningAndToldOf) {
  runOver(2, 0);
  client_.deleteTopic(changelog());
  client_.createTopic(changelog(), 4, {{"cleanup.policy", "compact"}});
  std::vector<KafkaTestRecord> one_in_each;
  for (std::int32_t partition = 0; partition < 4; ++partition)
    one_in_each.push_back({.key = "only" + std::to_string(partition), .value = "7", .partition = partition});
  client_.produce(changelog(), one_in_each);

  Warnings warnings;
  KafkaStreams app{countingOnDisk(), listening(warnings)};
  app.start();
  ASSERT_TRUE(waitForRunning(app)) << app.readiness().reason;
  EXPECT_EQ(keysIn(app), 4U) << "what the changelog has, and nothing it does not have";
  EXPECT_THAT(warnings.text(), HasSubstr("store is emptied and restored"));
  EXPECT_TRUE(app.close(seconds{30}));
}

TEST_F(TopicFaults, AChangelogOfTheWrongWidthIsRefused) {
  client_.createTopic(changelog(), 3, {{"cleanup.policy", "compact"}});
  const auto app = started();
  ASSERT_TRUE(endsInError(*app));
  EXPECT_THAT(app->readiness().reason, AllOf(HasSubstr(changelog()), HasSubstr("has 3 partitions"), HasSubstr("ask for 4")));
}

TEST_F(TopicFaults, AnInputThatGrowsEndsTheApplicationBeforeKeysAreSplit) {
  const auto app = started();
  ASSERT_TRUE(waitForRunning(*app)) << app->readiness().reason;
  produceRounds(keys, 1);
  ASSERT_EQ(outputs(keys).size(), static_cast<std::size_t>(keys));
  client_.growTopic(input_, 6);
  ASSERT_TRUE(endsInError(*app));
  EXPECT_THAT(app->readiness().reason, AllOf(HasSubstr(input_), HasSubstr("more partitions than the 4")));
}

TEST_F(TopicFaults, AnInputThatIsDeletedEndsTheApplication) {
  Warnings warnings;
  KafkaStreams app{countingOnDisk(), listening(warnings)};
  app.start();
  ASSERT_TRUE(waitForRunning(app)) << app.readiness().reason;
  produceRounds(keys, 1);
  ASSERT_EQ(outputs(keys).size(), static_cast<std::size_t>(keys));
  const auto deleted = std::chrono::steady_clock::now();
  client_.deleteTopic(input_);
  ASSERT_TRUE(app.waitForState({StreamsState::pending_error, StreamsState::error}, seconds{60})) << warnings.text();
  const auto told = std::chrono::steady_clock::now();
  ASSERT_TRUE(endsInError(app)) << warnings.text();
  EXPECT_THAT(app.readiness().reason, AllOf(HasSubstr(input_), HasSubstr("was deleted while the application ran")));
  const auto before = std::chrono::steady_clock::now();
  static_cast<void>(app.close(seconds{5}));  // what it read of the topic cannot be committed any more
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds{8});
  figure("27: an input topic is deleted", std::chrono::duration_cast<milliseconds>(told - deleted).count(),
         " ms until it is told, ", std::chrono::duration_cast<milliseconds>(before - told).count(),
         " ms more until everything is closed");
}

TEST_F(TopicFaults, BatchesTooLargeForATopicAreMadeSmallerAndNoRecordPaysForAnother) {
  const Text narrow = application_id_ + "-narrow";
  client_.createTopic(narrow, 1, {{"max.message.bytes", "20000"}});
  constexpr int small = 2000;
  std::vector<KafkaTestRecord> records;
  for (int i = 0; i < small; ++i) {
    records.push_back({.key = "k" + std::to_string(i % 7), .value = std::to_string(i) + Text(1000, '.')});
    if (i == small / 2) records.push_back({.key = "k", .value = Text(100'000, 'x')});
  }
  client_.produce(input_, records);

  Topology topology;
  topology.addSource<Text, Text>("source", {input_}).addSink<Text, Text>("sink", narrow, {"source"});
  Warnings warnings;
  StreamsConfig skipping = listening(warnings);
  skipping.production_exception_handler = logAndContinue();
  KafkaStreams app{topology, skipping};
  app.start();
  EXPECT_TRUE(waitUntil([&] { return committed() == small + 1; }, seconds{60})) << warnings.text();
  EXPECT_TRUE(app.close(seconds{30}));

  std::set<Text> written;
  const auto all = static_cast<std::size_t>(client_.endOffsets(narrow).at(0));
  for (const KafkaTestRecord& record : client_.consumeAtLeast(narrow, all, seconds{60})) {
    written.insert(record.value.value_or(Text{}));
  }
  EXPECT_EQ(written.size(), static_cast<std::size_t>(small)) << "all but the one that is too large itself";
  EXPECT_THAT(warnings.text(), HasSubstr("takes smaller batches than the producer makes"));
}

TEST_F(TopicFaults, ARecordTooLargeForItsTopicIsForTheProductionHandlerAndIsNotTriedForEver) {
  client_.createTopic(application_id_ + "-narrow", 1, {{"max.message.bytes", "10000"}});
  const auto copying = [&] {
    Topology topology;
    topology.addSource<Text, Text>("source", {input_})
        .addSink<Text, Text>("sink", application_id_ + "-narrow", {"source"});
    return topology;
  };
  client_.produce(input_, {{.key = "k", .value = Text(100'000, 'x')}});
  {
    KafkaStreams app{copying(), config()};
    app.start();
    ASSERT_TRUE(endsInError(app)) << "the default handler fails";
    EXPECT_THAT(app.readiness().reason, HasSubstr(application_id_ + "-narrow"));
  }
  EXPECT_EQ(committed(), 0);

  StreamsConfig skipping = config();
  skipping.production_exception_handler = logAndContinue();
  KafkaStreams app{copying(), skipping};
  app.start();
  ASSERT_TRUE(waitUntil([&] { return committed() == 1; }));
  client_.produce(input_, {{.key = "k", .value = "short"}});
  const auto written = client_.consumeAtLeast(application_id_ + "-narrow", 1, seconds{60});
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].value, "short");
  EXPECT_TRUE(waitUntil([&] { return committed() == 2; }));
  EXPECT_TRUE(app.close(seconds{30}));
}

}  // namespace
}  // namespace widgetstream
