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
  for (int step = 0; step < 400; ++step) {
    if (below(120) == 0) {
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
  for (unsigned seed = 1; seed <= 10; ++seed) {
    for (const std::int64_t wait : {0, 1, 10, 50}) {
      for (const std::size_t max_records : {1U, 3U, 100U}) {
        compare(seed, wait, max_records);
        if (HasFatalFailure()) return;
      }
    }
  }
}

}  // namespace
}  // namespace widgetstream::dsl_test
