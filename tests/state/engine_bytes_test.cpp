// What window, session and versioned stores keep in RocksDB, byte by byte. Source: the databases of Java Kafka Streams
// 4.3.0 after the same puts (contract 5.4, 5.5, 5.8, 5.11), but for the number of the segment, which stands before each
// key here and names a directory there.

#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/state/versioned_store_builders.hpp"
#include "widgetstream/state/window_store_builders.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using Text = std::string;
using Count = std::int64_t;

const Text segment_0 = "0000000000000000 ";

Text hex(BytesView bytes) {
  Text text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

class EngineBytes : public ::testing::Test {
 protected:
  template <class Store>
  Store& open(StoreBuilder builder) {
    builder.open = [this, open = builder.open](const EngineOptions& options) {
      auto made = open(options);
      engine = made.get();
      return made;
    };
    state = builder.make(builder);
    state->open(context);
    return dynamic_cast<Store&>(*state);
  }
  /// `segment key = value` of all rows, after a commit.
  std::vector<Text> rows() {
    state->flushCache();
    state->commit(context.lastOffset());
    std::vector<Text> found;
    for (const auto at = engine->scan({}); at->valid(); at->next()) {
      found.push_back(hex(at->key().substr(0, 8)) + " " + hex(at->key().substr(8)) + " = " + hex(at->value()));
    }
    return found;
  }

  TempDir directory;
  FakeStoreContext context{directory.path()};
  std::unique_ptr<StateStore> state;
  const StoreEngine* engine = nullptr;
};

TEST_F(EngineBytes, OfATimestampedWindowStore) {
  auto& store = open<TimestampedWindowStore<Text, Count>>(
      timestampedWindowStoreBuilder<Text, Count>(persistentWindowStore("st", 500ms, 500ms)));
  store.put("k", {1, fromMillis(1000)}, fromMillis(1000));
  store.put("q", {1, fromMillis(1100)}, fromMillis(1000));
  EXPECT_THAT(rows(), ElementsAre(segment_0 + "6b00000000000003e800000000 = 00000000000003e80000000000000001",
                                  segment_0 + "7100000000000003e800000000 = 000000000000044c0000000000000001"));
}

TEST_F(EngineBytes, OfAWindowStoreWithHeaders) {
  auto& store = open<TimestampedWindowStoreWithHeaders<Text, Count>>(
      timestampedWindowStoreWithHeadersBuilder<Text, Count>(persistentWindowStore("st", 500ms, 500ms)));
  store.put("k", {1, fromMillis(1000), {}}, fromMillis(1000));
  store.put("q", {1, fromMillis(1100), {{"h", "x"}, {"n", std::nullopt}}}, fromMillis(1000));
  EXPECT_THAT(rows(), ElementsAre(segment_0 + "6b00000000000003e800000000 = 0000000000000003e80000000000000001",
                                  segment_0 + "7100000000000003e800000000 = 1004026802780" + "26e01" +
                                      "000000000000044c0000000000000001"));
}

TEST_F(EngineBytes, OfATimeOrderedWindowStore) {
  auto& store = open<TimestampedWindowStore<Text, Count>>(
      timestampedWindowStoreBuilder<Text, Count>(persistentTimeOrderedWindowStore("st", 500ms, 500ms)));
  store.put("k", {1, fromMillis(1000)}, fromMillis(1000));
  store.put("k", {1, fromMillis(1600)}, fromMillis(1500));
  EXPECT_THAT(rows(), ElementsAre(segment_0 + "0000000000000003e86b00000000 = 00000000000003e80000000000000001",
                                  segment_0 + "0000000000000005dc6b00000000 = 00000000000006400000000000000001"));
}

TEST_F(EngineBytes, OfTheWindowsOfAJoin) {
  auto& store = open<TypedJoinWindowStore<Text, Text>>(
      joinWindowStoreBuilder<Text, Text>(persistentWindowStore("st", 20s, 10s, true)));
  const Text first = "L1";
  const Text second = "L2";
  store.put("k", fromMillis(1000), Nullable<Text>{first}, fromMillis(1000), stampAt(1000));
  store.put("z", fromMillis(1010), Nullable<Text>{second}, fromMillis(1010), stampAt(1010));
  EXPECT_THAT(rows(), ElementsAre(segment_0 + "6b00000000000003e800000001 = 4c31",
                                  segment_0 + "7a00000000000003f200000002 = 4c32"));
}

TEST_F(EngineBytes, OfASessionStore) {
  auto& store = open<SessionStore<Text, Count>>(sessionStoreBuilder<Text, Count>(persistentSessionStore("st", 500ms)));
  store.put({"k", {fromMillis(900), fromMillis(1000)}}, 2);
  store.put({"q", {fromMillis(1100), fromMillis(1100)}}, 1);
  EXPECT_THAT(rows(), ElementsAre(segment_0 + "6b00000000000003e80000000000000384 = 0000000000000002",
                                  segment_0 + "71000000000000044c000000000000044c = 0000000000000001"));
}

TEST_F(EngineBytes, OfASessionStoreWithHeaders) {
  auto& store = open<SessionStoreWithHeaders<Text, Count>>(
      sessionStoreWithHeadersBuilder<Text, Count>(persistentSessionStore("st", 500ms)));
  store.put({"k", {fromMillis(900), fromMillis(1000)}}, {2, {}});
  EXPECT_THAT(rows(), ElementsAre(segment_0 + "6b00000000000003e80000000000000384 = 000000000000000002"));
}

TEST_F(EngineBytes, OfAVersionedStore) {
  auto& store = open<VersionedKeyValueStore<Text, Text>>(
      versionedKeyValueStoreBuilder<Text, Text>(persistentVersionedKeyValueStore("vt", 10min)));
  store.put("k", "v1", fromMillis(1000));
  store.put("k", "v2", fromMillis(2000));
  store.put("k", "v15", fromMillis(1500));
  store.erase("k", fromMillis(3000));
  // The segment's end 3000, its begin 1000; 2000, 1500 and 1000 with their sizes; the values, oldest first.
  const Text row = "0000000000000bb800000000000003e800000000000007d00000000200000000000005dc0000000300000000000003e8" +
                   Text{"00000002"} + "7631" + "763135" + "7632";
  EXPECT_THAT(rows(), ElementsAre(segment_0 + "6b = " + row));
  store.put("k", "v4", fromMillis(700'000));
  EXPECT_THAT(rows(), ElementsAre("ffffffffffffffff 6b = 00000000000aae607634"));
}

}  // namespace
}  // namespace widgetstream
