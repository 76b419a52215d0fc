#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {

/// A real Apache Kafka broker, one node that is its own controller, on free ports of 127.0.0.1 and with a directory of
/// its own. It forgets nothing by age, takes records of any timestamp, makes no topic unasked, and lets a group start
/// without delay.
///
/// Errors   std::runtime_error with the end of its log when it does not answer in time, or its files are missing
/// Threads  one at a time, the main thread (see Process)
class KafkaBroker {
 public:
  using Properties = std::map<std::string, std::string>;

  /// A second way to the broker: it listens on `port` and tells those who come there to come back to `seen_as`, where
  /// something stands between.
  struct Detour {
    int port;
    int seen_as;
  };

  /// Returns when the broker answers, after three to five seconds. `extra` adds to the broker's properties.
  explicit KafkaBroker(Properties extra = {}, std::optional<Detour> detour = std::nullopt);
  /// Ends the broker and deletes its data.
  ~KafkaBroker();
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;

  /// HOST:PORT, the same after a restart.
  [[nodiscard]] const std::string& bootstrapServers() const noexcept { return bootstrap_servers_; }

  void stop();     ///< SIGTERM: an orderly shutdown
  void kill();     ///< SIGKILL: as if its machine had lost power
  void start();    ///< on the same ports and data; does nothing while it runs
  void restart();  ///< stop(), then start()
  void freeze();   ///< SIGSTOP: connections stay, and nobody answers
  void thaw();

 private:
  void writeProperties(const Properties& extra, const std::optional<Detour>& detour);
  void format();
  void waitUntilReady();

  TempDir directory_;
  int port_;
  int controller_port_;
  std::string bootstrap_servers_;
  std::unique_ptr<Process> process_;
};

/// The broker that the tests of this executable share: started at the first call, ended at exit. Give each test topic
/// and group names of its own, and stop or restart only a broker of your own.
[[nodiscard]] KafkaBroker& sharedKafkaBroker();

}  // namespace widgetstream
