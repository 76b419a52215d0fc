// Versioned tables against a small obvious model: whatever the order of updates, the newest of each key by time counts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/dsl/group_counts.hpp"
#include "tests/dsl/joined_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;
using Rows = std::map<Text, Text>;

/// All versions of all keys, by time.
struct History {
  std::map<Text, std::map<std::int64_t, std::optional<Text>>> versions;

  [[nodiscard]] Rows newest() const {
    Rows rows;
    for (const auto& [key, all] : versions) {
      if (const auto& value = all.rbegin()->second) rows[key] = *value;
    }
    return rows;
  }
};

using Expected = std::function<Rows(const Rows& left, const Rows& right)>;

void check(std::uint32_t seed, const Joined::Draw& draw, const Expected& expected) {
  TopologyTestDriver driver{drawn([&](StreamsBuilder& builder) {
    const auto versioned = [](const std::string& name) {
      return Materialized::as(persistentVersionedKeyValueStore(name, Milliseconds{1000}));
    };
    const auto left = builder.table<Text, Text>("left", versioned("lefts"));
    draw(left, builder.table<Text, Text>("right", versioned("rights")));
  })};
  auto left = driver.input<Text, Text>("left");
  auto right = driver.input<Text, Text>("right");
  auto out = driver.output<Text, Text>("out");
  std::mt19937 random{seed};
  const auto upTo = [&](int limit) { return std::uniform_int_distribution{0, limit - 1}(random); };
  History lefts;
  History rights;
  Rows newest;
  for (int step = 0; step < 120; ++step) {
    const bool is_left = upTo(2) == 0;
    const Text key(1, static_cast<char>('a' + upTo(3)));
    std::optional<Text> value;
    if (upTo(4) != 0) value = Text(1, static_cast<char>('a' + upTo(3))) + std::to_string(upTo(3));
    const std::int64_t at = upTo(200);
    (is_left ? lefts : rights).versions[key][at] = value;
    (is_left ? left : right).pipe(TestRecord<Text, Text>{key, value, fromMillis(at), {}});
    if (step == 70) driver.crashAndRestart();
    for (const auto& [sent_key, sent_value] : out.readAll()) {
      if (sent_value) {
        newest[*sent_key] = *sent_value;
      } else {
        newest.erase(*sent_key);
      }
    }
    ASSERT_EQ(newest, expected(lefts.newest(), rights.newest())) << "seed " << seed << ", step " << step;
  }
}

class VersionedTableModel : public TestWithParam<std::uint32_t> {};

TEST_P(VersionedTableModel, JoinsShowTheNewestRows) {
  check(GetParam(),
        [](const auto& left, const auto& right) {
          left.leftJoin(right, [](const Text& l, Nullable<Text> r) { return l + "+" + shown(r); }).toStream().to("out");
        },
        [](const Rows& left, const Rows& right) {
          Rows rows;
          for (const auto& [key, value] : left) {
            rows[key] = value + "+" + (right.contains(key) ? right.at(key) : "null");
          }
          return rows;
        });
}

TEST_P(VersionedTableModel, GroupsCountTheNewestRows) {
  check(GetParam(), draw_group_counts, groupCounts);
}

TEST_P(VersionedTableModel, ForeignKeyJoinsShowTheNewestRows) {
  check(GetParam(),
        [](const auto& left, const auto& right) {
          left.join(right, [](const Text& value) { return value.substr(0, 1); },
                    [](const Text& l, const Text& r) { return l + "+" + r; })
              .toStream()
              .to("out");
        },
        [](const Rows& left, const Rows& right) {
          Rows rows;
          for (const auto& [key, value] : left) {
            const Text at = value.substr(0, 1);
            if (right.contains(at)) rows[key] = value + "+" + right.at(at);
          }
          return rows;
        });
}

INSTANTIATE_TEST_SUITE_P(Seeds, VersionedTableModel, Range(1U, 7U));

}  // namespace
}  // namespace widgetstream::dsl_test
