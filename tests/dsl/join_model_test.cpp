// join(), leftJoin() and outerJoin() of two streams against a small model, under random records: late ones, equal times,
// null keys and values, lost state. The model has Java's way of looking for lonely records, odd as it is.

#include <algorithm>
#include <map>
#include <ostream>
#include <random>
#include <tuple>

#include "tests/dsl/joins.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;
using Kind = detail::JoinKind;
using MaybeText = std::optional<Text>;

struct Setting {
  Kind kind;
  std::int64_t before;
  std::int64_t after;
  std::int64_t grace;
};
void PrintTo(const Setting& setting, std::ostream* out) {
  *out << (setting.kind == Kind::inner ? "inner" : setting.kind == Kind::left ? "left" : "outer") << "_"
       << setting.before << "_" << setting.after << "_" << setting.grace;
}

constexpr std::size_t left = 0;
constexpr std::size_t right = 1;

/// What a join does, with lists and maps.
class Model {
 public:
  explicit Model(const Setting& setting) : setting_(setting) {}

  std::vector<Text> process(std::size_t side, const MaybeText& key, const MaybeText& value, std::int64_t at) {
    sent_.clear();
    join(side, key, value, at);
    if (key) keep(side, *key, value, at);
    return sent_;
  }

  std::uint64_t dropped = 0;

  /// The task is lost and starts again: windows are restored, the clocks of the join are not.
  void restart() {
    for (Side& side : sides_) {
      side.rows = side.logged;
      side.newest = side.newest_logged;
      side.number = 0;
    }
    stream_time_ = -1;
    min_time_.reset();
  }

 private:
  /// By time, then by the number of the put since the task began, as in Java.
  using Rows = std::map<std::tuple<Text, std::int64_t, int>, Text>;
  struct Side {
    Rows rows;
    std::int64_t newest = -1;
    int number = 0;
    // What a restart finds: null values are logged, though not kept.
    Rows logged;
    std::int64_t newest_logged = -1;
  };

  [[nodiscard]] std::int64_t size() const { return setting_.before + setting_.after; }
  [[nodiscard]] bool keepsAlone(std::size_t side) const {
    return setting_.kind == Kind::outer || (setting_.kind == Kind::left && side == left);
  }
  /// How far a record of a side looks into the future.
  [[nodiscard]] std::int64_t ahead(std::size_t side) const { return side == left ? setting_.after : setting_.before; }

  void send(const MaybeText& key, std::size_t side, const Text& mine, const MaybeText& other, std::int64_t at) {
    const Text alone = other.value_or("-");
    sent_.push_back(key.value_or("-") + ":" + (side == left ? mine + alone : alone + mine) + "@" + std::to_string(at));
  }

  void join(std::size_t side, const MaybeText& key, const MaybeText& value, std::int64_t at) {
    stream_time_ = std::max(stream_time_, at);
    if (!key && value && keepsAlone(side)) return send(key, side, *value, {}, at);
    if (!key || !value) {
      ++dropped;
      return;
    }
    if (setting_.kind != Kind::inner && at == stream_time_) sendExpired(side);

    const std::int64_t last = std::max<std::int64_t>(0, at + ahead(side));
    const std::int64_t first = std::max<std::int64_t>(0, at - ahead(1 - side));
    const auto partners = partnersOf(1 - side, *key, first, last);
    for (const auto& [partner_at, partner] : partners) {
      waiting_.erase({partner_at, 1 - side == left, *key});
      send(key, side, *value, partner, std::max(at, partner_at));
    }
    if (!partners.empty() || !keepsAlone(side)) return;
    if (last < stream_time_) return send(key, side, *value, {}, at);
    min_time_ = std::min(min_time_.value_or(at), at);
    waiting_[{at, side == left, *key}].push_back(*value);
  }

  [[nodiscard]] std::vector<std::pair<std::int64_t, Text>> partnersOf(std::size_t side, const Text& key,
                                                                      std::int64_t first, std::int64_t last) {
    const std::int64_t oldest_shown = sides_[side].newest - (size() + setting_.grace) + 1;
    std::vector<std::pair<std::int64_t, Text>> found;
    for (const auto& [row, value] : sides_[side].rows) {
      const auto& [row_key, at, number] = row;
      if (row_key == key && at >= std::max(first, oldest_shown) && at <= last) found.emplace_back(at, value);
    }
    return found;
  }

