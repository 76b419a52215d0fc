// TopologyOptimization: the text of topology.optimization.
#include <gmock/gmock.h>

#include "widgetstream/core/error.hpp"
#include "widgetstream/topology/topology_config.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refusal(std::string_view text) {
  try {
    static_cast<void>(TopologyOptimization::parse(text));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    return error.what();
  }
  return {};
}

TEST(TopologyOptimizations, AreNoneAllOrAList) {
  EXPECT_EQ(TopologyOptimization::parse("none"), TopologyOptimization::none());
  EXPECT_EQ(TopologyOptimization::parse("all"), TopologyOptimization::all());
  const auto two = TopologyOptimization::parse("reuse.ktable.source.topics , single.store.self.join");
  EXPECT_TRUE(two.reuse_ktable_source_topics);
  EXPECT_FALSE(two.merge_repartition_topics);
  EXPECT_TRUE(two.single_store_self_join);
}

TEST(TopologyOptimizations, AreWrittenAsTheyAreRead) {
  for (const std::string text : {"none", "all", "merge.repartition.topics",
                                 "reuse.ktable.source.topics,merge.repartition.topics"}) {
    EXPECT_EQ(TopologyOptimization::parse(text).text(), text);
  }
}

TEST(TopologyOptimizations, UnknownWordsAreRefusedByName) {
  EXPECT_THAT(refusal("merge.topics"), AllOf(HasSubstr("'merge.topics'"), HasSubstr("merge.repartition.topics")));
  EXPECT_THAT(refusal(""), HasSubstr("has ''"));
}

TEST(TopologyOptimizations, NoneAndAllStandAlone) {
  EXPECT_THAT(refusal("all,merge.repartition.topics"), HasSubstr("has 'all' beside others"));
  EXPECT_THAT(refusal("merge.repartition.topics,none"), HasSubstr("has 'none' beside others"));
}

}  // namespace
}  // namespace widgetstream
