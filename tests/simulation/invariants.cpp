// What must hold at-least-once, whatever goes wrong.

#include <algorithm>

#include "tests/simulation/world.hpp"

namespace widgetstream::simulation {
namespace {

constexpr const char* application = "app";

/// Everything in a changelog partition folded into entries, as far as `end`.
std::map<Bytes, Bytes, std::less<>> folded(const InMemoryBroker& broker, const TopicPartition& changelog,
                                           std::int64_t end) {
  std::map<Bytes, Bytes, std::less<>> entries;
  for (const BrokerRecord& record : broker.records(changelog)) {
    if (record.offset >= end) break;
    if (record.value) {
      entries[*record.key] = *record.value;
    } else {
      entries.erase(*record.key);
    }
  }
  return entries;
}

std::string asText(const std::map<Bytes, Bytes, std::less<>>& entries) {
  std::string text;
  for (const auto& [key, value] : entries) text += " " + key + "=" + value;
  return text;
}

void hash(std::uint64_t& digest, std::string_view text) {
  for (const char c : text) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
}

}  // namespace

/// I6: what is committed never goes back.
void World::checkCommitted() {
  for (const auto& [partition, offset] : broker_.committed(application)) {
    std::int64_t& before = committed_[partition];
    if (offset.offset < before)
      broken("the committed offset of " + toString(partition) + " went back from " + std::to_string(before) + " to " +
             std::to_string(offset.offset));
    before = offset.offset;
  }
}

std::map<std::string, Seen> World::expected() const {
  std::map<std::string, Seen> all;
  for (const auto& [key, number] : inputs_) {
    if (const auto under = workload_->keyOf(key, number)) all[*under].insert(number);
  }
  return all;
}

/// I1 and I2: no input is lost, nothing comes from nowhere, and the last output of each key is whole.
void World::checkResults() {
  std::map<std::string, Seen> last;
  const std::map<std::string, Seen> wanted = expected();
  for (const BrokerRecord& record : broker_.records("out")) {
    const Seen seen = seenIn(*record.value);
    const auto of_key = wanted.find(*record.key);
    if (of_key == wanted.end()) broken("an output of the key " + *record.key + ", which no input has");
    if (!std::includes(of_key->second.begin(), of_key->second.end(), seen.begin(), seen.end()))
      broken("an output of " + *record.key + " tells of inputs it never had: " + *record.value);
    last[*record.key] = seen;
  }
  for (const auto& [key, seen] : wanted) {
    if (last[key] != seen)
      broken("the last output of " + key + " is " + toText(last[key]) + " instead of " + toText(seen));
  }
  const std::string changelog = std::string{application} + "-" + workload_->store() + "-changelog";
  std::map<std::string, Seen> stored;
  for (std::int32_t partition = 0; partition < broker_.partitionCount(changelog); ++partition) {
    const TopicPartition at{changelog, partition};
    for (const auto& [key, value] : folded(broker_, at, broker_.offsets(at).end)) stored[key] = seenIn(value);
  }
  if (stored != wanted) {
    for (const auto& [key, seen] : wanted) {
      if (stored[key] != seen)
        broken("the changelog has " + key + " as " + toText(stored[key]) + " instead of " + toText(seen));
    }
    broken("the changelog has keys that no input has");
  }
}

/// I4 and I5: what is on a disk is the changelog as far as the disk says it is.
void World::checkDisks() {
  for (const auto& host : hosts_) {
    for (const auto& [place, image] : host->disk().images()) {
      if (!image.changelog_offset) continue;
      const std::size_t slash = place.find('/');
      const std::string task = place.substr(0, slash);
      const std::int32_t partition = std::stoi(task.substr(task.find('_') + 1));
      const TopicPartition changelog{std::string{application} + "-" + place.substr(slash + 1) + "-changelog",
                                     partition};
      std::map<Bytes, Bytes, std::less<>> bare;
      constexpr std::size_t timestamp_bytes = 8;
      for (const auto& [key, value] : image.entries) bare[key] = value.substr(timestamp_bytes);
      const auto wanted = folded(broker_, changelog, *image.changelog_offset + 1);
      if (bare != wanted)
        broken("the disk of " + host->name() + " has " + place + " at offset " +
               std::to_string(*image.changelog_offset) + " as" + asText(bare) + " where the changelog has" +
               asText(wanted));
    }
  }
}

/// I13: poison is in the dead letters, and nothing else is.
void World::checkDeadLetters() {
  Seen dead;
  for (const BrokerRecord& record : broker_.records("dead")) dead.insert(std::stoll(*record.value));
  Seen poison;
  for (const auto& [key, number] : inputs_) {
    if (number % poison_every == poison_every - 1) poison.insert(number);
  }
  if (dead != poison) broken("the dead letters are " + toText(dead) + " instead of " + toText(poison));
}

std::uint64_t World::digest() const {
  std::uint64_t digest = 0xcbf29ce484222325ULL;
  for (const BrokerRecord& record : broker_.allRecords()) {
    hash(digest, record.topic);
    hash(digest, std::to_string(record.partition) + "/" + std::to_string(toMillis(record.timestamp)));
    hash(digest, record.key.value_or("-"));
    hash(digest, record.value.value_or("-"));
  }
  for (const auto& [partition, offset] : broker_.committed(application)) {
    hash(digest, toString(partition) + "=" + std::to_string(offset.offset));
  }
  return digest;
}

}  // namespace widgetstream::simulation
