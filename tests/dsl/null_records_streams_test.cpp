// Records without key or value in the operators on streams: they pass, vanish before a repartition topic, or are
// dropped and counted; never an error, never silence.

#include "tests/dsl/null_records.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;
using Builder = StreamsBuilder;

const std::vector<Text> both{"-:1", "a:-"};

/// Forwards everything.
class PassOn final : public Processor<Text, Text> {
 public:
  using Processor::process;
  void process(const Record<Text, Text>& record) override { context().forward(record); }
};
class PassValueOn final : public FixedKeyProcessor<Text, Text, Text> {
 public:
  using FixedKeyProcessor::process;
  void process(const FixedKeyRecord<Text, Text>& record) override { context().forward(record); }
};

bool always(Nullable<Text>, Nullable<Text>) {
  return true;
}

std::vector<NullCase> cases() {
  return {
      {"filter", [](Builder&, const Texts& in) { in.filter(always).to("out"); }, both},
      {"filterNot",
       [](Builder&, const Texts& in) { in.filterNot([](Nullable<Text>, Nullable<Text>) { return false; }).to("out"); },
       both},
      {"map",
       [](Builder&, const Texts& in) {
         in.map([](Nullable<Text> key, Nullable<Text> value) { return std::pair{same(key), same(value)}; }).to("out");
       },
       both},
      {"mapValues", [](Builder&, const Texts& in) { in.mapValues(orDash).to("out"); }, both},
      {"flatMap",
       [](Builder&, const Texts& in) {
         in.flatMap([](Nullable<Text> key, Nullable<Text> value) {
             return std::vector{std::pair{same(key), same(value)}, std::pair{same(value), same(key)}};
           }).to("out");
       },
       {"-:1", "1:-", "a:-", "-:a"}},
      {"flatMapValues",
       [](Builder&, const Texts& in) {
         in.flatMapValues([](Nullable<Text> value) { return std::vector{same(value), same(value)}; }).to("out");
       },
       {"-:1", "-:1", "a:-", "a:-"}},
      {"selectKey",
       [](Builder&, const Texts& in) { in.selectKey([](Nullable<Text> value) { return same(value); }).to("out"); },
       {"1:1", "-:-"}},
      {"peek", [](Builder&, const Texts& in) { in.peek([](Nullable<Text>, Nullable<Text>) {}).to("out"); }, both},
      {"foreach", [](Builder&, const Texts& in) { in.foreach ([](Nullable<Text>, Nullable<Text>) {}); }, {}},
      {"print", [](Builder&, const Texts& in) { in.print(Printed::toSysOut().withLabel("a test prints nulls")); }, {}},
      {"merge", [](Builder& builder, const Texts& in) { in.merge(builder.stream<Text, Text>("more")).to("out"); },
       both},
      {"split",
       [](Builder&, const Texts& in) {
         in.split().branch(always, Branched::withConsumer([](const Texts& all) { all.to("out"); })).noDefaultBranch();
       },
       both},
      {"repartition", [](Builder&, const Texts& in) { in.repartition().to("out"); }, {"a:-"}},
      {"toTable", [](Builder&, const Texts& in) { in.toTable().toStream().to("out"); }, {"a:-"}, 1},
      {"process", [](Builder&, const Texts& in) { in.process([] { return std::make_unique<PassOn>(); }).to("out"); },
       both},
      {"processValues",
       [](Builder&, const Texts& in) { in.processValues([] { return std::make_unique<PassValueOn>(); }).to("out"); },
       both},
      {"to", [](Builder&, const Texts& in) { in.to("out"); }, both},
      {"to_dynamic", [](Builder&, const Texts& in) { in.to([](Nullable<Text>) { return "out"; }); }, both},
  };
}

class NullRecordsInStreams : public TestWithParam<NullCase> {};

TEST_P(NullRecordsInStreams, ComeOutAsInJava) {
  expectOf(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Operators, NullRecordsInStreams, ValuesIn(cases()), nameOfNullCase);

}  // namespace
}  // namespace widgetstream::dsl_test