  void keep(std::size_t side, const Text& key, const MaybeText& value, std::int64_t at) {
    Side& of = sides_[side];
    const std::tuple row{key, at, ++of.number};
    of.newest_logged = std::max(of.newest_logged, at);
    of.logged.erase(row);
    if (!value) return;
    of.newest = std::max(of.newest, at);
    of.rows.insert_or_assign(row, *value);
    of.logged.insert_or_assign(row, *value);
  }

  void sendExpired(std::size_t side) {
    // Nothing known to wait is the end of time, which wraps around unless there is nothing to add.
    const std::int64_t patience = ahead(side) + setting_.grace;
    if (min_time_ ? *min_time_ + patience >= stream_time_ : patience == 0) return;
    min_time_.reset();
    bool open[2] = {false, false};
    std::vector<std::tuple<std::int64_t, bool, Text>> gone;
    for (const auto& [entry, values] : waiting_) {
      const auto& [at, is_left, key] = entry;
      min_time_ = at;
      const std::size_t of = is_left ? left : right;
      if (open[left] && open[right]) break;
      if (at + ahead(of) + setting_.grace >= stream_time_) {
        open[of] = true;
        if (open[left] && open[right] && values.size() > 1) break;
        continue;
      }
      for (const Text& value : values) send(key, of, value, {}, at);
      gone.push_back(entry);
    }
    for (const auto& entry : gone) waiting_.erase(entry);
  }

  Setting setting_;
  Side sides_[2];
  std::map<std::tuple<std::int64_t, bool, Text>, std::vector<Text>> waiting_;  // by time, side (right first), key
  std::int64_t stream_time_ = -1;
  std::optional<std::int64_t> min_time_;
  std::vector<Text> sent_;
};

Topology topologyOf(const Setting& setting) {
  const auto windows = JoinWindows::ofTimeDifferenceAndGrace(Ms{std::max(setting.before, setting.after)},
                                                             Ms{setting.grace})
                           .before(Ms{setting.before})
                           .after(Ms{setting.after});
  return joined([&](const Texts& l, const Texts& r) -> Texts {
    if (setting.kind == Kind::inner) return l.join(r, pairOf, windows);
    if (setting.kind == Kind::left) return l.leftJoin(r, leftPairOf, windows);
    return l.outerJoin(r, outerPairOf, windows);
  });
}

class JoinModel : public TestWithParam<Setting> {
 protected:
  void compare(unsigned seed, int steps) {
    std::mt19937 random{seed};
    const auto below = [&](unsigned bound) { return static_cast<std::int64_t>(random() % bound); };
    JoinRun run{topologyOf(GetParam())};
    Model model{GetParam()};
    std::int64_t time = 0;
    for (int step = 0; step < steps; ++step) {
      if (below(steps / 3) == 0) {
        run.driver.crashAndRestart();
        model.restart();
      }
      time += below(4);
      const std::int64_t at = std::max<std::int64_t>(0, time - (below(4) == 0 ? below(40) : below(3)));
      const std::size_t side = below(2) == 0 ? left : right;
      const MaybeText key = below(20) == 0 ? null : MaybeText{Text(1, static_cast<char>('a' + below(3)))};
      const MaybeText value = below(12) == 0 ? null : MaybeText{std::to_string(step) + (side == left ? "L" : "r")};
      side == left ? run.l(key, value, at) : run.r(key, value, at);
      const auto expected = model.process(side, key, value, at);
      ASSERT_THAT(run.sent(), ElementsAreArray(expected))
          << "seed " << seed << " step " << step << ": " << (side == left ? "left " : "right ") << key.value_or("null")
          << "=" << value.value_or("null") << "@" << at;
    }
    // A store counts those that come too late to be kept, too.
    EXPECT_GE(run.driver.droppedRecords(), model.dropped);
  }
};

TEST_P(JoinModel, AgreesRecordByRecord) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    compare(seed, 250);
    if (HasFatalFailure()) return;
  }
}

std::vector<Setting> settings() {
  std::vector<Setting> all;
  for (const Kind kind : {Kind::inner, Kind::left, Kind::outer}) {
    all.push_back({kind, 10, 10, 0});
    all.push_back({kind, 10, 10, 15});
    all.push_back({kind, 0, 0, 0});
    all.push_back({kind, 2, 10, 5});
    all.push_back({kind, 12, 0, 30});
    all.push_back({kind, -1, 12, 3});
  }
  return all;
}

std::string nameOf(const TestParamInfo<Setting>& info) {
  std::string name = PrintToString(info.param);
  std::replace(name.begin(), name.end(), '-', 'm');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Streams, JoinModel, ValuesIn(settings()), nameOf);

}  // namespace
}  // namespace widgetstream::dsl_test
