// What becomes of records that go wrong: handlers, counts, dead letters.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/task/retry_requested.hpp"
#include "tests/runtime/task_bench.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Numbers as text; anything else cannot be decoded.
struct NumberSerde {
  void encode(const int& value, Bytes& out) const {
    if (value == 13) throw std::runtime_error{"thirteen cannot be written"};
    out += std::to_string(value);
  }
  int decode(BytesView bytes) const { return std::stoi(std::string{bytes}); }
};

Topology numbers() {
  Topology topology;
  SourceOptions<Text, int> source;
  source.value_serde = NumberSerde{};
  SinkOptions<Text, int> sink;
  sink.value_serde = NumberSerde{};
  topology.addSource<Text, int>("in", {"in"}, source).addSink<Text, int>("out", "out", {"in"}, sink);
  return topology;
}

Topology throwing(std::function<void()> what) {
  return passing([what = std::move(what)](TextContext& context, const TextRecord& record) {
    if (*record.value == "bad") what();
    context.forward(record);
  });
}

void giveThree(TaskBench& bench, const Text& second = "bad") {
  bench.give({0, "k", "1", 10, {}});
  bench.give({1, "k", second, 11, {{"trace", "7"}}});
  bench.give({2, "k", "3", 12, {}});
}

template <class Act>
std::string failureOf(Act act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::fatal);
    return error.what();
  }
  return "nothing failed";
}

std::string headerOf(const BrokerRecord& record, const char* key) {
  const NullableBytesView value = lastHeader(record.headers, key);
  return value ? std::string{*value} : "none";
}

TEST(UndecodableRecords, FailTheTaskByDefaultAndSayWhere) {
  TaskBench bench{numbers()};
  bench.start();
  giveThree(bench);
  EXPECT_THAT(failureOf([&] { bench.processAll(); }),
              AllOf(HasSubstr("deserialization of a record failed in task 0_0 at node 'in', record in-0 offset 1"),
                    HasSubstr("stoi")));
}

TEST(UndecodableRecords, AreSkippedAndCountedAndMoveTheOffset) {
  TaskBench bench{numbers()};
  bench.environment.deserialization_handler = logAndContinue();
  Task& task = bench.start();
  giveThree(bench);
  bench.give({3, "k", "bad too", 13, {}});
  bench.processAll();
  EXPECT_EQ(bench.commit().at({"in", 0}).offset, 4);
  EXPECT_THAT(bench.written("out"), ElementsAre("k=1@10", "k=3@12"));
  EXPECT_EQ(task.droppedRecords(), 2U);
  EXPECT_EQ(bench.metrics.total("kafka_streams_stream_task_metrics_dropped_records_total"), 2U);
}

// A schema registry that is away says nothing about the record: to skip it would lose it.
TEST(UndecodableRecords, AreNotSkippedWhenTheInstanceIsToBlame) {
  struct AwaySerde {
    void encode(const int&, Bytes&) const {}
    int decode(BytesView bytes) const {
      throw Error{bytes == "retry" ? ErrorKind::retriable : ErrorKind::fatal, "the registry is away"};
    }
  };
  for (const char* value : {"retry", "refused"}) {
    Topology topology;
    SourceOptions<Text, int> source;
    source.value_serde = AwaySerde{};
    topology.addSource<Text, int>("in", {"in"}, source).addSink<Text, int>("out", "out", {"in"});
    TaskBench bench{std::move(topology)};
    bench.environment.deserialization_handler = logAndContinue();
    Task& task = bench.start();
    bench.give({0, "k", value, 10, {}});
    EXPECT_THROW(bench.processAll(), Error);
    EXPECT_EQ(task.droppedRecords(), 0U);
  }
}

TEST(UndecodableRecords, MoveTheOffsetAlsoWhenNothingElseCame) {
  TaskBench bench{numbers()};
  bench.environment.deserialization_handler = logAndContinue();
  Task& task = bench.start();
  bench.give({0, "k", "bad", 1, {}});
  EXPECT_EQ(bench.processAll(), 0U);
  EXPECT_TRUE(task.commitNeeded());
  EXPECT_EQ(bench.commit().at({"in", 0}).offset, 1);
}

TEST(UndecodableRecords, GoToTheDeadLettersWithTheirBytesAndJavasHeaders) {
  TaskBench bench{numbers()};
  bench.environment.deserialization_handler = sendToDeadLetters();
  bench.start();
  giveThree(bench);
  bench.processAll();
  bench.commit();
  const auto letters = bench.broker.records("dlq");
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(TaskBench::line(letters[0]), "k=bad@11");
  EXPECT_EQ(headerOf(letters[0], "trace"), "7");
  EXPECT_EQ(headerOf(letters[0], dead_letter_header::exception), "std::invalid_argument");
  EXPECT_EQ(headerOf(letters[0], dead_letter_header::message), "stoi");
  EXPECT_EQ(headerOf(letters[0], dead_letter_header::topic), "in");
  EXPECT_EQ(headerOf(letters[0], dead_letter_header::partition), "0");
  EXPECT_EQ(headerOf(letters[0], dead_letter_header::offset), "1");
  EXPECT_EQ(headerOf(letters[0], dead_letter_header::node), "in");
  EXPECT_THAT(headerOf(letters[0], dead_letter_header::stacktrace), HasSubstr("at node in"));
  EXPECT_EQ(headerOf(letters[0], dead_letter_header::original_value_bytes), "none") << "it is whole";
}

