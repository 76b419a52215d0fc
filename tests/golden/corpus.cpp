#include "tests/golden/corpus.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include "widgetstream/serde/json.hpp"

namespace widgetstream::golden {
namespace {

const std::filesystem::path data_directory = std::filesystem::path{WIDGETSTREAM_TEST_DIR} / "golden" / "data";

const JsonValue& member(const JsonObject& of, std::string_view name) {
  if (const JsonValue* found = of.find(name)) return *found;
  throw std::runtime_error("a corpus file lacks " + std::string{name});
}
const JsonObject& object(const JsonValue& value) {
  return *value.object();
}
std::string text(const JsonObject& of, std::string_view name) {
  return *member(of, name).text();
}
std::int64_t number(const JsonObject& of, std::string_view name) {
  return *member(of, name).integer();
}

Bytes fromHex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

NullableBytes bytes(const JsonObject& of, std::string_view name) {
  const JsonValue& value = member(of, name);
  if (value.isNull()) return std::nullopt;
  return fromHex(*value.text());
}

Headers readHeaders(const JsonObject& from) {
  Headers headers;
  for (const JsonValue& header : *member(from, "headers").array()) {
    headers.push_back({text(object(header), "key"), bytes(object(header), "value_hex")});
  }
  return headers;
}

std::optional<Timestamp> time(const JsonObject& of, std::string_view name) {
  const JsonValue* value = of.find(name);
  if (!value || value->isNull()) return std::nullopt;
  return fromMillis(*value->integer());
}

CorpusRecord readRecord(const JsonObject& from) {
  CorpusRecord record;
  if (const JsonValue* step = from.find("step")) record.step = *step->integer();
  record.topic = text(from, "topic");
  record.key = bytes(from, "key_hex");
  record.value = bytes(from, "value_hex");
  const JsonValue& timestamp = member(from, "timestamp");
  record.timestamp = timestamp.isNull() ? std::nullopt : std::optional{*timestamp.integer()};
  record.headers = readHeaders(from);
  return record;
}

CorpusStep readStep(const JsonObject& from) {
  if (const JsonValue* pipe = from.find("pipe")) return readRecord(object(*pipe));
  return Milliseconds{number(from, "advance_wall_clock_ms")};
}

CorpusStore readStore(const JsonObject& from) {
  CorpusStore store{text(from, "name"), text(from, "kind"), {}};
  for (const JsonValue& value : *member(from, "entries").array()) {
    const JsonObject& entry = object(value);
    RawStoreEntry read;
    read.key = *bytes(entry, "key_hex");
    read.value = *bytes(entry, "value_hex");
    read.timestamp = time(entry, "timestamp");
    if (entry.find("headers")) read.headers = readHeaders(entry);
    if (entry.find("window_start")) read.window = {*time(entry, "window_start"), *time(entry, "window_end")};
    read.valid_to = time(entry, "valid_to");
    store.entries.push_back(std::move(read));
  }
  return store;
}

void readConfig(const JsonObject& config, CorpusCase& into) {
  into.cache_max_bytes = static_cast<std::size_t>(number(config, "statestore.cache.max.bytes"));
  into.initial_wall_clock_ms = number(config, "initial_wall_clock_ms");
  if (const JsonValue* handler = config.find("deserialization.exception.handler")) {
    into.skips_bad_bytes = handler->text()->ends_with("LogAndContinueExceptionHandler");
  }
}

void readExpectations(const JsonObject& from, CorpusCase& into) {
  into.describe = text(from, "describe");
  if (into.mode == "describe") return;
  for (const JsonValue& output : *member(from, "outputs").array()) into.outputs.push_back(readRecord(object(output)));
  for (const JsonValue& store : *member(from, "stores").array()) into.stores.push_back(readStore(object(store)));
  into.dropped_records = static_cast<std::uint64_t>(number(from, "metrics_dropped_records"));
}

/// The order of the corpus: by window, then key; versions of a key as they followed each other, duplicates as they
/// came.
void sortEntries(std::vector<RawStoreEntry>& entries) {
  const auto place = [](const RawStoreEntry& entry) {
    return std::tuple{entry.window.value_or(Window{}), BytesView{entry.key}};
  };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const auto& left, const auto& right) { return place(left) < place(right); });
}

