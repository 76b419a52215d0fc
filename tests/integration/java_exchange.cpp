#include "tests/integration/java_exchange.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <stdexcept>

#include "tests/support/process.hpp"
#include "tests/support/server_files.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

constexpr std::chrono::seconds run_timeout{120};

std::string shown(const std::optional<std::string>& bytes) {
  if (!bytes) return "null";
  std::string text;
  for (const char byte : *bytes) {
    if (byte > ' ' && byte <= '~' && byte != '\\') {
      text += byte;
    } else {
      text += {'\\', "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4],
               "0123456789abcdef"[static_cast<unsigned char>(byte) & 15]};
    }
  }
  return "'" + text + "'";
}

std::string line(const KafkaTestRecord& record) {
  std::string line = "p" + std::to_string(record.partition) + " @" + std::to_string(record.timestamp_ms) + " " +
                     shown(record.key) + " = " + shown(record.value);
  for (const auto& [name, value] : record.headers) line += " " + name + "=" + shown(value);
  return line;
}

std::vector<std::string> linesOf(const std::vector<KafkaTestRecord>& records) {
  std::vector<std::string> lines;
  for (const KafkaTestRecord& record : records) lines.push_back(line(record));
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// Topics that the application reads although it makes them itself.
bool isRepartition(const std::string& topic) {
  return topic.ends_with("-repartition") || topic.ends_with("-topic");
}

}  // namespace

std::int64_t exchangeEpoch() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return (std::chrono::duration_cast<std::chrono::minutes>(now) - std::chrono::minutes{2}) /
         std::chrono::milliseconds{1};
}

Exchange::Exchange(ExchangeCase of, const std::string& name)
    : case_(std::move(of)), application_id_(case_.topology + "-" + name) {
  for (const auto& [input, partitions] : case_.inputs) client_.createTopic(full(input), partitions);
  client_.createTopic(full("out"), 2);
}

void Exchange::produce(const ExchangePart& part) {
  for (const ExchangeInput& input : part) client_.produce(full(input.topic), input.records);
}

std::vector<std::string> Exchange::command(Language language) const {
  std::vector<std::string> command{WIDGETSTREAM_EXCHANGE_APP};
  if (language == Language::java) {
    command = {"java",
               "-Xmx256m",
               "-XX:+UseSerialGC",
               "-XX:TieredStopAtLevel=1",
               "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
               "-cp",
               serverClassPath("streams"),
               "widgetstream.compat.ExchangeApp"};
  }
  const auto state_dir = directory_.path() / (language == Language::java ? "java" : "cpp");
  command.insert(command.end(), {case_.topology, application_id_, broker_.bootstrapServers(), state_dir.string()});
  command.insert(command.end(), case_.settings.begin(), case_.settings.end());
  return command;
}

void Exchange::run(Language language, const std::vector<ExchangePart>& parts,
                   const std::vector<std::string>& settings) {
  std::vector<std::string> all = command(language);
  all.insert(all.end(), settings.begin(), settings.end());
  const auto output = directory_.path() / ("output." + std::to_string(++runs_));
  const auto log = directory_.path() / ("log." + std::to_string(runs_));
  produce(parts.front());  // there before the application is, as after an interruption
  Process process{{.command = all, .output = output, .error_output = log}};
  const auto fail = [&](const std::string& problem) {
    throw std::runtime_error{application_id_ + ", run " + std::to_string(runs_) +
                             (language == Language::java ? " (Java): " : " (C++): ") + problem + "\n" + logTail(log)};
  };
  if (!process.waitForOutput("running", run_timeout)) fail("it does not run");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) produce(parts[i]);
    if (!waitUntil([&] { return caughtUp() || !process.running(); }, run_timeout)) fail("it does not take all its input");
  }
  const ProcessExit exit = process.end(SIGTERM, run_timeout);
  if (exit != ProcessExit{.code = 0}) {
    fail("it ended with code " + std::to_string(exit.code) + ", signal " + std::to_string(exit.signal));
  }
}

std::vector<std::string> Exchange::ownTopics() {
  std::vector<std::string> own;
  for (const auto& [topic, partitions] : client_.topics()) {
    if (!topic.starts_with(application_id_ + "-")) continue;
    const std::string name = shortName(topic);
    if (name != "out" && !case_.inputs.contains(name)) own.push_back(name);
  }
  return own;
}

bool Exchange::caughtUp() {
  std::vector<std::string> sources;
  for (const auto& [input, partitions] : case_.inputs) sources.push_back(input);
  std::ranges::copy_if(ownTopics(), std::back_inserter(sources), isRepartition);
  // Twice: what is committed the first time may have been sent on to a topic that was looked at before.
  for (int round = 0; round < 2; ++round) {
    const auto committed = client_.committedOffsets(application_id_);
    for (const std::string& source : sources) {
      const auto ends = client_.endOffsets(full(source));
      for (std::size_t partition = 0; partition < ends.size(); ++partition) {
        const auto found = committed.find({full(source), static_cast<std::int32_t>(partition)});
        if (ends[partition] > 0 && (found == committed.end() || found->second < ends[partition])) return false;
      }
    }
  }
  return true;
}

std::string Exchange::records(const std::string& topic) {
  return joined(linesOf(client_.consumeAll(full(topic))));
}

std::string Exchange::recordsInAnyOrder(const std::string& topic) {
  auto lines = linesOf(client_.consumeAll(full(topic)));
  std::ranges::sort(lines);
  return joined(lines);
}

std::string Exchange::valuesByKey(const std::string& topic) {
  std::map<std::string, std::string> values;
  for (const KafkaTestRecord& record : client_.consumeAll(full(topic))) {
    values[shown(record.key)] += " " + shown(record.value);
  }
  std::string text;
  for (const auto& [key, all] : values) text += key + ":" + all + "\n";
  return text;
}

std::map<std::string, KafkaTestRecord> Exchange::compacted(const std::string& topic) {
  std::map<std::string, KafkaTestRecord> rows;
  for (KafkaTestRecord& record : client_.consumeAll(full(topic))) {
    const std::string key = record.key.value_or("");
    if (record.value) {
      rows.insert_or_assign(key, std::move(record));
    } else {
      rows.erase(key);
    }
  }
  return rows;
}

std::string Exchange::table(const std::string& topic) {
  std::string text;
  for (const auto& [key, record] : compacted(topic)) text += line(record) + "\n";
  return text;
}

std::string Exchange::keys(const std::string& topic) {
  std::string text;
  for (const auto& [key, record] : compacted(topic)) text += shown(key) + "\n";
  return text;
}

std::string Exchange::commits() {
  const auto offsets = client_.committedOffsets(application_id_);
  std::string text;
  for (const auto& [partition, metadata] : client_.committedMetadata(application_id_)) {
    text += shortName(partition.first) + "-" + std::to_string(partition.second) + ": " +
            std::to_string(offsets.at(partition)) + " " + metadata + "\n";
  }
  return text;
}

std::string Exchange::internalTopics() {
  const auto partitions = client_.topics();
  std::string text;
  for (const std::string& name : ownTopics()) {
    text += name + ": " + std::to_string(partitions.at(full(name))) + " partitions\n";
    for (const auto& [config, value] : client_.topicConfigs(full(name))) text += "  " + config + "=" + value + "\n";
  }
  return text;
}

}  // namespace widgetstream