TEST(DeadLetters, NeedATopic) {
  TaskBench bench{numbers()};
  bench.environment.deserialization_handler = sendToDeadLetters();
  bench.environment.dead_letter_topic.clear();
  bench.start();
  giveThree(bench);
  try {
    bench.processAll();
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("errors.dead.letter.queue.topic.name"));
  }
}

TEST(DeadLetters, AreCutToFitAndTellTheirSize) {
  TaskBench bench{numbers()};
  bench.environment.deserialization_handler = sendToDeadLetters();
  bench.start();
  bench.give({0, "key", Bytes(40'000, 'x'), 1, {}});
  bench.broker.failNextSends(2, ErrorKind::bad_record, "too large", "dlq");
  bench.processAll();
  bench.commit();
  const auto letters = bench.broker.records("dlq");
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].value->size(), 10'000U);
  EXPECT_EQ(letters[0].key, "key");
  EXPECT_EQ(headerOf(letters[0], dead_letter_header::original_value_bytes), "40000");
  EXPECT_EQ(headerOf(letters[0], dead_letter_header::original_key_bytes), "3");
}

TEST(DeadLetters, ThatAreRefusedEvenWhenEmptyFailTheTask) {
  TaskBench bench{numbers()};
  bench.environment.deserialization_handler = sendToDeadLetters();
  bench.start();
  bench.give({0, "key", "not a number", 1, {}});
  bench.broker.failNextSends(100, ErrorKind::bad_record, "too large", "dlq");
  bench.processAll();
  EXPECT_THAT(failureOf([&] { bench.commit(); }), HasSubstr("max.message.bytes"));
}

TEST(ThrowingProcessors, FailTheTaskByDefaultWithNodeAndRecord) {
  TaskBench bench{throwing([] { throw std::runtime_error{"no such widget"}; })};
  bench.start();
  giveThree(bench);
  EXPECT_THAT(failureOf([&] { bench.processAll(); }),
              AllOf(HasSubstr("at node 'work', record in-0 offset 1"), HasSubstr("no such widget")));
  EXPECT_EQ(bench.task().committable().at({"in", 0}).offset, 1) << "the record comes again";
}

TEST(ThrowingProcessors, AreSkippedOverAndCounted) {
  TaskBench bench{throwing([] { throw 42; })};
  bench.environment.processing_handler = logAndContinue();
  Task& task = bench.start();
  giveThree(bench);
  bench.processAll();
  bench.commit();
  EXPECT_THAT(bench.written("out"), ElementsAre("k=1@10", "k=3@12"));
  EXPECT_EQ(task.droppedRecords(), 1U);
}

TEST(ThrowingProcessors, SendTheInputRecordToTheDeadLetters) {
  TaskBench bench{throwing([] { throw std::runtime_error{"no such widget"}; })};
  bench.environment.processing_handler = sendToDeadLetters();
  bench.start();
  giveThree(bench);
  bench.processAll();
  bench.commit();
  EXPECT_THAT(bench.written("dlq"), ElementsAre("k=bad@11"));
  EXPECT_EQ(headerOf(bench.broker.records("dlq")[0], dead_letter_header::node), "work");
}

TEST(ThrowingProcessors, AreAskedAboutWithEverythingThatIsKnown) {
  TaskBench bench{throwing([] { throw std::runtime_error{"no such widget"}; })};
  std::string heard;
  bench.environment.processing_handler = [&](const ErrorContext& where, std::exception_ptr, std::string_view message) {
    heard = toString(where.task) + " " + std::string{where.node} + " " + toString(where.record.origin()) + " " +
            std::string{*where.raw_key} + "=" + std::string{*where.raw_value} + " " + std::string{message};
    return ErrorAction::skip;
  };
  bench.start();
  giveThree(bench);
  bench.processAll();
  EXPECT_EQ(heard, "0_0 work in-0-1 k=bad no such widget");
}

TEST(ThrowingProcessors, ErrorsOfTheLibraryPassThemBy) {
  TaskBench bench{throwing([] { throw Error{ErrorKind::retriable, "the disk is full"}; })};
  bench.environment.processing_handler = logAndContinue();
  bench.start();
  giveThree(bench);
  try {
    bench.processAll();
    FAIL() << "an infrastructure error was taken for a bad record";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::retriable);
    EXPECT_STREQ(error.what(), "the disk is full");
  }
}

TEST(ThrowingProcessors, BadRecordsOfTheLibraryAreTheHandlersToo) {
  TaskBench bench{throwing([] { throw Error{ErrorKind::bad_record, "a null where none may be"}; })};
  bench.environment.processing_handler = logAndContinue();
  bench.start();
  giveThree(bench);
  EXPECT_EQ(bench.processAll(), 3U);
}

TEST(ThrowingProcessors, AHandlerThatThrowsFailsTheTask) {
  TaskBench bench{throwing([] { throw std::runtime_error{"first"}; })};
  bench.environment.processing_handler = [](const ErrorContext&, std::exception_ptr, std::string_view) -> ErrorAction {
    throw std::runtime_error{"second"};
  };
  bench.start();
  giveThree(bench);
  EXPECT_THAT(failureOf([&] { bench.processAll(); }), AllOf(HasSubstr("first"), HasSubstr("second")));
}

TEST(UnwritableRecords, AreForTheProductionHandler) {
  TaskBench bench{numbers()};
  bench.environment.production_handler = logAndContinue();
  Task& task = bench.start();
  giveThree(bench, "13");
  bench.processAll();
  bench.commit();
  EXPECT_THAT(bench.written("out"), ElementsAre("k=1@10", "k=3@12"));
  EXPECT_EQ(task.droppedRecords(), 1U);
}

TEST(UnwritableRecords, SayWhetherKeyOrValueCouldNotBeEncoded) {
  TaskBench bench{numbers()};
  std::vector<ErrorStage> stages;
  bench.environment.production_handler = [&](const ErrorContext& where, std::exception_ptr, std::string_view) {
    stages.push_back(where.stage);
    return ErrorAction::skip;
  };
  bench.start();
  giveThree(bench, "13");
  bench.processAll();
  EXPECT_THAT(stages, ElementsAre(ErrorStage::value_serialization));
}

TEST(UndecodableRecords, SayWhetherKeyOrValueCouldNotBeDecoded) {
  TaskBench bench{numbers()};
  std::vector<ErrorStage> stages;
  bench.environment.deserialization_handler = [&](const ErrorContext& where, std::exception_ptr, std::string_view) {
    stages.push_back(where.stage);
    return ErrorAction::skip;
  };
  bench.start();
  giveThree(bench, "not a number");
  bench.processAll();
  EXPECT_THAT(stages, ElementsAre(ErrorStage::value_deserialization));
}

TEST(ThrowingProcessors, MayBeTriedAgain) {
  TaskBench bench{throwing([] { throw std::runtime_error{"the service is away"}; })};
  bench.environment.processing_handler = retryUpTo(5);
  Task& task = bench.start();
  giveThree(bench);
  EXPECT_THROW(bench.processAll(), RetryRequested);
  EXPECT_EQ(bench.task().committable().at({"in", 0}).offset, 1);
  task.setAttempts(5);
  try {
    bench.processAll();
    FAIL() << "tried for ever";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::fatal);
  }
}

