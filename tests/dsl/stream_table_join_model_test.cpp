// join() and leftJoin() of a stream with a table against a small model, under random records: late ones, equal times,
// null keys and values, deleted rows, lost state. The table is plain, versioned, versioned with a grace period, or
// global.

#include <algorithm>
#include <map>
#include <ostream>
#include <random>
#include <tuple>

#include "tests/dsl/joins.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;
using MaybeText = std::optional<Text>;

enum class Rows { plain, versioned, global };

struct Setting {
  bool left;
  Rows rows;
  std::int64_t grace = -1;  // none
};
void PrintTo(const Setting& setting, std::ostream* out) {
  constexpr const char* names[] = {"plain", "versioned", "global"};
  *out << (setting.left ? "left_" : "inner_") << names[static_cast<int>(setting.rows)];
  if (setting.grace >= 0) *out << "_grace" << setting.grace;
}

constexpr std::int64_t history = 60;

/// What a table knows of its rows: the newest to come, or all of a versioned one by time.
class TableModel {
 public:
  explicit TableModel(bool versioned) : versioned_(versioned) {}

  /// False if it is older than the history.
  bool put(const Text& key, const MaybeText& value, std::int64_t at) {
    if (versioned_ && at < newest_ - history) return false;
    newest_ = std::max(newest_, at);
    if (!versioned_) rows_[key].clear();
    rows_[key][at] = value;
    return true;
  }
  [[nodiscard]] MaybeText get(const Text& key, std::int64_t at) const {
    const auto found = rows_.find(key);
    if (found == rows_.end()) return null;
    const auto& versions = found->second;
    if (!versioned_) return versions.rbegin()->second;
    const auto [newest_at, newest_value] = *versions.rbegin();
    if (newest_value && newest_at <= at) return newest_value;
    if (at < newest_ - history) return null;
    const auto after = versions.upper_bound(at);
    return after == versions.begin() ? null : std::prev(after)->second;
  }

 private:
  bool versioned_;
  std::int64_t newest_ = -1;
  std::map<Text, std::map<std::int64_t, MaybeText>> rows_;
};

/// What the join sends, as `key:value@time`.
class Model {
 public:
  explicit Model(const Setting& setting) : setting_(setting), table_(setting.rows == Rows::versioned) {}

  void row(const MaybeText& key, const MaybeText& value, std::int64_t at) {
    if (!key || !table_.put(*key, value, at)) ++refused_rows;
  }
  std::vector<Text> event(const MaybeText& key, const MaybeText& value, std::int64_t at) {
    sent_.clear();
    if (!value || (!key && !setting_.left)) {
      ++dropped;
    } else if (!key || setting_.grace < 0 || at < newest_waited_ - setting_.grace) {
      join(key, *value, at);
    } else {
      newest_waited_ = std::max(newest_waited_, at);
      waiting_[{at, *key, ++number_}] = *value;
      while (!waiting_.empty() && std::get<0>(waiting_.begin()->first) <= newest_waited_ - setting_.grace) {
        const auto first = waiting_.begin();
        join(std::get<1>(first->first), first->second, std::get<0>(first->first));
        waiting_.erase(first);
      }
    }
    return sent_;
  }

  std::uint64_t dropped = 0;
  std::uint64_t refused_rows = 0;

 private:
  void join(const MaybeText& key, const Text& value, std::int64_t at) {
    const MaybeText row = key ? table_.get(*key, at) : null;
    if (row || setting_.left)
      sent_.push_back(key.value_or("-") + ":" + value + row.value_or("-") + "@" + std::to_string(at));
  }

  Setting setting_;
  TableModel table_;
  std::int64_t newest_waited_ = -1;
  std::map<std::tuple<std::int64_t, Text, int>, Text> waiting_;
  int number_ = 0;
  std::vector<Text> sent_;
};

Topology topologyOf(const Setting& setting) {
  return drawn([&](StreamsBuilder& builder) {
    const auto own_key = [](Nullable<Text> key, Nullable<Text>) { return key ? std::optional<Text>{*key} : null; };
    if (setting.rows == Rows::global) {
      const auto table = builder.globalTable<Text, Text>("right");
      const Texts in = builder.stream<Text, Text>("left");
      (setting.left ? Texts{in.leftJoin(table, own_key, leftPairOf)} : Texts{in.join(table, own_key, pairOf)})
          .to("out");
      return;
    }
    const auto rows =
        setting.rows == Rows::versioned
            ? MaterializedFor<Text, Text>{Materialized::as(persistentVersionedKeyValueStore("rows", Ms{history}))}
            : MaterializedFor<Text, Text>{Materialized::as("rows")};
    const auto table = builder.table<Text, Text>("right", rows);
    const auto how = setting.grace < 0 ? Joined{} : Joined{}.withGracePeriod(Ms{setting.grace});
    const Texts in = builder.stream<Text, Text>("left");
    (setting.left ? Texts{in.leftJoin(table, leftPairOf, how)} : Texts{in.join(table, pairOf, how)}).to("out");
  });
}

class StreamTableJoinModel : public TestWithParam<Setting> {
 protected:
  void compare(unsigned seed) {
    std::mt19937 random{seed};
    const auto below = [&](unsigned bound) { return static_cast<std::int64_t>(random() % bound); };
    JoinRun run{topologyOf(GetParam())};
    Model model{GetParam()};
    std::int64_t time = 0;
    for (int step = 0; step < 300; ++step) {
      if (below(100) == 0) run.driver.crashAndRestart();
      time += below(4);
      const std::int64_t at = std::max<std::int64_t>(0, time - (below(4) == 0 ? below(90) : below(3)));
      const MaybeText key = below(15) == 0 ? null : MaybeText{Text(1, static_cast<char>('a' + below(3)))};
      const MaybeText value = below(6) == 0 ? null : MaybeText{std::to_string(step)};
      const bool is_row = below(2) == 0;
      std::vector<Text> expected;
      if (is_row) {
        model.row(key, value, at);
        run.r(key, value, at);
      } else {
        expected = model.event(key, value, at);
        run.l(key, value, at);
      }
      ASSERT_THAT(run.sent(), ElementsAreArray(expected))
          << "seed " << seed << " step " << step << ": " << (is_row ? "row " : "event ") << key.value_or("null") << "="
          << value.value_or("null") << "@" << at;
    }
    EXPECT_EQ(run.driver.droppedRecords(), model.dropped + model.refused_rows) << "seed " << seed;
  }
};

TEST_P(StreamTableJoinModel, AgreesRecordByRecord) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    compare(seed);
    if (HasFatalFailure()) return;
  }
}

std::vector<Setting> settings() {
  std::vector<Setting> all;
  for (const bool left : {false, true}) {
    all.push_back({left, Rows::plain});
    all.push_back({left, Rows::versioned});
    all.push_back({left, Rows::global});
    for (const std::int64_t grace : {0, 7, 60}) all.push_back({left, Rows::versioned, grace});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Streams, StreamTableJoinModel, ValuesIn(settings()), PrintToStringParamName());

}  // namespace
}  // namespace widgetstream::dsl_test
