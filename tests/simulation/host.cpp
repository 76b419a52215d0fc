#include "tests/simulation/host.hpp"

#include <fstream>
#include <utility>

namespace widgetstream::simulation {
namespace {

constexpr const char* application = "app";

/// Chosen by the host's number, so that members have the same names in every run of a seed.
std::string processIdOf(int number) {
  return "0000000" + std::to_string(number) + "-0000-4000-8000-000000000000";
}

}  // namespace

Host::Host(int number, std::uint64_t seed, std::filesystem::path state_dir, InMemoryBroker& broker,
           const ManualClock& clock, const Workload& workload)
    : name_("host-" + std::to_string(number)),
      state_dir_(std::move(state_dir)),
      process_id_(processIdOf(number)),
      broker_(broker),
      clock_(clock),
      workload_(workload),
      random_(seed),
      disk_(random_.next()),
      fate_(std::make_shared<Fate>(random_.next())) {
  std::filesystem::create_directories(state_dir_ / application);
  std::ofstream{state_dir_ / application / "kafka-streams-process-metadata"} << R"({"processId":")" << process_id_
                                                                              << R"("})";
}

Host::~Host() {
  if (runtime_) crash();
}

void Host::start(int threads) {
  // The new process has a fate of its own; the old one's clients keep theirs.
  auto fate = std::make_shared<Fate>(random_.next());
  fate->lost_answer_one_in = fate_->lost_answer_one_in;
  fate->refused_one_in = fate_->refused_one_in;
  fate->cut_off = fate_->cut_off;
  fate->cluster_away = fate_->cluster_away;
  fate_ = std::move(fate);
  failure_.clear();

  StreamsConfig config;
  config.application_id = application;
  config.state_dir = state_dir_;
  config.num_stream_threads = threads;
  config.commit_interval = Milliseconds{100};
  config.cache_max_bytes = 2'000;  // so small that it overflows now and then
  config.buffered_records_per_partition = 8;
  config.processing_exception_handler = sendToDeadLetters();
  config.dead_letter_queue_topic = "dead";
  config.repartition_purge_interval = Milliseconds{500};
  config.consumer_properties["session.timeout.ms"] = std::to_string(session_timeout.count());
  config.clock = &clock_;
  config.log = log_;
  runtime_ = std::make_unique<StreamsRuntime>(workload_.topology(disk_.opener()), std::move(config),
                                              mortalClients(broker_, fate_));
  runtime_->open([this](std::exception_ptr error, std::string_view) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      failure_ = exception.what();
    }
    return random_.oneIn(2) ? UncaughtExceptionResponse::replace_thread : UncaughtExceptionResponse::shutdown_client;
  });
  runtime_->stateMachine().change(StreamsState::rebalancing);
}

void Host::step(Random& random) {
  if (!runtime_ || asleep_) return;
  const auto threads = runtime_->threads().all();
  const auto part = static_cast<std::size_t>(random.below(threads.size() + 1));
  if (part == threads.size()) {
    runtime_->coordinator().step(Milliseconds{0});
  } else {
    threads[part]->runOnce(Milliseconds{0});
  }
  if (fate_->dead) {
    crash();
  } else if (runtime_->coordinator().finished()) {
    clearAway();
  }
}

void Host::requestClose() {
  if (runtime_) runtime_->coordinator().requestClose(clock_.elapsed() + std::chrono::seconds{30});
}

bool Host::idle() const {
  return runtime_ && runtime_->threads().empty();
}

void Host::addThread() {
  if (runtime_) (void)runtime_->coordinator().addThread();
}

void Host::removeThread() {
  if (runtime_) (void)runtime_->coordinator().removeThread();
}

void Host::crash() {
  fate_->dead = true;
  disk_.crash();
  clearAway();
}

void Host::clearAway() {
  for (const std::string& member : broker_.members(application)) {
    if (member.starts_with(process_id_)) dead_members_.insert(member);
  }
  runtime_->tearDown();
  runtime_.reset();
  asleep_ = false;
}

std::string Host::describe() const {
  std::string text = name_;
  if (!runtime_) {
    text += " does not run";
  } else {
    text += " is " + std::string{toString(runtime_->stateMachine().state())};
    if (const std::string waits = runtime_->waitingFor(); !waits.empty()) text += ", waiting for " + waits;
    if (asleep_) text += ", asleep";
  }
  return failure_.empty() ? text : text + ", after " + failure_;
}

void Host::silence(bool silent) {
  for (const std::string& member : broker_.members(application)) {
    if (member.starts_with(process_id_) && !dead_members_.contains(member))
      broker_.setSilent(application, member, silent);
  }
}

void Host::sleep() {
  asleep_ = true;
  silence(true);
}

void Host::wake() {
  asleep_ = false;
  silence(fate_->cut_off);
}

void Host::setCutOff(bool cut_off) {
  fate_->cut_off = cut_off;
  silence(cut_off || asleep_);
}

}  // namespace widgetstream::simulation
