// Tables whose bytes Java wrote: changelogs, groups' topics, foreign-key joins.

#include "tests/golden/byte_runs.hpp"

namespace widgetstream::golden {
namespace {

Text firstLetter(const Text& v) {
  return v.substr(0, 1);
}

}  // namespace

void addTableBytes(ByteRuns& to) {
  to["table"] = {drawn([](StreamsBuilder& b) { b.table<Text, Text>("in", Materialized::as("st")).toStream().to("out"); }),
                 {{"in", "k", "v1", 1000, "h1"}, {"in", "k", std::nullopt, 900}}};
  to["versioned"] = {drawn([](StreamsBuilder& b) {
                       b.table<Text, Text>("in", Materialized::as(persistentVersionedKeyValueStore(
                                                     "vt", Milliseconds{600'000})))
                           .toStream()
                           .to("out");
                     }),
                     {{"in", "k", "v1", 1000, "h1"},
                      {"in", "k", "v2", 2000},
                      {"in", "k", "v15", 1500},
                      {"in", "k", std::nullopt, 3000},
                      {"in", "k", "v4", 700'000}}};
  to["tgroup"] = {drawn([](StreamsBuilder& b) {
                    b.table<Text, Text>("in", Materialized::as("src"))
                        .groupBy([](const Text& v) { return std::pair{firstLetter(v), v}; })
                        .count(Materialized::as("st"))
                        .toStream()
                        .to("out");
                  }),
                  {{"in", "k", "a1", 1000, "h1"},
                   {"in", "k", "a2", 1100},
                   {"in", "k", "b3", 1200},
                   {"in", "k", std::nullopt, 1300}}};
  to["fk"] = {drawn([](StreamsBuilder& b) {
                const auto left = b.table<Text, Text>("l", Materialized::as("ls"));
                left.join(b.table<Text, Text>("r", Materialized::as("rs")), firstLetter,
                          [](const Text& x, const Text& y) { return x + "/" + y; }, TableJoined::as("FK"),
                          Materialized::as("fks"))
                    .toStream()
                    .to("out");
              }),
              {{"r", "a", "RA", 500},
               {"l", "k", "a1", 1000, "h1"},
               {"l", "k", "b1", 1100},
               {"r", "b", "RB", 1200, "hr"},
               {"l", "k", std::nullopt, 1300}}};
  to["fkleft"] = {drawn([](StreamsBuilder& b) {
                    const auto left = b.table<Text, Text>("l", Materialized::as("ls"));
                    left.leftJoin(b.table<Text, Text>("r", Materialized::as("rs")), firstLetter,
                                  [](const Text& x, Nullable<Text> y) { return x + "/" + y.value_or("null"); },
                                  TableJoined::as("FK"), Materialized::as("fks"))
                        .toStream()
                        .to("out");
                  }),
                  {{"l", "k", "a1", 1000, "h1"}, {"l", "k", std::nullopt, 1300}}};
}

}  // namespace widgetstream::golden
