// Windowed aggregates against small obvious models, on random records: late ones, equal times, null keys and values.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "tests/dsl/told_rows.hpp"
#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

struct Input {
  std::optional<Text> key;
  std::optional<Text> value;
  std::int64_t at = 0;
};

/// Times wander forward and often back a little, and now and then stand still.
std::vector<Input> randomInputs(unsigned seed, std::size_t count, bool with_nulls, bool forward_only = false) {
  std::mt19937 random{seed};
  const auto below = [&](unsigned bound) { return static_cast<std::int64_t>(random() % bound); };
  std::vector<Input> inputs;
  std::int64_t now = below(30);
  for (std::size_t i = 0; i < count; ++i) {
    now += below(4) == 0 ? 0 : below(9);
    const std::int64_t back = forward_only || below(3) != 0 ? 0 : below(40);
    Input input{Text{"abc"[below(3)]}, std::to_string(i), std::max<std::int64_t>(0, now - back)};
    if (with_nulls && below(15) == 0) input.key.reset();
    if (with_nulls && below(10) == 0) input.value.reset();
    inputs.push_back(std::move(input));
  }
  return inputs;
}

Text withNull(Nullable<Text> value, const Text& so_far) { return so_far + value.value_or("-") + ","; }
Text merged(const Text& one, const Text& other) { return one + other; }

void pipe(Pipeline& run, const Input& input) {
  const Timestamp at = fromMillis(input.at);
  if (!input.key) return run.in.pipe(null, input.value.value_or(""), at);
  if (!input.value) return run.in.pipe(*input.key, null, at);
  run.in.pipe(*input.key, *input.value, at);
}

std::vector<Told> toldOf(const Topology& topology, const std::vector<Input>& inputs, bool cached,
                         std::uint64_t* dropped = nullptr, std::size_t crash_after = SIZE_MAX) {
  Pipeline run{topology, cached ? TopologyTestDriverOptions{} : noCache()};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (i == crash_after) run.driver.crashAndRestart();
    pipe(run, inputs[i]);
  }
  if (dropped) *dropped = run.driver.droppedRecords();
  return told(run);
}

Text name(const Text& key, std::int64_t start, std::int64_t end) {
  return key + "@" + std::to_string(start) + "/" + std::to_string(end);
}

// --- tumbling and hopping

struct Hops {
  std::int64_t size;
  std::int64_t advance;
  std::int64_t grace;
};

TimeWindows windowsOf(const Hops& hops) {
  return TimeWindows::ofSizeAndGrace(Milliseconds{hops.size}, Milliseconds{hops.grace})
      .advanceBy(Milliseconds{hops.advance});
}

struct HoppingModel {
  Hops hops;
  std::map<std::pair<std::int64_t, Text>, std::pair<Text, std::int64_t>> rows;  // by start and key
  std::int64_t newest = -1;
  std::int64_t closed = -1;
  std::uint64_t dropped = 0;
  std::vector<Told> updates;
  std::vector<Told> closings;

  void add(const Input& input) {
    if (!input.key) {
      ++dropped;
      return;
    }
    newest = std::max(newest, input.at);
    for (std::int64_t start = 0; start <= input.at; start += hops.advance) {
      if (start + hops.size <= input.at) continue;
      if (start + hops.size <= newest - hops.grace) {
        ++dropped;
        continue;
      }
      auto& [value, at] = rows.try_emplace({start, *input.key}, Text{}, -1).first->second;
      value += input.value.value_or("-") + ",";
      at = std::max(at, input.at);
      updates.emplace_back(name(*input.key, start, start + hops.size), value, at);
    }
    for (const auto& [place, row] : rows) {
      const std::int64_t end = place.first + hops.size;
      if (end <= newest - hops.grace && end > closed) {
        closings.emplace_back(name(place.second, place.first, end), row.first, row.second);
      }
    }
    closed = std::max(closed, newest - hops.grace);
  }
};

Topology hopping(const Hops& hops, EmitStrategy emit = EmitStrategy::onWindowUpdate()) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(windowsOf(hops)).emitStrategy(emit).aggregate(none, withNull));
  });
}

class HoppingWindowsLikeTheModel : public TestWithParam<unsigned> {
 protected:
  const std::vector<Hops> shapes{{10, 10, 0}, {10, 10, 25}, {12, 5, 7}, {9, 2, 0}};
};

TEST_P(HoppingWindowsLikeTheModel, RecordByRecordWithoutACache) {
  for (const Hops& hops : shapes) {
    HoppingModel model{hops};
    const auto inputs = randomInputs(GetParam(), 120, true);
    for (const Input& input : inputs) model.add(input);
    std::uint64_t dropped = 0;
    EXPECT_EQ(toldOf(hopping(hops), inputs, false, &dropped), model.updates);
    EXPECT_EQ(dropped, model.dropped);
  }
}

TEST_P(HoppingWindowsLikeTheModel, AfterCompactionWithACache) {
  for (const Hops& hops : shapes) {
    HoppingModel model{hops};
    const auto inputs = randomInputs(GetParam(), 120, true);
    for (const Input& input : inputs) model.add(input);
    EXPECT_EQ(compacted(toldOf(hopping(hops), inputs, true)), compacted(model.updates));
  }
}

