// Disks that are full, fail or give back other bytes: nothing wrong is served, nothing is lost, nothing comes twice.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "tests/integration/widget_orders_app.hpp"
#include "tests/support/bad_disk.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/rounds.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;
using ::testing::AnyOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class DiskFaults : public ::testing::Test {
 protected:
  DiskFaults() {
    makeInputTopics(kafka);
    app.setEnvironment(disk.environment());
  }

  static std::vector<std::string> arguments() {
    static int next = 0;
    return {"--bootstrap-servers", sharedKafkaBroker().bootstrapServers(), "--application-id",
            "bad-disk-" + std::to_string(++next)};
  }
  /// The next `count` orders of each customer.
  void order(int count) {
    kafka.produce("event-topic", manyOrders(ordered, count));
    ordered += count;
  }
  /// With an error or without, but not by a signal.
  void endsByItself() {
    const ProcessExit exit = app.process().end(SIGTERM, seconds{60});
    EXPECT_TRUE(exit.signal == 0 || exit.signal == SIGTERM) << "signal " << exit.signal << "\n" << app.output();
  }
  bool everythingServedOnce() const {
    return waitUntil([&] { return allServedOnce({&app}, ordered); }, seconds{60});
  }

  KafkaClient kafka{sharedKafkaBroker().bootstrapServers()};
  WidgetOrdersApp app{arguments()};
  BadDisk disk{WIDGETSTREAM_DISK_FAULTS, app.stateDir()};
  int ordered = 0;
};

TEST_F(DiskFaults, AFullDiskIsToldAndLosesAndRepeatsNothing) {
  app.start();
  order(100);
  ASSERT_TRUE(everythingServedOnce()) << app.output();
  disk.isFull();
  order(100);
  // What waits in memory goes to the disk at the latest when the application stops.
  endsByItself();
  EXPECT_THAT(app.output(), HasSubstr("No space left")) << app.output();
  order(100);
  app.launch();  // which may fail or not, as it likes, but must not lose anything
  endsByItself();
  EXPECT_GT(disk.faults(), 0U);

  disk.isGood();
  app.start();
  EXPECT_TRUE(everythingServedOnce()) << app.output();
}

TEST_F(DiskFaults, ADiskThatFailsNowAndThenLosesAndRepeatsNothing) {
  std::vector<int> all_times{200, 50, 10};
  for (int more = 0; more < rounds(0, 15); ++more) all_times.insert(all_times.end(), {100 + more, 20 + more, 5 + more});
  for (const int times : all_times) {
    disk.isGood();
    app.start();
    order(50);
    ASSERT_TRUE(everythingServedOnce()) << app.output();
    disk.failsOnceIn(times);
    order(50);
    endsByItself();
    app.launch();
    order(50);
    endsByItself();
  }
  EXPECT_GT(disk.faults(), 0U);
  disk.isGood();
  app.start();
  EXPECT_TRUE(everythingServedOnce()) << app.output();
}

TEST_F(DiskFaults, FilesThatHaveChangedOnDiskAreFoundOutAndTheirStoresRestored) {
  std::mt19937 random{20261127};
  order(300);
  app.start();
  ASSERT_TRUE(everythingServedOnce()) << app.output();
  const int changes = rounds(12, 300);
  for (int round = 0; round < changes; ++round) {
    ASSERT_EQ(app.stop().code, 0) << app.output();
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator{app.stateDir()}) {
      const std::string name = entry.path().filename().string();
      if (entry.path().string().find("/set-aside/") != std::string::npos) continue;
      const bool counts = entry.path().extension() == ".sst" || name.starts_with("MANIFEST") || name == "CURRENT";
      if (entry.is_regular_file() && counts && entry.file_size() > 0) files.push_back(entry.path());
    }
    ASSERT_FALSE(files.empty());
    std::sort(files.begin(), files.end());
    const fs::path chosen = files[std::uniform_int_distribution<std::size_t>{0, files.size() - 1}(random)];
    const std::size_t at = std::uniform_int_distribution<std::size_t>{0, fs::file_size(chosen) - 1}(random);
    std::fstream file{chosen, std::ios::in | std::ios::out | std::ios::binary};
    file.seekg(static_cast<std::streamoff>(at));
    const char changed = static_cast<char>(file.get() ^ 0x55);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(changed);
    file.close();

    order(5);
    app.start();
    ASSERT_TRUE(everythingServedOnce()) << "round " << round << ", byte " << at << " of " << chosen << "\n" << app.output();
  }
  figure("24: a byte of a table, manifest or CURRENT changed", changes, " changes, ",
         ordered * customersOfMany().size(), " orders, each served once");
}

}  // namespace
}  // namespace widgetstream
