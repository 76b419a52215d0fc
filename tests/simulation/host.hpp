#pragma once

#include <memory>
#include <set>
#include <string>

#include "runtime/streams_runtime.hpp"
#include "tests/simulation/mortal_clients.hpp"
#include "tests/simulation/simulated_disk.hpp"
#include "tests/simulation/workload.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"
#include "widgetstream/testing/manual_clock.hpp"

namespace widgetstream::simulation {

/// Of every group.
inline constexpr Milliseconds session_timeout{2000};

/// A machine with a disk, on which the application runs, or does not.
class Host {
 public:
  Host(int number, std::uint64_t seed, std::filesystem::path state_dir, InMemoryBroker& broker,
       const ManualClock& clock, const Workload& workload);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool running() const noexcept { return runtime_ != nullptr; }
  [[nodiscard]] bool asleep() const noexcept { return asleep_; }
  /// It runs without a thread.
  [[nodiscard]] bool idle() const;
  [[nodiscard]] Fate& fate() noexcept { return *fate_; }
  [[nodiscard]] SimulatedDisk& disk() noexcept { return disk_; }

  /// What the application logs from the next start on, at every level.
  void setLog(LogSink log) { log_ = std::move(log); }
  void start(int threads);
  /// One step of one part, whichever `random` takes. An instance that has ended, or died, is cleared away.
  void step(Random& random);
  void requestClose();
  void addThread();
  void removeThread();
  /// kill -9.
  void crash();
  /// SIGSTOP and SIGCONT: no step, no heartbeat. It goes on where it stopped, however long ago that was.
  void sleep();
  void wake();
  /// The network between this host and the cluster.
  void setCutOff(bool cut_off);

  /// Why it ended in an error, empty otherwise.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  /// What it is doing, for people.
  [[nodiscard]] std::string describe() const;

 private:
  void silence(bool silent);
  void clearAway();

  std::string name_;
  std::filesystem::path state_dir_;
  std::string process_id_;
  InMemoryBroker& broker_;
  const ManualClock& clock_;
  const Workload& workload_;
  Random random_;
  SimulatedDisk disk_;
  std::shared_ptr<Fate> fate_;
  LogSink log_;
  std::unique_ptr<StreamsRuntime> runtime_;
  bool asleep_ = false;
  std::set<std::string> dead_members_;  // of processes that were here before
  std::string failure_;
};

}  // namespace widgetstream::simulation
