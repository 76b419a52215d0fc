#include "widgetstream/testing/topology_test_driver.hpp"

#include <algorithm>
#include <map>

#include "testing/driver/whole_task.hpp"
#include "widgetstream/runtime/streams_config.hpp"

namespace widgetstream {
TopologyTestDriverOptions testDriverOptions(const StreamsConfig& config) {
  TopologyTestDriverOptions options;
  options.application_id = config.application_id;
  options.app_configs = config.properties();
  options.cache_max_bytes = config.cache_max_bytes;
  options.deserialization_handler = config.deserialization_exception_handler;
  options.processing_handler = config.processing_exception_handler;
  options.production_handler = config.production_exception_handler;
  options.sink_handler = config.sink_exception_handler;
  options.dead_letter_topic = config.dead_letter_queue_topic;
  options.timestamp_extractor = config.default_timestamp_extractor;
  options.log = config.log;
  return options;
}

class TopologyTestDriver::Impl {
 public:
  Impl(const Topology& topology, TopologyTestDriverOptions with) : options(std::move(with)), task(topology, options) {
    task.start();
  }

  const TopologyTestDriverOptions options;
  WholeTask task;
  std::map<std::string, std::int64_t> read;  // next offset of topics that were read
  bool closed = false;

  void checkOpen() const {
    if (closed) throw Error(ErrorKind::invalid_argument, "the TopologyTestDriver is closed");
  }
  const InspectableStore& inspectable(const std::string& store) const {
    checkOpen();
    if (const auto* found = dynamic_cast<const InspectableStore*>(task.store(store))) return *found;
    throw Error(ErrorKind::invalid_argument, "store '" + store + "' is not there, or cannot be looked into");
  }
};

TopologyTestDriver::TopologyTestDriver(const Topology& topology, TopologyTestDriverOptions options)
    : impl_(std::make_unique<Impl>(topology, std::move(options))) {}

TopologyTestDriver::~TopologyTestDriver() = default;

void TopologyTestDriver::pipeRaw(const std::string& topic, NullableBytesView key, NullableBytesView value,
                                 Timestamp timestamp, const Headers& headers) {
  impl_->checkOpen();
  checkInput(topic);
  OutgoingRecord record;
  record.partition = 0;
  record.key = key;
  record.value = value;
  record.timestamp = timestamp;
  record.headers = &headers;
  impl_->task.broker.append(topic, record);
  impl_->task.run();
}

std::vector<BrokerRecord> TopologyTestDriver::sentRecords(std::uint64_t from_sequence) const {
  std::vector<BrokerRecord> records = impl_->task.broker.allRecords(from_sequence);
  std::erase_if(records, [](const BrokerRecord& record) { return !record.sent; });
  return records;
}

std::vector<std::string> TopologyTestDriver::producedTopicNames() const {
  std::vector<std::string> names;
  for (const BrokerRecord& record : sentRecords()) names.push_back(record.topic);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void TopologyTestDriver::advanceWallClockTime(Milliseconds by) {
  impl_->checkOpen();
  impl_->task.clock.advance(by);
  impl_->task.punctuateWallClock();
}

Timestamp TopologyTestDriver::now() const {
  return impl_->task.clock.now();
}

std::vector<std::string> TopologyTestDriver::storeNames() const {
  std::vector<std::string> names;
  for (const auto& [name, builder] : impl_->task.graph().stores) names.push_back(name);
  for (const auto& [name, global] : impl_->task.graph().global_stores) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<RawStoreEntry> TopologyTestDriver::rawStore(const std::string& name) const {
  return impl_->inspectable(name).rows();
}

std::string TopologyTestDriver::storeKind(const std::string& name) const {
  return impl_->inspectable(name).kind();
}

bool TopologyTestDriver::canInspect(const std::string& name) const {
  impl_->checkOpen();
  return dynamic_cast<const InspectableStore*>(impl_->task.store(name)) != nullptr;
}

bool TopologyTestDriver::isTimestamped(const std::string& name) const {
  return storeKind(name).starts_with("timestamped_");
}

std::uint64_t TopologyTestDriver::droppedRecords() const {
  return impl_->task.droppedRecords();
}

MetricsRegistry& TopologyTestDriver::metrics() {
  return impl_->task.metrics;
}
InMemoryBroker& TopologyTestDriver::broker() {
  return impl_->task.broker;
}

void TopologyTestDriver::crashAndRestart() {
  impl_->checkOpen();
  impl_->task.stop();
  impl_->task.deleteState();
  impl_->task.start();
}

void TopologyTestDriver::close() {
  if (impl_->closed) return;
  impl_->closed = true;
  impl_->task.stop();
  impl_->task.deleteState();
}

std::optional<BrokerRecord> TopologyTestDriver::takeSent(const std::string& topic) {
  std::int64_t& next = impl_->read[topic];
  for (;;) {
    std::optional<BrokerRecord> record = impl_->task.broker.record({topic, 0}, next);
    if (!record) return std::nullopt;
    ++next;
    if (record->sent) return record;
  }
}

std::size_t TopologyTestDriver::sentLeft(const std::string& topic) const {
  const auto next = impl_->read.find(topic);
  return impl_->task.broker.sentCount({topic, 0}, next == impl_->read.end() ? 0 : next->second);
}

void TopologyTestDriver::checkInput(const std::string& topic) const {
  if (impl_->task.reads(topic)) return;
  throw Error(ErrorKind::invalid_argument, "no source of the topology reads topic '" + topic + "'");
}

StateStore& TopologyTestDriver::stateStore(const std::string& name) const {
  impl_->checkOpen();
  if (StateStore* store = impl_->task.store(name)) return *store;
  throw Error(ErrorKind::invalid_argument, "the topology has no store '" + name + "'");
}

void TopologyTestDriver::throwWrongType(const std::string& name) {
  throw Error(ErrorKind::invalid_argument,
              "store '" + name + "' is of another kind, or its keys or values are of other types");
}

}  // namespace widgetstream
