// One memory budget: 64 partitions and 3 stores are 192 databases, and take no more than a few would.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <sstream>

#include "tests/support/kafka_broker.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {
namespace {

using std::chrono::minutes;

/// Sanitizers take several times what the program does.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_the_programs_own = false;
#else
constexpr bool memory_is_the_programs_own = true;
#endif

/// WIDGETSTREAM_TEST_MEMORY_RECORDS in the environment asks for more than the two million that take a minute.
std::string recordsOfTest() {
  const char* const asked = std::getenv("WIDGETSTREAM_TEST_MEMORY_RECORDS");
  return asked ? asked : memory_is_the_programs_own ? "2000000" : "200000";
}

int limitOfTest(int usual_minutes) {
  return std::getenv("WIDGETSTREAM_TEST_MEMORY_RECORDS") ? 180 : usual_minutes;
}

struct Peak {
  std::string name;
  std::size_t bytes = 0;
  std::size_t ceiling = 0;
};

/// What memory-app has printed.
struct Measured {
  std::string counted;
  std::size_t resident = 0;
  std::vector<Peak> peaks;

  explicit Measured(const std::string& output) {
    std::stringstream lines(output);
    for (std::string word; lines >> word;) {
      if (word == "counted") lines >> counted;
      if (word == "resident") lines >> resident;
      if (word == "peak") {
        Peak peak;
        std::string of;
        lines >> peak.name >> peak.bytes >> of >> peak.ceiling;
        peaks.push_back(peak);
      }
    }
  }
};

TEST(MemoryBudget, HoldsWith64PartitionsAnd3Stores) {
  KafkaBroker broker;
  TempDir directory;
  const std::string records = recordsOfTest();
  Process load({.command = {WIDGETSTREAM_MEMORY_APP, "load", broker.bootstrapServers(), records},
                .output = directory.path() / "load.out"});
  ASSERT_EQ(load.wait(minutes{limitOfTest(4)}), (ProcessExit{0, 0})) << load.output();

  Process run({.command = {WIDGETSTREAM_MEMORY_APP, "run", broker.bootstrapServers(), directory.path() / "state",
                           records, "memory.budget.bytes=268435456"},
               .output = directory.path() / "run.out"});
  ASSERT_EQ(run.wait(minutes{limitOfTest(5)}), (ProcessExit{0, 0}))
      << run.output();
  const Measured measured{run.output()};
  EXPECT_EQ(measured.counted, records) << "nothing is lost and nothing twice";
  EXPECT_GT(measured.resident, 0U);
  if (memory_is_the_programs_own) {
    EXPECT_LT(measured.resident, 330'000'000U) << run.output();
  }
  std::size_t ceilings = 0;
  for (const Peak& peak : measured.peaks) {
    EXPECT_LE(peak.bytes, peak.ceiling) << peak.name;
    ceilings += peak.ceiling;
  }
  EXPECT_EQ(measured.peaks.size(), 7U);
  EXPECT_LE(ceilings, 268'435'456U);
  RecordProperty("resident", std::to_string(measured.resident));
  std::cout << run.output();
}

}  // namespace
}  // namespace widgetstream
