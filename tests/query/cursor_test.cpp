// Cursors: what a client sends back unread, or not at all.
#include "widgetstream/query/cursor.hpp"

#include <gtest/gtest.h>

#include <random>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

bool isRefused(const std::string& token) {
  try {
    (void)decodeCursor(token);
    return false;
  } catch (const Error& error) {
    return error.kind() == ErrorKind::invalid_argument;
  }
}

TEST(Cursor, ComesBackAsItWasForAnyBytes) {
  std::mt19937 random{7};
  for (std::size_t length = 0; length < 200; ++length) {
    Bytes position(length, '\0');
    for (char& byte : position) byte = static_cast<char>(random());
    EXPECT_EQ(decodeCursor(encodeCursor(position)), position);
  }
}

TEST(Cursor, NeedsNoEncodingInAUrl) {
  Bytes all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  const std::string token = encodeCursor(all);
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
}

TEST(Cursor, IsTheSameInEveryVersion) {
  EXPECT_EQ(decodeCursor(encodeCursor("Fred")), "Fred");
}

TEST(Cursor, RefusesWhatNobodyGaveOut) {
  for (const std::string token : {"", "A", "AA", "AAAA", "AAAAAAAA", "garbage", "!!!!", "====", "../../etc", "a b"}) {
    EXPECT_TRUE(isRefused(token)) << token;
  }
}

TEST(Cursor, RefusesEveryCutAndEveryMistypedLetter) {
  const std::string token = encodeCursor("Fred|1769860800000|event-topic-3-17");
  for (std::size_t at = 0; at < token.size(); ++at) {
    EXPECT_TRUE(isRefused(token.substr(0, at))) << "cut at " << at;
    std::string mistyped = token;
    mistyped[at] = mistyped[at] == 'x' ? 'y' : 'x';
    EXPECT_TRUE(isRefused(mistyped)) << "mistyped at " << at;
  }
  EXPECT_TRUE(isRefused(token + "A"));
  EXPECT_TRUE(isRefused(token + "="));
}

}  // namespace
}  // namespace widgetstream
