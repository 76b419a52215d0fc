// Engines whose keys begin with the number of a segment.

#include "state/big_endian.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Segments : public ::testing::TestWithParam<bool> {
 protected:
  std::unique_ptr<StoreEngine> open(std::optional<Milliseconds> interval = Milliseconds{60'000},
                                    ValueFormat format = ValueFormat::plain) {
    EngineOptions options;
    options.directory = directory.path() / "store";
    options.store = "store";
    options.changelog_partition = "app-store-changelog-0";
    options.format = format;
    options.segment_interval = interval;
    return (GetParam() ? persistentKeyValueStore("store") : inMemoryKeyValueStore("store")).open(options);
  }
  static void fill(StoreEngine& engine) {
    StoreBatch batch;
    for (const std::int64_t segment : {7, 2, 300}) {
      batch.put(detail::bigEndian(segment) + "b", "y");
      batch.put(detail::bigEndian(segment) + "a", "x");
    }
    batch.erase(detail::bigEndian(999) + "a");
    engine.apply(batch, 42);
  }
  static std::vector<std::string> walk(EngineIterator& at) {
    std::vector<std::string> keys;
    for (; at.valid(); at.next()) {
      keys.push_back(std::to_string(detail::readBigEndian(at.key().data())) + std::string{at.key().substr(8)});
    }
    return keys;
  }
  std::string refusal(std::optional<Milliseconds> interval, ValueFormat format) {
    try {
      static_cast<void>(open(interval, format));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::store_corrupted);
      return error.what();
    }
    return "not refused";
  }

  TempDir directory;
};

TEST_P(Segments, AreWalkedInOrder) {
  const auto engine = open();
  fill(*engine);
  EXPECT_THAT(walk(*engine->scan({})), ElementsAre("2a", "2b", "7a", "7b", "300a", "300b"));
  ScanBounds part{detail::bigEndian(2) + "b", detail::bigEndian(300) + "a", true, true};
  EXPECT_THAT(walk(*engine->scan(part)), ElementsAre("300a", "7b", "7a", "2b"));
  EXPECT_THAT(engine->segments(), ElementsAre(2, 7, 300));
  Bytes value;
  EXPECT_TRUE(engine->get(detail::bigEndian(7) + "b", value));
  EXPECT_EQ(value, "y");
  EXPECT_FALSE(engine->get(detail::bigEndian(8) + "b", value));
}

TEST_P(Segments, AreDroppedWholeButWalksThatHaveBegunStillSeeThem) {
  const auto engine = open();
  fill(*engine);
  const auto begun = engine->scan({});
  engine->dropSegmentsBefore(8);
  EXPECT_THAT(walk(*engine->scan({})), ElementsAre("300a", "300b"));
  EXPECT_THAT(engine->segments(), ElementsAre(300));
  EXPECT_THAT(walk(*begun), ElementsAre("2a", "2b", "7a", "7b", "300a", "300b"));
}

TEST_P(Segments, AreThereAfterARestartWithTheirOffset) {
  if (!GetParam()) return;
  {
    const auto engine = open();
    fill(*engine);
    engine->dropSegmentsBefore(3);
  }
  const auto engine = open();
  EXPECT_THAT(walk(*engine->scan({})), ElementsAre("7a", "7b", "300a", "300b"));
  EXPECT_EQ(engine->changelogOffset(), 42);
}

TEST_P(Segments, OfAnotherLengthOrOfOtherValuesAreRefused) {
  if (!GetParam()) return;
  fill(*open());
  EXPECT_THAT(refusal(Milliseconds{90'000}, ValueFormat::plain), HasSubstr("60000 ms instead of 90000"));
  EXPECT_THAT(refusal(Milliseconds{60'000}, ValueFormat::timestamped), HasSubstr("another kind of store"));
  EXPECT_THAT(refusal(std::nullopt, ValueFormat::plain), HasSubstr("another kind of store"));
  EXPECT_EQ(refusal(Milliseconds{60'000}, ValueFormat::plain), "not refused");
}

INSTANTIATE_TEST_SUITE_P(Engines, Segments, ::testing::Values(true, false),
                         [](const auto& of) { return std::string{of.param ? "rocksdb" : "memory"}; });

}  // namespace
}  // namespace widgetstream
