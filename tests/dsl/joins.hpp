#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

// What the tests of joins share: two streams of texts, "left" and "right", and their pairs on "out".

namespace widgetstream::dsl_test {

using Ms = Milliseconds;

inline Text sideOrDash(Nullable<Text> text) {
  return text.value_or("-");
}
inline Text pairOf(const Text& left, const Text& right) {
  return left + right;
}
inline Text leftPairOf(const Text& left, Nullable<Text> right) {
  return left + sideOrDash(right);
}
inline Text outerPairOf(Nullable<Text> left, Nullable<Text> right) {
  return sideOrDash(left) + sideOrDash(right);
}

/// 10 ms either way.
inline JoinWindows tenMillis(std::int64_t grace = 0) {
  return JoinWindows::ofTimeDifferenceAndGrace(Ms{10}, Ms{grace});
}

/// The topology that `join` makes of the two streams.
inline Topology joined(const std::function<Texts(const Texts&, const Texts&)>& join) {
  return drawn([&](StreamsBuilder& builder) {
    const Texts left = builder.stream<Text, Text>("left");
    join(left, builder.stream<Text, Text>("right")).to("out");
  });
}

/// Two streams on their way into a join.
class JoinRun {
 public:
  explicit JoinRun(const Topology& topology, TopologyTestDriverOptions options = {})
      : driver(topology, std::move(options)),
        left(driver.input<Text, Text>("left")),
        right(driver.input<Text, Text>("right")) {}

  /// Everything that was sent since the last call, as `key:value@time`.
  std::vector<Text> sent() {
    std::vector<Text> all;
    for (const auto& record : driver.output<Text, Text>("out").readAllRecords()) {
      all.push_back(record.key.value_or("-") + ":" + record.value.value_or("-") + "@" +
                    std::to_string(toMillis(record.timestamp)));
    }
    return all;
  }
  void l(const std::optional<Text>& key, const std::optional<Text>& value, std::int64_t at) {
    left.pipe(TestRecord<Text, Text>{key, value, fromMillis(at), {}});
  }
  void r(const std::optional<Text>& key, const std::optional<Text>& value, std::int64_t at) {
    right.pipe(TestRecord<Text, Text>{key, value, fromMillis(at), {}});
  }

  TopologyTestDriver driver;
  TestInputTopic<Text, Text> left;
  TestInputTopic<Text, Text> right;
};

}  // namespace widgetstream::dsl_test
