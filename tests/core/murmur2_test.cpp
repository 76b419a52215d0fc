// Java's default partitioner. Vectors: org.apache.kafka.common.utils.Utils.murmur2, run in Java.
#include "widgetstream/core/murmur2.hpp"

#include <gtest/gtest.h>

namespace widgetstream {
namespace {

TEST(Murmur2, HashesAsJavaDoes) {
  EXPECT_EQ(murmur2(""), 275646681);
  EXPECT_EQ(murmur2("a"), -1563381124);
  EXPECT_EQ(murmur2("k"), -1567496736);
  EXPECT_EQ(murmur2("kafka"), -798503068);
  EXPECT_EQ(murmur2("hello world"), 1221641059);
  EXPECT_EQ(murmur2("0123456789abcdef"), 1438427052);
}

TEST(Murmur2, ReadsBytesNotCharacters) {
  // From Kafka's UtilsTest: "21", "foobar", and text that ends in each tail length.
  EXPECT_EQ(murmur2("21"), -973932308);
  EXPECT_EQ(murmur2("foobar"), -790332482);
  EXPECT_EQ(murmur2("a-little-bit-long-string"), -985981536);
  EXPECT_EQ(murmur2("a-little-bit-longer-string"), -1486304829);
  EXPECT_EQ(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
  EXPECT_EQ(murmur2("abc"), 479470107);
}

TEST(Murmur2, ChoosesThePartitionJavaChooses) {
  EXPECT_EQ(partitionForKey("", 10), 1);
  EXPECT_EQ(partitionForKey("a", 10), 4);
  EXPECT_EQ(partitionForKey("k", 10), 2);
  EXPECT_EQ(partitionForKey("kafka", 10), 0);
  EXPECT_EQ(partitionForKey("hello world", 10), 9);
  EXPECT_EQ(partitionForKey("0123456789abcdef", 10), 2);
}

}  // namespace
}  // namespace widgetstream
