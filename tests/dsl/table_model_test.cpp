// Tables against small obvious models: random updates and deletions, with and without a cache, and over a crash.

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

/// A run of random updates of two tables, and what the newest of each key on "out" must be after each of them.
class Tables {
 public:
  using Draw = Joined::Draw;
  using Expected = std::function<Rows(const Rows& left, const Rows& right)>;

  Tables(Draw draw, Expected expected) : draw_(std::move(draw)), expected_(std::move(expected)) {}

  void check(std::uint32_t seed) const {
    checkRun(seed, 0);
    checkRun(seed, std::size_t{10} << 20);
  }

 private:
  void checkRun(std::uint32_t seed, std::size_t cache) const {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", cache " + std::to_string(cache));
    TopologyTestDriverOptions options;
    options.cache_max_bytes = cache;
    Joined run{draw_, options};
    std::mt19937 random{seed};
    const auto upTo = [&](int limit) { return std::uniform_int_distribution{0, limit - 1}(random); };
    Rows left;
    Rows right;
    Rows newest;
    for (int step = 0; step < 120; ++step) {
      const bool is_left = upTo(2) == 0;
      Rows& table = is_left ? left : right;
      const Text key(1, static_cast<char>('a' + upTo(4)));
      // Values begin with a letter that is a key, too: foreign keys and groups.
      std::optional<Text> value;
      if (upTo(4) != 0) value = Text(1, static_cast<char>('a' + upTo(4))) + std::to_string(upTo(3));
      if (value) {
        table[key] = *value;
      } else {
        table.erase(key);
      }
      (is_left ? run.left : run.right).pipe(TestRecord<Text, Text>{key, value, fromMillis(upTo(100)), {}});
      if (upTo(10) == 0) {  // has no row to be in
        (is_left ? run.left : run.right).pipe(TestRecord<Text, Text>{std::nullopt, "d1", fromMillis(upTo(100)), {}});
      }
      if (step == 70) run.driver.crashAndRestart();
      for (const auto& [sent_key, sent_value] : run.sent()) {
        if (sent_value) {
          newest[*sent_key] = *sent_value;
        } else {
          newest.erase(*sent_key);
        }
      }
      ASSERT_EQ(newest, expected_(left, right)) << "after step " << step;
    }
  }

  Draw draw_;
  Expected expected_;
};

class TableModel : public TestWithParam<std::uint32_t> {};

Nullable<Text> rowOf(const Rows& rows, const Text& key) {
  const auto found = rows.find(key);
  return found == rows.end() ? Nullable<Text>{} : Nullable<Text>{found->second};
}
Text plus(Nullable<Text> left, Nullable<Text> right) {
  return shown(left) + "+" + shown(right);
}

TEST_P(TableModel, InnerJoinHasTheKeysOfBoth) {
  Tables{[](const auto& left, const auto& right) {
           left.join(right, [](const Text& l, const Text& r) { return l + "+" + r; }).toStream().to("out");
         },
         [](const Rows& left, const Rows& right) {
           Rows rows;
           for (const auto& [key, value] : left) {
             if (right.contains(key)) rows[key] = value + "+" + right.at(key);
           }
           return rows;
         }}
      .check(GetParam());
}

TEST_P(TableModel, LeftJoinHasTheKeysOfTheLeft) {
  Tables{[](const auto& left, const auto& right) {
           left.leftJoin(right, [](const Text& l, Nullable<Text> r) { return l + "+" + shown(r); },
                         Materialized::as("joined"))
               .toStream()
               .to("out");
         },
         [](const Rows& left, const Rows& right) {
           Rows rows;
           for (const auto& [key, value] : left) rows[key] = value + "+" + shown(rowOf(right, key));
           return rows;
         }}
      .check(GetParam());
}

Rows outerJoined(const Rows& left, const Rows& right) {
  Rows rows;
  for (const auto& [key, value] : left) rows[key] = plus(rowOf(left, key), rowOf(right, key));
  for (const auto& [key, value] : right) rows[key] = plus(rowOf(left, key), rowOf(right, key));
  return rows;
}

