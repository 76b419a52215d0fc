// suppress() against a small model, under random updates: late ones, deletes, lost tasks.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;
using Ms = Milliseconds;
using MaybeText = std::optional<Text>;

/// What waits: of each key the newest update, in the place of its first.
class Model {
 public:
  Model(std::int64_t wait, std::size_t max_records) : wait_(wait), max_records_(max_records) {}

  std::vector<Text> update(const Text& key, const MaybeText& value, std::int64_t at) {
    std::vector<Text> sent;
    stream_time_ = std::max(stream_time_, at);
    const auto [waiting, is_new] = waiting_.try_emplace(key, Waiting{at, value, at});
    if (!is_new) {
      waiting->second.value = value;
      waiting->second.at = at;
    }
    while (!waiting_.empty() && (first()->second.since <= stream_time_ - wait_ || waiting_.size() > max_records_)) {
      const auto gone = first();
      sent.push_back(gone->first + "=" + gone->second.value.value_or("null") + "@" + std::to_string(gone->second.at));
      waiting_.erase(gone);
    }
    return sent;
  }
  /// The changelog has everything; the clock is lost.
  void restart() { stream_time_ = -1; }

 private:
  struct Waiting {
    std::int64_t since;
    MaybeText value;
    std::int64_t at;
  };
  [[nodiscard]] std::map<Text, Waiting>::iterator first() {
    return std::min_element(waiting_.begin(), waiting_.end(),
                            [](const auto& a, const auto& b) { return a.second.since < b.second.since; });
  }

  std::int64_t wait_;
  std::size_t max_records_;
  std::map<Text, Waiting> waiting_;
  std::int64_t stream_time_ = -1;
};

std::vector<Text> sentBy(Pipeline& run) {
  std::vector<Text> all;
  for (const auto& each : run.records()) {
    all.push_back(each.key.value_or("-") + "=" + each.value.value_or("null") + "@" +
                  std::to_string(toMillis(each.timestamp)));
  }
  return all;
}

void compare(unsigned seed, std::int64_t wait, std::size_t max_records) {
  std::mt19937 random{seed};
  const auto below = [&](unsigned bound) { return static_cast<std::int64_t>(random() % bound); };
  Pipeline run{drawn([&](StreamsBuilder& builder) {
                 builder.table<Text, Text>("in")
                     .suppress(Suppressed::untilTimeLimit(Ms{wait}, BufferConfig::maxRecords(max_records)))
                     .toStream()
                     .to("out");
               }),
               noCache()};
  Model model{wait, max_records};
  std::int64_t time = 0;
  for (int step = 0; step < 250; ++step) {
    if (below(80) == 0) {
      run.driver.crashAndRestart();
      model.restart();
    }
    time += below(4);
    const std::int64_t at = std::max<std::int64_t>(0, time - (below(4) == 0 ? below(40) : below(3)));
    const Text key(1, static_cast<char>('a' + below(6)));
    const MaybeText value = below(6) == 0 ? null : MaybeText{std::to_string(step)};
    run.in.pipe(TestRecord<Text, Text>{key, value, fromMillis(at), {}});
    ASSERT_THAT(sentBy(run), ElementsAreArray(model.update(key, value, at))) << "seed " << seed << " step " << step;
  }
}

TEST(SuppressModel, AgreesUpdateByUpdate) {
  for (unsigned seed = 1; seed <= 2; ++seed) {
    for (const std::int64_t wait : {0, 1, 10, 50}) {
      for (const std::size_t max_records : {1U, 3U, 100U}) {
        compare(seed, wait, max_records);
        if (HasFatalFailure()) return;
      }
    }
  }
}

/// Counts in windows of 10 ms with a grace of 5 ms, each told once, when its window is closed.
class FinalCounts {
 public:
  std::vector<Text> count(const Text& key, std::int64_t at) {
    std::vector<Text> sent;
    counting_time_ = std::max(counting_time_, at);
    const std::int64_t end = at - at % 10 + 10;
    if (end <= counting_time_ - 5) return sent;
    Window& window = open_[{end, key}];
    ++window.count;
    window.newest = std::max(window.newest, at);
    sending_time_ = std::max(sending_time_, window.newest);
    while (!open_.empty() && open_.begin()->first.first <= sending_time_ - 5) {
      const auto& [of, final] = *open_.begin();
      sent.push_back(of.second + "=" + std::to_string(final.count) + "@" + std::to_string(final.newest));
      open_.erase(open_.begin());
    }
    return sent;
  }
  void restart() { counting_time_ = sending_time_ = -1; }

 private:
  struct Window {
    int count = 0;
    std::int64_t newest = -1;
  };
  std::map<std::pair<std::int64_t, Text>, Window> open_;
  std::int64_t counting_time_ = -1;
  std::int64_t sending_time_ = -1;
};

TEST(SuppressModel, TellsEachFinalCountOnce) {
  std::mt19937 random{7};
  const auto below = [&](unsigned bound) { return static_cast<std::int64_t>(random() % bound); };
  Pipeline run{texts([](const Texts& in) {
                 in.groupByKey()
                     .windowedBy(TimeWindows::ofSizeAndGrace(Ms{10}, Ms{5}))
                     .count()
                     .suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded()))
                     .toStream([](const Windowed<Text>& key, Long) { return key.key; })
                     .mapValues([](Long count) { return std::to_string(count); })
                     .to("out");
               }),
               noCache()};
  FinalCounts model;
  std::int64_t time = 0;
  std::int64_t no_later_than = 30;
  for (int step = 0; step < 600; ++step) {
    if (below(200) == 0) {
      run.driver.crashAndRestart();
      model.restart();
      no_later_than = 4;  // the clocks are lost, so what was too late before would not be now
    }
    time += below(4);
    const std::int64_t at = std::max<std::int64_t>(0, time - (below(5) == 0 ? below(no_later_than) : below(3)));
    const Text key(1, static_cast<char>('a' + below(3)));
    run.in.pipe(key, "", fromMillis(at));
    ASSERT_THAT(sentBy(run), ElementsAreArray(model.count(key, at))) << "step " << step << " " << key << "@" << at;
  }
}

}  // namespace
}  // namespace widgetstream::dsl_test
