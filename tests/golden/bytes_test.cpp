// The bytes of records on internal and output topics, against those that Java Kafka Streams 4.3.0 wrote.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/golden/byte_runs.hpp"
#include "widgetstream/testing/topology_test_driver.hpp"

namespace widgetstream::golden {
namespace {

/// Lines "  ts=1000 key=6b val=7631 hdr=[h1=48]" under "topic <name>".
using Lines = std::map<std::string, std::vector<std::string>>;

Lines javasLines(const std::string& run) {
  std::ifstream file{std::string{WIDGETSTREAM_TEST_DIR} + "/golden/data/bytes_golden.txt"};
  Lines lines;
  bool is_of_run = false;
  std::string topic;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("### ")) {
      is_of_run = line.substr(4) == run;
    } else if (is_of_run && line.starts_with("topic ")) {
      topic = line.substr(6);
      lines[topic];
    } else if (is_of_run) {
      lines[topic].push_back(line);
    }
  }
  return lines;
}

std::string hex(const NullableBytes& bytes) {
  if (!bytes) return "null";
  std::string text;
  for (const char c : *bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string line(const BrokerRecord& record) {
  std::string headers;
  for (const Header& header : record.headers) {
    headers += (headers.empty() ? "" : " ") + header.key + "=" + hex(header.value);
  }
  return "  ts=" + std::to_string(toMillis(record.timestamp)) + " key=" + hex(record.key) + " val=" +
      hex(record.value) + " hdr=[" + headers + "]";
}

Lines linesOf(const ByteRun& run) {
  TopologyTestDriverOptions options;
  options.application_id = "app";
  options.cache_max_bytes = 0;
  TopologyTestDriver driver{run.build(), options};
  for (const ByteRun::Input& input : run.inputs) {
    const Headers headers = input.header.empty() ? Headers{} : Headers{{input.header, "H"}};
    driver.input<Text, Text>(input.topic).pipe(
        TestRecord<Text, Text>{input.key, input.value, fromMillis(input.timestamp), headers});
  }
  Lines lines;
  for (const BrokerRecord& record : driver.sentRecords()) lines[record.topic].push_back(line(record));
  return lines;
}

class BytesOfRun : public ::testing::TestWithParam<std::string> {};

TEST_P(BytesOfRun, AreJavas) {
  const Lines expected = javasLines(GetParam());
  ASSERT_FALSE(expected.empty());
  Lines sent = linesOf(byteRuns().at(GetParam()));
  for (const auto& [topic, lines] : expected) EXPECT_THAT(sent[topic], ::testing::ElementsAreArray(lines)) << topic;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& [name, run] : byteRuns()) all.push_back(name);
  return all;
}

std::string testName(const ::testing::TestParamInfo<std::string>& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Golden, BytesOfRun, ::testing::ValuesIn(names()), testName);

}  // namespace
}  // namespace widgetstream::golden