TEST_P(TableModel, OuterJoinHasTheKeysOfEither) {
  Tables{[](const auto& left, const auto& right) { left.outerJoin(right, plus).toStream().to("out"); }, outerJoined}
      .check(GetParam());
}

TEST_P(TableModel, ViewsOverJoinsAreLookedUpLikeStores) {
  Tables{[](const auto& left, const auto& right) {
           const auto long_rows = left.outerJoin(right, plus)
                                      .filter([](const Text& v) { return !v.starts_with("null"); })
                                      .mapValues([](const Text& v) { return v + "!"; });
           right.join(long_rows, [](const Text& r, const Text& both) { return r + "/" + both; }).toStream().to("out");
         },
         [](const Rows& left, const Rows& right) {
           Rows rows;
           for (const auto& [key, value] : right) {
             if (left.contains(key)) rows[key] = value + "/" + left.at(key) + "+" + value + "!";
           }
           return rows;
         }}
      .check(GetParam());
}

TEST_P(TableModel, GroupsHoldExactlyTheirRows) {
  // The aggregate is the sorted list of the rows in the group: adding and removing rows in any order is visible.
  const auto without = [](const Text& row, Text rows) {
    const auto at = rows.find(row);
    return at == Text::npos ? Text{"missing "} + row : rows.erase(at, row.size());
  };
  const auto with = [](const Text& row, const Text& rows) {
    Text all = rows;
    std::size_t at = 0;
    while (at < all.size() && all.compare(at, row.size(), row) < 0) at += row.size();
    return all.insert(at, row);
  };
  Tables{[&](const auto& left, const auto&) {
           left.groupBy([](const Text& key, const Text& value) {
                 return std::pair{value.substr(0, 1), "(" + key + value + ")"};
               })
               .aggregate([] { return Text{}; }, with, without)
               .filter([](const Text& rows) { return !rows.empty(); })
               .toStream()
               .to("out");
         },
         [](const Rows& left, const Rows&) {
           Rows groups;
           for (const auto& [key, value] : left) groups[value.substr(0, 1)] += "(" + key + value + ")";
           return groups;
         }}
      .check(GetParam());
}

TEST_P(TableModel, CountsOfGroupsAreTheNumbersOfTheirRows) {
  Tables{draw_group_counts, groupCounts}.check(GetParam());
}

std::optional<Text> lookedAt(const Text& value) {
  // "d" stands for no foreign key.
  return value.starts_with("d") ? std::nullopt : std::optional{value.substr(0, 1)};
}

TEST_P(TableModel, ForeignKeyJoinHasTheRowsThatLookAtARow) {
  Tables{[](const auto& left, const auto& right) {
           left.join(right, lookedAt, [](const Text& l, const Text& r) { return l + "+" + r; }).toStream().to("out");
         },
         [](const Rows& left, const Rows& right) {
           Rows rows;
           for (const auto& [key, value] : left) {
             const auto at = lookedAt(value);
             if (at && right.contains(*at)) rows[key] = value + "+" + right.at(*at);
           }
           return rows;
         }}
      .check(GetParam());
}

TEST_P(TableModel, ForeignKeyLeftJoinHasAllLeftRows) {
  Tables{[](const auto& left, const auto& right) {
           left.leftJoin(right, lookedAt, [](const Text& l, Nullable<Text> r) { return l + "+" + shown(r); },
                         Materialized::as("joined"))
               .toStream()
               .to("out");
         },
         [](const Rows& left, const Rows& right) {
           Rows rows;
           for (const auto& [key, value] : left) {
             const auto at = lookedAt(value);
             rows[key] = value + "+" + shown(at ? rowOf(right, *at) : Nullable<Text>{});
           }
           return rows;
         }}
      .check(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Seeds, TableModel, Range(1U, 9U));

}  // namespace
}  // namespace widgetstream::dsl_test
