#pragma once

#include "tests/dsl/dsl_test.hpp"

// What the tests of windows share: windowed keys as text, records with times.

namespace widgetstream::dsl_test {

using namespace std::chrono_literals;

inline Text flat(const Windowed<Text>& key) { return key.key + "@" + toString(key.window); }

/// Sends a table of windows to "out", its keys as `key@start/end`.
template <class V>
void toOut(const KTable<Windowed<Text>, V>& table) {
  table.toStream([](const Windowed<Text>& key, Nullable<V>) { return flat(key); }).to("out");
}

/// What `draw` makes of the texts on "in", grouped by their key.
inline Topology groupedTexts(const std::function<void(const KGroupedStream<Text, Text>&)>& draw) {
  return texts([&](const Texts& in) { draw(in.groupByKey()); });
}

inline Text none() { return ""; }
inline Text joined(const Text& value, const Text& so_far) { return so_far + value; }
inline Text reduced(const Text& so_far, const Text& value) { return so_far + value; }

}  // namespace widgetstream::dsl_test
