// Records without key or value in joins: an inner join drops both, an outer one keeps what has no key and sends it
// alone.

#include "tests/dsl/joins.hpp"
#include "tests/dsl/null_records.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;
using Builder = StreamsBuilder;

std::optional<Text> ownKey(Nullable<Text> key, Nullable<Text>) {
  return same(key);
}
Text lookedAt(const Text& value) {
  return value;
}

std::vector<NullCase> cases() {
  const std::vector<Text> alone{"-:1-"};
  return {
      {"streams_join",
       [](Builder& b, const Texts& in) { in.join(b.stream<Text, Text>("r"), pairOf, tenMillis()).to("out"); },
       {},
       2},
      {"streams_leftJoin",
       [](Builder& b, const Texts& in) { in.leftJoin(b.stream<Text, Text>("r"), leftPairOf, tenMillis()).to("out"); },
       alone, 1},
      {"streams_leftJoin_on_the_right",
       [](Builder& b, const Texts& in) { b.stream<Text, Text>("l").leftJoin(in, leftPairOf, tenMillis()).to("out"); },
       {},
       2},
      {"streams_outerJoin",
       [](Builder& b, const Texts& in) { in.outerJoin(b.stream<Text, Text>("r"), outerPairOf, tenMillis()).to("out"); },
       alone, 1},
      {"streams_outerJoin_on_the_right",
       [](Builder& b, const Texts& in) { b.stream<Text, Text>("l").outerJoin(in, outerPairOf, tenMillis()).to("out"); },
       {"-:-1"},
       1},
      {"self_join", [](Builder&, const Texts& in) { in.join(in, pairOf, tenMillis()).to("out"); }, {}, 4},
      {"table_join", [](Builder& b, const Texts& in) { in.join(b.table<Text, Text>("t"), pairOf).to("out"); }, {}, 2},
      {"table_leftJoin",
       [](Builder& b, const Texts& in) { in.leftJoin(b.table<Text, Text>("t"), leftPairOf).to("out"); }, alone, 1},
      // A repartition topic before a left join keeps what has no key; the record without a value gets none.
      {"table_leftJoin_repartitioned",
       [](Builder& b, const Texts& in) {
         in.selectKey(ownKey).leftJoin(b.table<Text, Text>("t"), leftPairOf).to("out");
       },
       alone, 1},
      {"table_join_repartitioned",
       [](Builder& b, const Texts& in) { in.selectKey(ownKey).join(b.table<Text, Text>("t"), pairOf).to("out"); },
       {},
       1},
      {"global_join",
       [](Builder& b, const Texts& in) { in.join(b.globalTable<Text, Text>("g"), ownKey, pairOf).to("out"); },
       {},
       2},
      {"global_leftJoin",
       [](Builder& b, const Texts& in) { in.leftJoin(b.globalTable<Text, Text>("g"), ownKey, leftPairOf).to("out"); },
       alone, 1},
      {"tables_join",
       [](Builder& b, const Texts& in) { in.toTable().join(b.table<Text, Text>("t"), pairOf).toStream().to("out"); },
       {},
       1},
      {"tables_leftJoin",
       [](Builder& b, const Texts& in) {
         in.toTable().leftJoin(b.table<Text, Text>("t"), leftPairOf).toStream().to("out");
       },
       {},
       1},
      {"tables_outerJoin",
       [](Builder& b, const Texts& in) {
         in.toTable().outerJoin(b.table<Text, Text>("t"), outerPairOf).toStream().to("out");
       },
       {},
       1},
      {"foreign_key_join",
       [](Builder& b, const Texts& in) {
         in.toTable().join(b.table<Text, Text>("t"), lookedAt, pairOf).toStream().to("out");
       },
       {},
       1},
      {"foreign_key_leftJoin",
       [](Builder& b, const Texts& in) {
         in.toTable().leftJoin(b.table<Text, Text>("t"), lookedAt, leftPairOf).toStream().to("out");
       },
       {},
       1},
  };
}

class NullRecordsInJoins : public TestWithParam<NullCase> {};

TEST_P(NullRecordsInJoins, AreDroppedAndCountedOrSentAlone) {
  expectOf(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Operators, NullRecordsInJoins, ValuesIn(cases()), nameOfNullCase);

}  // namespace
}  // namespace widgetstream::dsl_test
