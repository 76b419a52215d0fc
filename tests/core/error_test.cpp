// An Error says what it asks of the caller.
#include "widgetstream/core/error.hpp"

#include <gtest/gtest.h>

namespace widgetstream {
namespace {

TEST(Error, CarriesItsKindAndMessage) {
  const Error error{ErrorKind::invalid_config, "port: \"abc\" is no number"};
  EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
  EXPECT_STREQ(error.what(), "port: \"abc\" is no number");
}

TEST(Error, KindsAreSpelledLikeTheirEnumerators) {
  EXPECT_EQ(toString(ErrorKind::invalid_topology), "invalid_topology");
  EXPECT_EQ(toString(ErrorKind::invalid_config), "invalid_config");
  EXPECT_EQ(toString(ErrorKind::retriable), "retriable");
  EXPECT_EQ(toString(ErrorKind::task_migrated), "task_migrated");
  EXPECT_EQ(toString(ErrorKind::store_corrupted), "store_corrupted");
  EXPECT_EQ(toString(ErrorKind::bad_record), "bad_record");
  EXPECT_EQ(toString(ErrorKind::not_available), "not_available");
  EXPECT_EQ(toString(ErrorKind::invalid_argument), "invalid_argument");
  EXPECT_EQ(toString(ErrorKind::fatal), "fatal");
}

}  // namespace
}  // namespace widgetstream
