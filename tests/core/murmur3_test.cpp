// The hash of foreign-key joins. Vectors: org.apache.kafka.streams.state.internals.Murmur3.hash128, run in Java.
#include "widgetstream/core/murmur3.hpp"

#include <gtest/gtest.h>

namespace widgetstream {
namespace {

TEST(Murmur3, HashesAsJavaDoes) {
  EXPECT_EQ(murmur3(""), (Hash128{0x9d2764a018e32942, 0x8c3cf3b035938518}));
  EXPECT_EQ(murmur3("a"), (Hash128{0x3361634e7e0f5188, 0xe9c7dda24eae326b}));
  EXPECT_EQ(murmur3("hello world"), (Hash128{0xbd699b58e4689408, 0x7d50ce87a7f20429}));
  EXPECT_EQ(murmur3("0123456789abcdef0"), (Hash128{0x85e3069a748c16b6, 0xbc8c0a283538abb8}));
}

}  // namespace
}  // namespace widgetstream
