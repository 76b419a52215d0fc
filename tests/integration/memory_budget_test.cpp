// One memory budget: 64 partitions and 3 stores are 192 databases, and take no more than a few would.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <sstream>

#include "tests/support/kafka_broker.hpp"
#include "tests/support/process.hpp"
#include "tests/support/rounds.hpp"
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

/// What memory-app printed at a twentieth of the records.
struct Sample {
  std::size_t records = 0;
  std::size_t resident = 0;
  std::size_t files = 0;
};

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
  std::vector<Sample> samples;

  explicit Measured(const std::string& output) {
    std::stringstream text(output);
    for (std::string line; std::getline(text, line);) {
      std::stringstream lines(line);
      std::string word;
      lines >> word;
      if (word == "counted") lines >> counted;
      if (word == "resident") lines >> resident;
      if (word == "at") {
        Sample sample;
        std::string resident_word;
        std::string open_word;
        lines >> sample.records >> sample.resident >> resident_word >> sample.files >> open_word;
        samples.push_back(sample);
      }
      if (word == "peak") {
        Peak peak;
        std::string of;
        lines >> peak.name >> peak.bytes >> of >> peak.ceiling;
        peaks.push_back(peak);
      }
    }
  }
};

/// The largest of some samples.
std::size_t largest(const std::vector<Sample>& samples, std::size_t from, std::size_t to, std::size_t Sample::*of) {
  std::size_t found = 0;
  for (std::size_t i = from; i < std::min(to, samples.size()); ++i) found = std::max(found, samples[i].*of);
  return found;
}

TEST(MemoryBudget, NeitherMemoryNorOpenFilesGrowWithTheRecordsTaken) {
  KafkaBroker broker;
  TempDir directory;
  const int millions = rounds(1, 100);
  const std::string records = std::to_string(millions) + "000000";
  Process load({.command = {WIDGETSTREAM_MEMORY_APP, "load", broker.bootstrapServers(), records, "20", "100000"},
                .output = directory.path() / "load.out"});
  ASSERT_EQ(load.wait(minutes{rounds(4, 60)}), (ProcessExit{0, 0})) << load.output();
  Process run({.command = {WIDGETSTREAM_MEMORY_APP, "soak", broker.bootstrapServers(), directory.path() / "state",
                           records},
               .output = directory.path() / "run.out"});
  ASSERT_EQ(run.wait(minutes{rounds(5, 60)}), (ProcessExit{0, 0})) << run.output();
  const Measured measured{run.output()};
  EXPECT_EQ(measured.counted, records) << "nothing is lost and nothing twice";
  const std::vector<Sample>& samples = measured.samples;
  ASSERT_GE(samples.size(), 4U) << run.output();
  // Caches and memtables fill in the first half.
  const std::size_t half = samples.size() / 2;
  const std::size_t resident = largest(samples, half / 2, half, &Sample::resident);
  const std::size_t resident_later = largest(samples, half, samples.size(), &Sample::resident);
  const std::size_t files = largest(samples, half / 2, half, &Sample::files);
  const std::size_t files_later = largest(samples, half, samples.size(), &Sample::files);
  // Short runs end before they are full.
  if (memory_is_the_programs_own && torturing()) {
    EXPECT_LT(resident_later, resident + resident / 20) << run.output();
    EXPECT_LE(files_later, files + files / 4) << run.output();
  }
  EXPECT_LT(files_later, 1000U) << run.output();
  figure("39: memory over a long run", millions, " million records, 20 partitions: ", resident / 1'000'000,
         " MB resident in the second quarter, ", resident_later / 1'000'000, " MB in the second half; files ", files,
         " and ", files_later);
}

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
