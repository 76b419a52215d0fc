// sinkTo(): offers records to a system outside Kafka, as part of the commit.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

/// What a sink was offered, as text.
using Offers = std::shared_ptr<std::vector<Text>>;

class NotingSink final : public Sink {
 public:
  NotingSink(Offers offers, bool is_table) : offers_(std::move(offers)), is_table_(is_table) {}
  void offer(const AnyRecord& any, const RecordContext& at, std::uint32_t ordinal) override {
    const Record<Text, Text> record{any};
    offers_->push_back((is_table_ ? "row " : "") + (record.key ? *record.key : "null") + "=" +
                       (record.value ? *record.value : "null") + " of " + Text{at.topic()} + "/" +
                       std::to_string(at.offset()) + "#" + std::to_string(ordinal));
  }
  bool ready() override { return true; }
  void beginFlush() override { offers_->push_back("flush"); }
  Flush flushed() override { return Flush::done; }
  void close() noexcept override {}

 private:
  Offers offers_;
  bool is_table_;
};

SinkSupplier<Text, Text> notingSink(const Offers& offers, bool id_from_origin = true) {
  return {[offers](const SinkContext&, bool is_table) { return std::make_unique<NotingSink>(offers, is_table); },
          id_from_origin, "noting widgets"};
}

class SinkTo : public ::testing::Test {
 protected:
  Offers offers = std::make_shared<std::vector<Text>>();
};

TEST_F(SinkTo, OffersEachRecordWithItsOriginAndFlushesWithTheCommit) {
  Pipeline run{texts([&](const Texts& in) { in.sinkTo(notingSink(offers)); })};
  run.in.pipe("a", "1");
  run.in.pipe("b", null);
  EXPECT_THAT(*offers, ElementsAre("a=1 of in/0#0", "flush", "b=null of in/1#0", "flush"));
}

TEST_F(SinkTo, NumbersTheRecordsThatOneInputRecordCauses) {
  Pipeline run{texts([&](const Texts& in) {
    in.flatMapValues([](const Text&) { return std::vector{"x", "y"}; }).sinkTo(notingSink(offers));
  })};
  run.in.pipe("a", "1");
  run.in.pipe("a", "1");
  EXPECT_THAT(*offers,
              ElementsAre("a=x of in/0#0", "a=y of in/0#1", "flush", "a=x of in/1#0", "a=y of in/1#1", "flush"));
}

TEST_F(SinkTo, ATablesRowsAreKnownByTheirKey) {
  Pipeline run{drawn([&](StreamsBuilder& builder) {
    builder.table<Text, Text>("in", Materialized::as("widgets").withCachingDisabled()).sinkTo(notingSink(offers));
  })};
  run.in.pipe("a", "1");
  run.in.pipe("a", null);
  EXPECT_THAT(*offers, ElementsAre("row a=1 of in/0#0", "flush", "row a=null of in/1#0", "flush"));
}

TEST_F(SinkTo, IdsFromTheOriginAreRefusedBehindARepartition) {
  EXPECT_THAT(refusal([&](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in").repartition().sinkTo(notingSink(offers), Named::as("widgets"));
              }),
              AllOf(HasSubstr("sink 'widgets' (noting widgets)"), HasSubstr("follows a repartition topic"),
                    HasSubstr("give the sink an id made from key or value")));
}

TEST_F(SinkTo, IdsOfTheValueAndRowsOfTablesAreAllowedBehindARepartition) {
  Pipeline run{texts([&](const Texts& in) {
    in.repartition(Repartitioned::as("spread")).sinkTo(notingSink(offers, false));
    in.repartition(Repartitioned::as("rows")).toTable().sinkTo(notingSink(offers));
  })};
  run.in.pipe("a", "1");
  EXPECT_THAT(*offers, IsSupersetOf({"a=1 of test-spread-repartition/0#0", "row a=1 of test-rows-repartition/0#0"}));
}

TEST_F(SinkTo, IsNamedLikeASink) {
  EXPECT_THAT(nodeNames(texts([&](const Texts& in) { in.sinkTo(notingSink(offers)); })),
              ElementsAre("KSTREAM-SOURCE-0000000000", "KSTREAM-SINK-0000000001"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
