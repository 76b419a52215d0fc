#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/http_client.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {

/// The program widget-orders as a user runs it, with a state directory of its own that outlives a restart.
class WidgetOrdersApp {
 public:
  /// Does not start yet. `arguments` go to every start.
  explicit WidgetOrdersApp(std::vector<std::string> arguments);

  /// Adds to the environment of every later start.
  void setEnvironment(std::map<std::string, std::string> environment) { environment_ = std::move(environment); }
  /// Starts and waits until it serves; fails the test when it does not. `more` goes to this start only.
  void start(const std::vector<std::string>& more = {});
  /// Starts and returns at once.
  void launch(const std::vector<std::string>& more = {});
  /// True when /readyz says 200 before `timeout`.
  [[nodiscard]] bool ready(std::chrono::milliseconds timeout = std::chrono::seconds{60});
  void kill();
  ProcessExit stop();

  [[nodiscard]] HttpAnswer get(const std::string& target) const { return httpGet(port_, target); }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] Process& process() { return *process_; }
  /// Everything it has written so far, over all starts.
  [[nodiscard]] std::string output() const { return readFile(log_); }
  [[nodiscard]] const std::filesystem::path& stateDir() const noexcept { return state_dir_; }

  /// A customer's widgets in the order of the answer, all pages; empty for a 404. nullopt when not served.
  [[nodiscard]] std::optional<std::vector<std::string>> widgetsOf(const std::string& customer) const;

 private:
  TempDir directory_;
  std::filesystem::path state_dir_;
  std::filesystem::path log_;
  std::vector<std::string> arguments_;
  std::map<std::string, std::string> environment_;
  std::unique_ptr<Process> process_;
  std::uint16_t port_ = 0;
};

/// An order event without a key.
[[nodiscard]] KafkaTestRecord orderOf(const std::string& customer, const std::string& widget);

/// Makes event-topic and sensor-health anew and empty.
void makeInputTopics(KafkaClient& kafka, int partitions = 4);

/// Those who order in manyOrders().
[[nodiscard]] const std::vector<std::string>& customersOfMany();
/// The orders that tell all apart: `count` of them for each of customersOfMany(), W<from>, W<from+1>, ...
[[nodiscard]] std::vector<KafkaTestRecord> manyOrders(int from, int count);
/// Orders that come in from manyOrders(), one of each customer every few milliseconds, while this object lives.
class OrdersComingIn {
 public:
  OrdersComingIn(const std::string& bootstrap_servers, int from);

  /// How many of each customer there are now that no more come, those before the first included.
  /// Errors  what producing them threw
  [[nodiscard]] int stop();

 private:
  KafkaClient kafka_;
  int next_;
  std::exception_ptr error_;
  std::jthread thread_;
};

/// True when W0 .. W<count-1> of each of customersOfMany() are served, each by one of the instances and once.
[[nodiscard]] bool allServedOnce(const std::vector<const WidgetOrdersApp*>& apps, int count);

}  // namespace widgetstream
