// tests/serde/windowed_serdes_test.cpp — keys with a window behind them: the very bytes of Java's.
#include "widgetstream/serde/windowed_serdes.hpp"

#include <gmock/gmock.h>

#include "tests/serde/model.hpp"

namespace widgetstream::tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Key = Windowed<std::string>;

std::string hexOf(const Bytes& bytes) {
  std::string hex;
  for (const char byte : bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

Bytes bytesOf(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
  return bytes;
}

Key key(std::string inner, std::int64_t start, std::int64_t end) {
  return {std::move(inner), {fromMillis(start), fromMillis(end)}};
}

const Serde<Key> minutes = TimeWindowedSerde<std::string>{1min};
const Serde<Key> sessions = SessionWindowedSerde<std::string>{};

// The bytes are those of the contract, section 5.3, without the sequence number of a changelog.
TEST(TimeWindowedKeys, AreTheKeyAndTheStartOfTheWindow) {
  EXPECT_EQ(hexOf(minutes.encode(key("k", 1000, 61000))), "6b00000000000003e8");
  EXPECT_EQ(hexOf(minutes.encode(key("", 0, 60000))), "0000000000000000");
}

TEST(TimeWindowedKeys, GetTheirEndFromTheSizeWhichIsNotInTheBytes) {
  EXPECT_EQ(minutes.decode(bytesOf("6b00000000000003e8")), key("k", 1000, 61000));
  const Serde<Key> seconds = WindowedSerdes::timeWindowedSerdeFrom<std::string>(1s);
  EXPECT_EQ(seconds.decode(bytesOf("6b00000000000003e8")), key("k", 1000, 2000));
}

TEST(TimeWindowedKeys, EndAtTheLargestTimeThereIs) {
  const Serde<Key> endless = TimeWindowedSerde<std::string>{Milliseconds::max()};
  EXPECT_EQ(endless.decode(bytesOf("6b00000000000003e8")).window.end, Timestamp::max());
}

TEST(TimeWindowedKeys, OfAChangelogEndInASequenceNumber) {
  const Serde<Key> changelog = TimeWindowedSerde<std::string>{1min}.forChangelog();
  EXPECT_EQ(changelog.decode(bytesOf("6b00000000000003e800000007")), key("k", 1000, 61000));
}

TEST(SessionKeys, AreTheKeyThenEndAndStartOfTheSession) {
  EXPECT_EQ(hexOf(sessions.encode(key("k", 900, 1000))), "6b00000000000003e80000000000000384");
  EXPECT_EQ(sessions.decode(bytesOf("6b00000000000003e80000000000000384")), key("k", 900, 1000));
  EXPECT_EQ(sessions.decode(bytesOf("6b00000000000003e800000000000003e8")), key("k", 1000, 1000));
}

TEST(WindowedKeys, ArePartitionedByTheInnerKey) {
  for (const Serde<Key>& serde : {minutes, sessions}) {
    Bytes base;
    EXPECT_TRUE(serde.encodeBaseKey(key("inner", 1000, 61000), {}, base));
    EXPECT_EQ(base, "inner");
  }
}

TEST(OtherKeys, ArePartitionedByAllTheirBytes) {
  Bytes base;
  EXPECT_FALSE(defaultSerde<std::string>().encodeBaseKey("key", {}, base));
  EXPECT_EQ(base, "");
}

TEST(WindowedKeys, AreDecodedIntoMemoryThatIsThere) {
  std::optional<Key> into = key(std::string(100, 'x'), 0, 1);
  const char* memory = into->key.data();
  minutes.decode(bytesOf("6b00000000000003e8"), {}, into);
  EXPECT_EQ(into, key("k", 1000, 61000));
  EXPECT_EQ(into->key.data(), memory);
}

TEST(WindowedKeys, UseAnInnerSerdeOfOnesOwn) {
  const Serde<Windowed<std::int32_t>> numbers = TimeWindowedSerde<std::int32_t>{IntegerSerde{}, 1s};
  EXPECT_EQ(hexOf(numbers.encode({7, {fromMillis(1000), fromMillis(2000)}})), "0000000700000000000003e8");
}

TEST(WindowedKeys, SayWhatIsWrongWithBytesThatAreNone) {
  EXPECT_EQ(badRecordOf([] { (void)minutes.decode("abc"); }), "TimeWindowedSerde: expected at least 8 bytes, got 3");
  EXPECT_EQ(badRecordOf([] { (void)sessions.decode("abc"); }),
            "SessionWindowedSerde: expected at least 16 bytes, got 3");
  EXPECT_EQ(badRecordOf([] { (void)minutes.decode(bytesOf("6bffffffffffffffff")); }),
            "TimeWindowedSerde: window -1/59999 starts before 1970 or ends before its start");
  EXPECT_EQ(badRecordOf([] { (void)sessions.decode(bytesOf("6b000000000000000100000000000003e8")); }),
            "SessionWindowedSerde: window 1000/1 starts before 1970 or ends before its start");
}

TEST(TimeWindowedSerde, NeedsTheSizeOfTheWindows) {
  try {
    (void)TimeWindowedSerde<std::string>{0ms};
    FAIL() << "windows of no size were taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("0 ms"));
  }
}

}  // namespace
}  // namespace widgetstream::tests