TEST(ThrowingProcessors, FailWithADeadLetterWhereThereIsATopicForIt) {
  TaskBench bench{throwing([] { throw std::runtime_error{"no such widget"}; })};
  bench.environment.processing_handler = logAndFail();
  bench.start();
  giveThree(bench);
  EXPECT_THAT(failureOf([&] { bench.processAll(); }), HasSubstr("no such widget"));
  EXPECT_THAT(bench.written("dlq"), ElementsAre("k=bad@11"));
}

TEST(UndeliveredRecords, ThatMayPassAreTriedAgainByDefault) {
  TaskBench bench{passing()};
  bench.environment.production_handler = retryOrFail();
  bench.start();
  bench.broker.failNextSends(1, ErrorKind::retriable, "timed out", "out");
  giveThree(bench);
  bench.processAll();
  EXPECT_THROW(bench.commit(), RetryRequested);
}

TEST(UndeliveredRecords, ThatNobodyWouldTakeAreNotTriedAgainForEver) {
  TaskBench bench{passing()};
  bench.environment.production_handler = retryUpTo(1'000);
  bench.start();
  bench.broker.failNextSends(1, ErrorKind::bad_record, "too large for the topic", "out");
  giveThree(bench);
  bench.processAll();
  EXPECT_THAT(failureOf([&] { bench.commit(); }), HasSubstr("too large for the topic"));
}

TEST(UndeliveredRecords, FailTheCommit) {
  TaskBench bench{passing()};
  bench.start();
  bench.broker.failNextSends(1, ErrorKind::fatal, "not authorized", "out");
  giveThree(bench);
  bench.processAll();
  EXPECT_THAT(failureOf([&] { bench.commit(); }), AllOf(HasSubstr("topic 'out'"), HasSubstr("not authorized")));
}

TEST(UndeliveredRecords, ThatNobodyWouldTakeAreForTheProductionHandler) {
  TaskBench bench{passing()};
  bench.environment.production_handler = sendToDeadLetters();
  bench.start();
  bench.broker.failNextSends(1, ErrorKind::bad_record, "too large for the topic", "out");
  giveThree(bench);
  bench.processAll();
  bench.commit();
  EXPECT_THAT(bench.written("out"), ElementsAre("k=bad@11", "k=3@12"));
  EXPECT_THAT(bench.written("dlq"), ElementsAre("k=1@10"));
}

}  // namespace
}  // namespace widgetstream
