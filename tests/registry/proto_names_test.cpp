// Names of messages in a .proto text, found without a parser of all of it.
#include "registry/proto_names.hpp"

#include <gtest/gtest.h>

namespace widgetstream::detail {
namespace {

constexpr const char* text = R"pb(
  // message Commented {}
  /* message Also { } */
  syntax = "proto3"
  ;
package a.b;  // message X {
import "message.proto";
option java_package = "message Y { }";
option (custom) = { message: "Z" };

enum First { NONE = 0; }
message One { string message = 1; message.Type other = 2; }
extend google.protobuf.FieldOptions { string note = 50; }
message Two {
  reserved 2, 4 to 6;
  enum Kind { A = 0; }
  message Inner {
    oneof choice { string a = 1; int32 b = 2; }
    message Deep { }
  }
  message Second{}
  Inner inner = 1 [(opt) = { message: 1 }];
}
service Orders { rpc Get(One) returns (Two) { option deprecated = true; } }
message Three {
  map<string, One> ones = 1;
  message Hidden {}
}
)pb";

TEST(AProtoText, NamesItsMessagesByIndex) {
  EXPECT_EQ(protoMessageName(text, {0}), "One");
  EXPECT_EQ(protoMessageName(text, {1}), "Two");
  EXPECT_EQ(protoMessageName(text, {2}), "Three");
  EXPECT_EQ(protoMessageName(text, {3}), std::nullopt);
}

TEST(AProtoText, NamesMessagesWithinMessages) {
  EXPECT_EQ(protoMessageName(text, {1, 0}), "Two.Inner");
  EXPECT_EQ(protoMessageName(text, {1, 1}), "Two.Second");
  EXPECT_EQ(protoMessageName(text, {1, 0, 0}), "Two.Inner.Deep");
  EXPECT_EQ(protoMessageName(text, {0, 0}), std::nullopt);
  EXPECT_EQ(protoMessageName(text, {1, 2}), std::nullopt);
}

TEST(AProtoText, IsNotFollowedPastMapsAndGroupsWhichCountAsMessages) {
  EXPECT_EQ(protoMessageName(text, {2, 0}), std::nullopt);
  EXPECT_EQ(protoMessageName("message A { optional group B = 1 { } message C {} }", {0, 0}), std::nullopt);
}

TEST(AProtoText, MayBeAnything) {
  EXPECT_EQ(protoMessageName("", {0}), std::nullopt);
  EXPECT_EQ(protoMessageName("Cg5vcmRlcnMucHJvdG8=", {0}), std::nullopt);
  EXPECT_EQ(protoMessageName("message", {0}), std::nullopt);
  EXPECT_EQ(protoMessageName("message A {", {0}), "A");
  EXPECT_EQ(protoMessageName("message A { { { ", {1}), std::nullopt);
  EXPECT_EQ(protoMessageName("\"unfinished", {0}), std::nullopt);
  EXPECT_EQ(protoMessageName("/* unfinished", {0}), std::nullopt);
}

}  // namespace
}  // namespace widgetstream::detail
