// How partitions, origins and tasks are spelled in logs, ids and directories.
#include <gtest/gtest.h>

#include "widgetstream/core/task_id.hpp"
#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream {
namespace {

TEST(Names, OfAPartition) { EXPECT_EQ(toString(TopicPartition{"orders", 3}), "orders-3"); }

TEST(Names, OfAnOrigin) { EXPECT_EQ(toString(Origin{"widget-orders", 3, 4711}), "widget-orders-3-4711"); }

TEST(Names, OfATask) { EXPECT_EQ(toString(TaskId{0, 12}), "0_12"); }

TEST(Names, TasksAreOrderedBySubtopologyThenPartition) {
  EXPECT_LT((TaskId{0, 12}), (TaskId{1, 0}));
  EXPECT_LT((TaskId{1, 2}), (TaskId{1, 10}));
}

TEST(Names, EqualPartitionsHashAlike) {
  const std::hash<TopicPartition> hash;
  EXPECT_EQ(hash({"orders", 3}), hash({"orders", 3}));
  EXPECT_NE(hash({"orders", 3}), hash({"orders", 4}));
}

}  // namespace
}  // namespace widgetstream
