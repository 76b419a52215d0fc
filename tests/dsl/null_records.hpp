#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/dsl/dsl_test.hpp"

// What the tests of records with null share: one without a key and one without a value go into "in", one operator, and
// what comes out of "out" as `key:value`.

namespace widgetstream::dsl_test {

struct NullCase {
  std::string name;
  std::function<void(StreamsBuilder&, const Texts& in)> draw;
  std::vector<Text> sent;
  std::uint64_t dropped = 0;
};
inline void PrintTo(const NullCase& of, std::ostream* out) {
  *out << of.name;
}
inline std::string nameOfNullCase(const ::testing::TestParamInfo<NullCase>& info) {
  return info.param.name;
}

/// The key "-" and the value "-" stand for null.
inline void expectOf(const NullCase& of) {
  Watched watched;
  watched.options.cache_max_bytes = 0;
  Pipeline run{drawn([&](StreamsBuilder& builder) { of.draw(builder, builder.stream<Text, Text>("in")); }),
               watched.options};
  run.in.pipe(null, "1", fromMillis(1));
  run.in.pipe("a", null, fromMillis(2));
  std::vector<Text> sent;
  for (const auto& [key, value] : run.sent()) sent.push_back(key.value_or("-") + ":" + value.value_or("-"));
  EXPECT_EQ(sent, of.sent);
  EXPECT_EQ(run.driver.droppedRecords(), of.dropped);
  EXPECT_TRUE(watched.errors->empty()) << watched.errors->front();
}

inline Text orDash(Nullable<Text> text) {
  return text.value_or("-");
}
inline std::optional<Text> same(Nullable<Text> text) {
  return text ? std::optional<Text>{*text} : std::nullopt;
}
/// Sends counts as text.
template <class K>
void countsToOut(const KTable<K, Long>& counts) {
  counts.toStream()
      .map([](Nullable<K>, Nullable<Long> count) {
        return std::pair{"count", count ? std::to_string(*count) : "-"};
      })
      .to("out");
}

}  // namespace widgetstream::dsl_test