/// Readable bytes as text, others in hexadecimal.
std::string shown(const NullableBytes& bytes) {
  if (!bytes) return "null";
  const bool readable = std::all_of(bytes->begin(), bytes->end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (readable) return '"' + *bytes + '"';
  std::string hex = "0x";
  for (const char c : *bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

}  // namespace

bool operator==(const CorpusRecord& left, const CorpusRecord& right) {
  const bool any_time = !left.timestamp || !right.timestamp;
  return left.step == right.step && left.topic == right.topic && left.key == right.key && left.value == right.value &&
         (any_time || left.timestamp == right.timestamp) && left.headers == right.headers;
}

void PrintTo(const CorpusRecord& record, std::ostream* out) {
  *out << "step " << record.step << " " << record.topic << ": " << shown(record.key) << " = " << shown(record.value)
       << " @" << (record.timestamp ? std::to_string(*record.timestamp) : "?");
  for (const Header& header : record.headers) *out << " {" << header.key << ": " << shown(header.value) << "}";
}

void PrintTo(const CorpusStore& store, std::ostream* out) {
  *out << store.kind << " " << store.name << " {";
  for (const RawStoreEntry& entry : store.entries) {
    *out << "\n  " << shown(entry.key);
    if (entry.window) *out << "@" << toString(*entry.window);
    *out << " = " << shown(entry.value);
    if (entry.timestamp) *out << " @" << toMillis(*entry.timestamp);
    if (entry.valid_to) *out << " until " << toMillis(*entry.valid_to);
    if (!entry.headers) continue;
    for (const Header& header : *entry.headers) *out << " {" << header.key << ": " << shown(header.value) << "}";
  }
  *out << " }";
}

std::vector<std::string> corpusNames() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator{data_directory}) {
    if (file.path().extension() == ".json") names.push_back(file.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

CorpusCase readCorpusCase(const std::string& name) {
  std::ifstream file{data_directory / (name + ".json")};
  std::stringstream content;
  content << file.rdbuf();
  const auto document = fromJson<JsonValue>(content.str());
  const JsonObject& from = object(document);

  CorpusCase read;
  read.name = name;
  read.mode = text(from, "mode");
  readConfig(object(member(from, "config")), read);
  if (const JsonValue* steps = from.find("steps")) {
    for (const JsonValue& step : *steps->array()) read.steps.push_back(readStep(object(step)));
  }
  if (read.mode != "error") {
    readExpectations(from, read);
  } else if (const JsonObject& error = object(member(from, "error")); text(error, "phase") == "step") {
    read.failing_step = static_cast<std::size_t>(number(error, "step"));
  }
  return read;
}

TopologyTestDriverOptions driverOptions(const CorpusCase& of, bool stores_in_memory) {
  TopologyTestDriverOptions options;
  options.application_id = "corpus";
  options.cache_max_bytes = of.cache_max_bytes;
  options.initial_wall_clock = fromMillis(of.initial_wall_clock_ms);
  if (of.skips_bad_bytes) options.deserialization_handler = logAndContinue();
  options.stores_in_memory = stores_in_memory;
  return options;
}

void doStep(TopologyTestDriver& driver, const CorpusStep& step) {
  if (const auto* record = std::get_if<CorpusRecord>(&step)) {
    driver.pipeRaw(record->topic, record->key, record->value, fromMillis(*record->timestamp), record->headers);
  } else {
    driver.advanceWallClockTime(std::get<WallClockStep>(step));
  }
}

std::vector<CorpusRecord> sentBy(const TopologyTestDriver& driver, std::uint64_t from_sequence, std::int64_t step) {
  std::vector<CorpusRecord> sent;
  for (BrokerRecord& record : driver.sentRecords(from_sequence)) {
    sent.push_back({step, std::move(record.topic), std::move(record.key), std::move(record.value),
                    toMillis(record.timestamp), std::move(record.headers)});
  }
  return sent;
}

std::vector<CorpusStore> storesOf(const TopologyTestDriver& driver) {
  std::vector<CorpusStore> stores;
  for (const std::string& name : driver.storeNames()) {
    if (!driver.canInspect(name) || driver.storeKind(name) == "buffer") continue;
    stores.push_back({name, driver.storeKind(name), driver.rawStore(name)});
    sortEntries(stores.back().entries);
  }
  return stores;
}

}  // namespace widgetstream::golden
