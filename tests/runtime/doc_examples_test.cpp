// The examples of docs/queries.md, built and run. Each region from `// doc` to `// end` stands there word for word.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <sstream>

#include "tests/support/doc_regions.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/dsl/streams_builder.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"
#include "widgetstream/state/queries.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;

/// What is written to std::cout while it lives.
class Printed {
 public:
  Printed() : before_(std::cout.rdbuf(text_.rdbuf())) {}
  ~Printed() { std::cout.rdbuf(before_); }
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::streambuf* before_;
};

class QueryExamples : public ::testing::Test {
 protected:
  QueryExamples() {
    broker->createTopic("orders", 1);
    StreamsConfig config;
    config.application_id = "app";
    config.state_dir = directory.path();
    config.log = logToStandardError(LogLevel::error);
    StreamsBuilder builder;
    static_cast<void>(
        builder.stream<std::string, std::string>("orders").groupByKey().count(Materialized::as("counts")));
    application = std::make_unique<KafkaStreams>(builder.build(), config, broker);
    application->start();
    for (const char* customer : {"Fred", "Wilma", "Fred"}) broker->append("orders", customer, "a widget", fromMillis(1));
    const auto taken = [&] {
      try {
        const auto count = application->timestampedKeyValueStore<std::string, std::int64_t>("counts")->get("Fred");
        return count && count->value == 2;
      } catch (const Error&) {
        return false;  // not here yet
      }
    };
    EXPECT_TRUE(waitUntil(taken)) << application->readiness().reason;
  }

  std::shared_ptr<InMemoryBroker> broker = std::make_shared<InMemoryBroker>();
  TempDir directory;
  std::unique_ptr<KafkaStreams> application;
};

TEST_F(QueryExamples, AsAStore) {
  KafkaStreams& app = *application;
  const Printed printed;
  // doc
  const auto counts = app.timestampedKeyValueStore<std::string, std::int64_t>("counts");
  if (const auto count = counts->get("Fred")) std::cout << count->value << '\n';
  counts->all([](const std::string& key, const auto& count) {
    std::cout << key << ' ' << count.value << '\n';
    return true;  // false ends the walk
  });
  // end
  EXPECT_EQ(printed.text(), "2\nFred 2\nWilma 1\n");
}

TEST_F(QueryExamples, AsAQuery) {
  KafkaStreams& app = *application;
  for (const auto& [offset, expected] : {std::pair{2, "2\n"}, std::pair{3, "0: NOT_UP_TO_BOUND\n"}}) {
    const Position seen = Position{}.withComponent("orders", 0, offset);
    const Printed printed;
    // doc
    using Count = KeyQuery<std::string, std::int64_t>;
    const auto answer = app.query(inStore("counts").withQuery(Count::withKey("Fred")).withPositionBound(seen));
    for (const auto& [partition, result] : answer.partitionResults()) {
      if (result.isFailure()) std::cout << partition << ": " << toString(result.failureReason()) << '\n';
    }
    if (const auto* only = answer.onlyPartitionResult()) std::cout << *only->result() << '\n';
    // end
    EXPECT_EQ(printed.text(), expected);
  }
}

TEST(QueryExamplesOnThePage, StandThereWordForWord) {
  const auto built = docRegions("runtime/doc_examples_test.cpp", "// doc", "// end");
  EXPECT_THAT(docRegions("../docs/queries.md", "```cpp", "```"), ::testing::ElementsAreArray(built));
}

}  // namespace
}  // namespace widgetstream