TEST_P(HoppingWindowsLikeTheModel, OnWindowClose) {
  for (const Hops& hops : shapes) {
    HoppingModel model{hops};
    const auto inputs = randomInputs(GetParam(), 120, true);
    for (const Input& input : inputs) model.add(input);
    EXPECT_EQ(toldOf(hopping(hops, EmitStrategy::onWindowClose()), inputs, true), model.closings);
  }
}

TEST_P(HoppingWindowsLikeTheModel, AfterACrashInTheMiddle) {
  // Times that only grow: what is late is forgotten with the task, as in Java.
  const auto inputs = randomInputs(GetParam(), 120, true, true);
  for (const Hops& hops : shapes) {
    HoppingModel model{hops};
    for (const Input& input : inputs) model.add(input);
    EXPECT_EQ(toldOf(hopping(hops), inputs, false, nullptr, 60), model.updates);
    EXPECT_EQ(toldOf(hopping(hops, EmitStrategy::onWindowClose()), inputs, true, nullptr, 60), model.closings);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, HoppingWindowsLikeTheModel, Range(0U, 8U));

// --- sessions

struct SessionModel {
  std::int64_t gap;
  std::int64_t grace;
  struct Session {
    std::int64_t start;
    std::int64_t end;
    Text value;
  };
  std::map<Text, std::vector<Session>> sessions;
  std::int64_t newest = -1;
  std::uint64_t dropped = 0;
  std::vector<Told> updates;

  void add(const Input& input) {
    if (!input.key) {
      ++dropped;
      return;
    }
    newest = std::max(newest, input.at);
    auto& all = sessions[*input.key];
    Session made{input.at, input.at, {}};
    std::vector<Session> near;
    std::vector<Session> others;
    for (const Session& session : all) {
      const bool joins = session.end >= input.at - gap && session.start <= input.at + gap;
      (joins ? near : others).push_back(session);
    }
    for (const Session& session : near) {
      made.start = std::min(made.start, session.start);
      made.end = std::max(made.end, session.end);
      made.value += session.value;
    }
    if (made.end < newest - grace - gap) {
      ++dropped;
      return;
    }
    const bool same_point = made.start == made.end;
    for (const Session& session : near) {
      if (!same_point) updates.emplace_back(name(*input.key, session.start, session.end), std::nullopt, session.end);
    }
    made.value += input.value.value_or("-") + ",";
    updates.emplace_back(name(*input.key, made.start, made.end), made.value, made.end);
    others.push_back(made);
    std::sort(others.begin(), others.end(), [](const Session& one, const Session& other) { return one.end < other.end; });
    all = others;
  }
};

/// Kept longer than needed: the model knows nothing of retention.
Topology sessions(std::int64_t gap, std::int64_t grace) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(SessionWindows::ofInactivityGapAndGrace(Milliseconds{gap}, Milliseconds{grace}))
              .aggregate(none, withNull, merged, Materialized::as("all").withRetention(1h)));
  });
}

class SessionWindowsLikeTheModel : public TestWithParam<unsigned> {
 protected:
  const std::vector<std::pair<std::int64_t, std::int64_t>> shapes{{3, 0}, {3, 20}, {8, 4}, {0, 10}};
};

TEST_P(SessionWindowsLikeTheModel, RecordByRecordWithoutACache) {
  for (const auto& [gap, grace] : shapes) {
    SessionModel model{gap, grace};
    const auto inputs = randomInputs(GetParam(), 150, true);
    for (const Input& input : inputs) model.add(input);
    std::uint64_t dropped = 0;
    EXPECT_EQ(toldOf(sessions(gap, grace), inputs, false, &dropped), model.updates);
    EXPECT_EQ(dropped, model.dropped);
  }
}

TEST_P(SessionWindowsLikeTheModel, AfterCompactionWithACache) {
  for (const auto& [gap, grace] : shapes) {
    SessionModel model{gap, grace};
    const auto inputs = randomInputs(GetParam(), 150, true);
    for (const Input& input : inputs) model.add(input);
    EXPECT_EQ(compacted(toldOf(sessions(gap, grace), inputs, true)), compacted(model.updates));
  }
}

TEST_P(SessionWindowsLikeTheModel, AfterACrashInTheMiddle) {
  const auto inputs = randomInputs(GetParam(), 150, true);
  SessionModel model{5, 1'000'000};
  for (const Input& input : inputs) model.add(input);
  EXPECT_EQ(toldOf(sessions(5, 1'000'000), inputs, false, nullptr, 70), model.updates);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SessionWindowsLikeTheModel, Range(0U, 8U));

// --- sliding windows

