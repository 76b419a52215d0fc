// Cogrouped aggregates against small obvious models, on random records of two streams: late ones, equal times, null keys
// and values, and aggregates that are deleted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include "tests/dsl/told_rows.hpp"
#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

/// A record of the texts, or of the numbers, which are `number` where it is not null.
struct Input {
  bool is_text = true;
  std::optional<Text> key;
  bool has_value = true;
  Long number = 0;
  std::int64_t at = 0;
};

std::vector<Input> randomInputs(unsigned seed) {
  std::mt19937 random{seed};
  const auto below = [&](unsigned bound) { return static_cast<std::int64_t>(random() % bound); };
  std::vector<Input> inputs;
  std::int64_t now = 0;
  for (int i = 0; i < 150; ++i) {
    now += below(8);
    Input input{below(2) == 0, Text{"abc"[below(3)]}, below(10) != 0, i, now};
    if (below(15) == 0) input.key.reset();
    if (below(3) == 0) input.at = std::max<std::int64_t>(0, now - below(40));
    inputs.push_back(std::move(input));
  }
  return inputs;
}

Text withText(Nullable<Text> value, const Text& so_far) { return so_far + value.value_or("-") + ","; }
/// Every seventh number deletes the aggregate.
std::optional<Text> withNumber(const Text&, Nullable<Long> value, const Text& so_far) {
  if (!value) return so_far + "(-),";
  if (*value % 7 == 0) return std::nullopt;
  return so_far + "(" + std::to_string(*value) + "),";
}
std::optional<Text> added(const Input& input, const Text& so_far) {
  const Text text = std::to_string(input.number);
  if (input.is_text) return withText(input.has_value ? Nullable<Text>{text} : Nullable<Text>{}, so_far);
  return withNumber(*input.key, input.has_value ? Nullable<Long>{input.number} : Nullable<Long>{}, so_far);
}

std::vector<Told> toldOf(const Topology& topology, const std::vector<Input>& inputs, bool cached,
                         std::uint64_t& dropped, std::size_t crash_after = SIZE_MAX) {
  Pipeline run{topology, cached ? TopologyTestDriverOptions{} : noCache()};
  auto numbers = run.driver.input<Text, Long>("numbers");
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Input& input = inputs[i];
    if (i == crash_after) run.driver.crashAndRestart();
    const auto text = input.has_value ? std::optional{std::to_string(input.number)} : std::nullopt;
    const auto number = input.has_value ? std::optional{input.number} : std::nullopt;
    if (input.is_text) {
      run.in.pipe(TestRecord<Text, Text>{input.key, text, fromMillis(input.at), {}});
    } else {
      numbers.pipe(TestRecord<Text, Long>{input.key, number, fromMillis(input.at), {}});
    }
  }
  dropped = run.driver.droppedRecords();
  return told(run);
}

/// What an aggregate by key tells, whatever a key is.
struct Model {
  Rows rows;
  std::uint64_t dropped = 0;
  std::vector<Told> updates;

  void add(const Text& key, const Input& input) {
    const auto found = rows.find(key);
    const bool known = found != rows.end();
    const std::int64_t at = known ? std::max(found->second.second, input.at) : input.at;
    const std::optional<Text> value = added(input, known ? found->second.first : Text{});
    updates.emplace_back(key, value, at);
    rows.erase(key);
    if (value) rows[key] = {*value, at};
  }
};

Model ofKeys(const std::vector<Input>& inputs) {
  Model model;
  for (const Input& input : inputs) {
    input.key && input.has_value ? model.add(*input.key, input) : void(++model.dropped);
  }
  return model;
}

/// Tumbling windows of 10 ms that take records until they are 15 ms old, and null values as others. How old a record is
/// tell those of its own stream, as in Java.
Model ofWindows(const std::vector<Input>& inputs) {
  Model model;
  std::map<bool, std::int64_t> newest_of;
  for (const Input& input : inputs) {
    if (!input.key) {
      ++model.dropped;
      continue;
    }
    std::int64_t& newest = newest_of[input.is_text];
    newest = std::max(newest, input.at);
    const std::int64_t start = input.at / 10 * 10;
    if (start + 10 <= newest - 15) {
      ++model.dropped;
      continue;
    }
    model.add(*input.key + "@" + std::to_string(start) + "/" + std::to_string(start + 10), input);
  }
  return model;
}

Topology cogrouped(const std::function<void(const CogroupedKStream<Text, Text>&)>& draw) {
  return drawn([&](StreamsBuilder& builder) {
    const auto words = builder.stream<Text, Text>("in").groupByKey();
    const auto numbers = builder.stream<Text, Long>("numbers").groupByKey();
    draw(words.cogroup(withText).cogroup(numbers, withNumber));
  });
}
Topology byKey() {
  return cogrouped([](const auto& both) { both.aggregate(none).toStream().to("out"); });
}
Topology byWindow() {
  return cogrouped([](const auto& both) {
    // Kept longer than needed: the model knows nothing of retention.
    toOut(both.windowedBy(TimeWindows::ofSizeAndGrace(Milliseconds{10}, Milliseconds{15}))
              .aggregate(none, Materialized::as("all").withRetention(1h)));
  });
}

class CogroupLikeTheModel : public TestWithParam<unsigned> {
 protected:
  const std::vector<Input> inputs = randomInputs(GetParam());

  void expectUpdates(const Topology& topology, const Model& model) {
    std::uint64_t dropped = 0;
    EXPECT_THAT(toldOf(topology, inputs, false, dropped), ElementsAreArray(model.updates));
    EXPECT_EQ(dropped, model.dropped);
  }
  void expectRows(const Topology& topology, const Model& model) {
    std::uint64_t dropped = 0;
    EXPECT_EQ(compacted(toldOf(topology, inputs, true, dropped)), model.rows);
    EXPECT_EQ(dropped, model.dropped);
  }
};

TEST_P(CogroupLikeTheModel, RecordByRecordWithoutACache) { expectUpdates(byKey(), ofKeys(inputs)); }
TEST_P(CogroupLikeTheModel, AfterCompactionWithACache) { expectRows(byKey(), ofKeys(inputs)); }
TEST_P(CogroupLikeTheModel, InWindowsRecordByRecord) { expectUpdates(byWindow(), ofWindows(inputs)); }
TEST_P(CogroupLikeTheModel, InWindowsAfterCompaction) { expectRows(byWindow(), ofWindows(inputs)); }

TEST_P(CogroupLikeTheModel, AfterACrashInTheMiddle) {
  std::uint64_t dropped = 0;
  EXPECT_THAT(toldOf(byKey(), inputs, false, dropped, 70), ElementsAreArray(ofKeys(inputs).updates));
}

INSTANTIATE_TEST_SUITE_P(Seeds, CogroupLikeTheModel, Range(0U, 8U));

}  // namespace
}  // namespace widgetstream::dsl_test
