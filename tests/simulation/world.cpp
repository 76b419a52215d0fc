#include "tests/simulation/world.hpp"

#include <iostream>

namespace widgetstream::simulation {
namespace {

constexpr const char* application = "app";
constexpr std::int32_t partitions = 4;
constexpr std::size_t most_hosts = 3;
constexpr int most_threads = 3;
/// Steps within which everything must be done once nothing goes wrong any more: some minutes of the world's time.
constexpr int patience = 200'000;

InMemoryBrokerOptions brokerOptions(const ManualClock& clock) {
  InMemoryBrokerOptions options;
  options.clock = &clock;
  options.stepped = true;
  options.session_timeout = session_timeout;
  return options;
}

}  // namespace

World::World(std::uint64_t seed, const SimulationOptions& options)
    : seed_(seed),
      options_(options),
      random_(seed),
      workload_(makeWorkload(random_)),
      clock_(fromMillis(1'000'000)),
      broker_(brokerOptions(clock_)) {
  broker_.createTopic("in", partitions);
  broker_.createTopic("out", partitions);
  const auto count = static_cast<int>(random_.between(1, most_hosts));
  for (int number = 1; number <= count; ++number) {
    hosts_.push_back(std::make_unique<Host>(number, random_.next(), directory_.path() / std::to_string(number), broker_,
                                            clock_, *workload_));
    if (options_.trace) tellLogOf(*hosts_.back());
  }
}

SimulationResult World::run() {
  for (step_ = 0; step_ < options_.steps; ++step_) {
    happen();
    tellRecords();
    checkCommitted();
  }
  heal();
  settle();
  checkResults();
  checkDisks();
  checkDeadLetters();
  result_.inputs = static_cast<std::int64_t>(inputs_.size());
  result_.rebalances = broker_.generation(application);
  result_.digest = digest();
  return result_;
}

void World::happen() {
  switch (random_.below(24)) {
    case 0:
    case 1:
      return send();
    case 2:
      return startOrStop(anyHost());
    case 3:
      return disturb(anyHost());
    case 4:
      return random_.oneIn(4) ? disturbCluster() : advance(Milliseconds{random_.between(1, 50)});
    case 5:
      return advance(Milliseconds{random_.oneIn(10) ? random_.between(500, 4000) : random_.between(1, 120)});
    default:
      return anyHost().step(random_);
  }
}

void World::send() {
  for (std::int64_t count = random_.between(1, 5); count > 0; --count) {
    const auto number = static_cast<std::int64_t>(inputs_.size());
    std::optional<std::string> key;
    if (!random_.oneIn(20)) key = "key-" + std::to_string(random_.below(12));
    const std::string value = std::to_string(number);
    OutgoingRecord record;
    if (key) record.key = *key;
    record.value = value;
    record.timestamp = clock_.now();
    broker_.append("in", record);
    inputs_.emplace_back(key, number);
  }
  tell("records come in: " + std::to_string(inputs_.size()));
}

void World::startOrStop(Host& host) {
  if (!host.running()) {
    startWithThreads(host);
  } else if (random_.oneIn(3)) {
    tell(host.name() + " is asked to close");
    host.requestClose();
  }
}

void World::startWithThreads(Host& host) {
  const auto threads = static_cast<int>(random_.between(1, most_threads));
  tell(host.name() + " starts with " + std::to_string(threads) + " threads");
  host.start(threads);
}

void World::disturb(Host& host) {
  switch (random_.below(10)) {
    case 0:
      if (!host.running()) return;
      tell(host.name() + " is killed");
      ++result_.crashes;
      return host.crash();
    case 1:
      if (!host.running()) return;
      tell(host.name() + " dies soon");
      ++result_.crashes;
      host.fate().calls_to_live = random_.between(0, 40);
      return;
    case 2:
      if (!host.running()) return;
      if (!host.asleep()) {
        tell(host.name() + " sleeps");
        return host.sleep();
      }
      tell(host.name() + " wakes");
      return host.wake();
    case 3:
      tell(host.name() + (host.fate().cut_off ? " is back in the network" : " is cut off"));
      return host.setCutOff(!host.fate().cut_off);
    case 4:
      host.fate().lost_answer_one_in = random_.oneIn(2) ? random_.below(20) : 0;
      return tell(host.name() + " loses one answer in " + std::to_string(host.fate().lost_answer_one_in));
    case 5:
      host.fate().refused_one_in = random_.oneIn(2) ? 2 + random_.below(20) : 0;
      return tell(host.name() + " is refused one call in " + std::to_string(host.fate().refused_one_in));
    case 6:
      host.disk().failing_write_one_in = random_.oneIn(3) ? 5 + random_.below(20) : 0;
      return tell(host.name() + " fails one write in " + std::to_string(host.disk().failing_write_one_in));
    case 7:
      host.disk().failing_read_one_in = random_.oneIn(3) ? 20 + random_.below(50) : 0;
      return tell(host.name() + " fails one read in " + std::to_string(host.disk().failing_read_one_in));
    case 8:
      if (random_.oneIn(2)) {
        tell(host.name() + " is given a thread");
        return host.addThread();
      }
      tell(host.name() + " loses a thread");
      return host.removeThread();
    default:
      host.disk().corrupted_open_one_in = random_.oneIn(3) ? 3 + random_.below(10) : 0;
      host.disk().spontaneous_flush_one_in = random_.below(12);
      return tell(host.name() + " damages one store in " + std::to_string(host.disk().corrupted_open_one_in));
  }
}

void World::disturbCluster() {
  switch (random_.below(4)) {
    case 0:
      tell("everybody joins anew");
      return broker_.rebalance(application);
    case 1:
      tell("commits during a rebalance are refused, or no longer");
      return broker_.setRebalanceRefusesCommits(random_.oneIn(2));
    case 2:
      tell("acknowledgements are held back, or no longer");
      return broker_.setAcknowledgementsHeld(random_.oneIn(3));
    default:
      tell("the cluster is away, or back");
      return setClusterAway(random_.oneIn(3));
  }
}

void World::setClusterAway(bool away) {
  broker_.setUnavailable(away);
  for (const auto& host : hosts_) host->fate().cluster_away = away;
}

void World::advance(Milliseconds by) {
  clock_.advance(by);
}

void World::heal() {
  tell("everything heals");
  setClusterAway(false);
  broker_.setAcknowledgementsHeld(false);
  broker_.setRebalanceRefusesCommits(false);
  for (const auto& host : hosts_) {
    host->setCutOff(false);
    if (host->asleep()) host->wake();
    host->fate().lost_answer_one_in = host->fate().refused_one_in = 0;
    host->fate().calls_to_live = -1;
    host->disk().failing_write_one_in = host->disk().failing_read_one_in = host->disk().corrupted_open_one_in = 0;
  }
}

void World::settle() {
  for (int left = patience; left > 0; --left, ++step_) {
    if (left % 50 == 0 && allCommitted()) return;
    Host& host = anyHost();
    // What ended in an error, or was closed, is started again by whoever looks after the machines.
    if (!host.running() && random_.oneIn(50)) startWithThreads(host);
    // So is one that was left without a thread given one.
    if (host.idle() && random_.oneIn(50)) host.addThread();
    host.step(random_);
    tellRecords();
    if (random_.oneIn(8)) advance(Milliseconds{random_.between(1, 20)});
    checkCommitted();
  }
  std::string why;
  for (const auto& host : hosts_) why += "; " + host->describe();
  for (const auto& [partition, offset] : broker_.committed(application))
    why += "; " + toString(partition) + " " + std::to_string(offset.offset) + " of " +
           std::to_string(broker_.offsets(partition).first) + " to " + std::to_string(broker_.offsets(partition).end);
  for (const std::string& member : broker_.members(application)) why += "; member " + member;
  broken("not everything was processed and committed long after everything healed" + why);
}

bool World::allCommitted() {
  std::vector<std::string> topics = workload_->internalTopics();
  topics.emplace_back("in");
  const CommittedOffsets offsets = broker_.committed(application);
  for (const std::string& topic : topics) {
    for (std::int32_t partition = 0; partition < broker_.partitionCount(topic); ++partition) {
      const std::int64_t end = broker_.offsets({topic, partition}).end;
      const auto found = offsets.find({topic, partition});
      if (end > 0 && (found == offsets.end() || found->second.offset < end)) return false;
    }
  }
  return true;
}

Host& World::anyHost() {
  return *hosts_[random_.below(hosts_.size())];
}

void World::broken(const std::string& what) const {
  throw InvariantBroken{"seed " + std::to_string(seed_) + ", step " + std::to_string(step_) + ": " + what};
}

void World::tellRecords() {
  if (!options_.trace) return;
  for (const BrokerRecord& record : broker_.allRecords(told_records_)) {
    told_records_ = record.sequence + 1;
    tell("  " + record.topic + "-" + std::to_string(record.partition) + "/" + std::to_string(record.offset) + " " +
         record.key.value_or("null") + " = " + record.value.value_or("null"));
  }
}

void World::tellLogOf(Host& host) {
  host.setLog([this, &host](const LogEntry& entry) {
    std::string text = "    " + host.name() + ": " + std::string{entry.message};
    for (const auto& [name, value] : entry.fields) text += " " + std::string{name} + "=" + value;
    tell(text);
  });
}

void World::tell(const std::string& what) const {
  if (options_.trace) std::cerr << step_ << " @" << toMillis(clock_.now()) << " " << what << '\n';
}

}  // namespace widgetstream::simulation