/// Every window that should be there, and what it should hold, straight from the definition: records in order of
/// arrival. Nothing is late.
Rows slidingRows(std::int64_t difference, const std::vector<Input>& inputs) {
  std::map<Text, std::vector<Input>> by_key;
  for (const Input& input : inputs) {
    if (input.key && input.value) by_key[*input.key].push_back(input);
  }
  Rows rows;
  for (const auto& [key, records] : by_key) {
    const auto hold = [&, &name_of = key, &all = records](std::int64_t start) {
      Text value;
      std::int64_t newest = -1;
      for (const Input& input : all) {
        if (input.at < start || input.at > start + difference) continue;
        value += *input.value + ",";
        newest = std::max(newest, input.at);
      }
      if (newest >= 0) rows[name(name_of, start, start + difference)] = {value, newest};
    };
    for (const Input& input : records) {
      hold(std::max<std::int64_t>(0, input.at - difference));
      hold(input.at + 1);
    }
  }
  return rows;
}

Topology sliding(std::int64_t difference, std::int64_t grace) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(SlidingWindows::ofTimeDifferenceAndGrace(Milliseconds{difference}, Milliseconds{grace}))
              .aggregate(none, withNull));
  });
}

class SlidingWindowsLikeTheModel : public TestWithParam<unsigned> {};

TEST_P(SlidingWindowsLikeTheModel, WhicheverOrderRecordsComeIn) {
  for (const std::int64_t difference : {1, 5, 17, 60}) {
    const auto inputs = randomInputs(GetParam(), 100, true);
    const Rows rows = slidingRows(difference, inputs);
    EXPECT_EQ(compacted(toldOf(sliding(difference, 1'000'000), inputs, false)), rows);
    EXPECT_EQ(compacted(toldOf(sliding(difference, 1'000'000), inputs, true)), rows);
  }
}

TEST_P(SlidingWindowsLikeTheModel, WithGraceForTheLatest) {
  // Records are at most 40 ms late.
  for (const std::int64_t difference : {1, 17, 60}) {
    const auto inputs = randomInputs(GetParam(), 100, true);
    std::uint64_t dropped = 0;
    EXPECT_EQ(compacted(toldOf(sliding(difference, 41), inputs, false, &dropped)), slidingRows(difference, inputs));
    const auto nulls = std::count_if(inputs.begin(), inputs.end(), [](const Input& of) { return !of.key || !of.value; });
    EXPECT_EQ(dropped, static_cast<std::uint64_t>(nulls));
  }
}

TEST_P(SlidingWindowsLikeTheModel, AfterACrashInTheMiddle) {
  const auto inputs = randomInputs(GetParam(), 100, true);
  EXPECT_EQ(compacted(toldOf(sliding(9, 1'000'000), inputs, false, nullptr, 50)), slidingRows(9, inputs));
}

TEST_P(SlidingWindowsLikeTheModel, TheSameWithACacheWhenSomeAreLate) {
  const auto inputs = randomInputs(GetParam(), 100, true);
  // How many puts come too late for the store may differ by itself: a cache still knows rows that the store hides.
  EXPECT_EQ(compacted(toldOf(sliding(9, 6), inputs, false)), compacted(toldOf(sliding(9, 6), inputs, true)));
}

TEST_P(SlidingWindowsLikeTheModel, WhatIsTooLateIsInNoWindowAndWhatIsInTimeInSome) {
  // A record that is late for its own window is in whatever open ones it finds, and that depends on those before it. As
  // in Java a window that is made late holds what the one before it held, so it may reach back further than it should.
  for (const std::int64_t difference : {1, 9, 17}) {
    for (const std::int64_t grace : {0, 6, 20}) {
      const auto inputs = randomInputs(GetParam(), 150, false);
      std::set<Text> in_time;
      std::set<Text> not_too_late;
      std::int64_t newest = -1;
      std::uint64_t too_late = 0;
      for (const Input& input : inputs) {
        newest = std::max(newest, input.at);
        const std::int64_t close = newest - grace;
        if (input.at >= close) in_time.insert(*input.value);
        input.at + difference >= close ? void(not_too_late.insert(*input.value)) : void(++too_late);
      }
      std::uint64_t dropped = 0;
      const auto all = toldOf(sliding(difference, grace), inputs, false, &dropped);
      EXPECT_GE(dropped, too_late);

      std::set<Text> seen;
      for (const auto& [window, value, at] : all) {
        std::int64_t newest_within = -1;
        std::int64_t before = -1;
        std::istringstream numbers{*value};
        for (Text number; std::getline(numbers, number, ',');) {
          const std::int64_t index = std::stoll(number);
          const Input& input = inputs[static_cast<std::size_t>(index)];
          const std::int64_t start = std::stoll(window.substr(window.find('@') + 1));
          EXPECT_EQ(*input.key, window.substr(0, window.find('@')));
          EXPECT_LE(input.at, start + difference) << number << " in " << window;
          EXPECT_GT(index, before) << "in order of arrival, each once";
          before = index;
          newest_within = std::max(newest_within, input.at);
          seen.insert(number);
        }
        EXPECT_EQ(at, newest_within) << window;
      }
      EXPECT_THAT(seen, IsSupersetOf(in_time)) << "difference " << difference << ", grace " << grace;
      EXPECT_THAT(seen, IsSubsetOf(not_too_late)) << "difference " << difference << ", grace " << grace;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SlidingWindowsLikeTheModel, Range(0U, 8U));

}  // namespace
}  // namespace widgetstream::dsl_test
