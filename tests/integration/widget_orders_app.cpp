#include "tests/integration/widget_orders_app.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/wait.hpp"
#include "widgetstream/serde/json.hpp"

namespace widgetstream {

WidgetOrdersApp::WidgetOrdersApp(std::vector<std::string> arguments)
    : state_dir_(directory_.path() / "state"), log_(directory_.path() / "log"), arguments_(std::move(arguments)) {}

void WidgetOrdersApp::launch(const std::vector<std::string>& more) {
  std::vector<std::string> command{WIDGETSTREAM_WIDGET_ORDERS};
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  command.insert(command.end(), more.begin(), more.end());
  const auto given = [&](const char* flag) { return std::find(command.begin(), command.end(), flag) != command.end(); };
  if (!given("--http-port")) command.insert(command.end(), {"--http-port", "0"});
  if (!given("--embedded") && !given("--state-dir")) {
    command.insert(command.end(), {"--state-dir", state_dir_.string()});
  }
  process_ = std::make_unique<Process>(ProcessOptions{.command = std::move(command), .output = log_, .environment = environment_});
}

void WidgetOrdersApp::start(const std::vector<std::string>& more) {
  const std::size_t before = output().size();
  launch(more);
  const std::string marker = "serving http://127.0.0.1:";
  std::size_t at = std::string::npos;
  const bool serves = waitUntil([&] {
    at = output().find(marker, before);
    return at != std::string::npos || !process_->running();
  });
  ASSERT_TRUE(serves && at != std::string::npos) << "widget-orders did not start:\n" << output().substr(before);
  port_ = static_cast<std::uint16_t>(std::stoi(output().substr(at + marker.size())));
}

bool WidgetOrdersApp::ready(std::chrono::milliseconds timeout) {
  return waitUntil([&] { return get("/readyz").status == 200; }, timeout);
}

void WidgetOrdersApp::kill() {
  process_->signal(SIGKILL);
  static_cast<void>(process_->wait());
}

ProcessExit WidgetOrdersApp::stop() { return process_->end(SIGTERM); }

std::optional<std::vector<std::string>> WidgetOrdersApp::widgetsOf(const std::string& customer) const {
  std::vector<std::string> widgets;
  std::string after;
  do {
    const HttpAnswer answer = get("/orders/" + customer + (after.empty() ? "" : "?after=" + after));
    if (answer.status == 404) return widgets;
    if (answer.status != 200) return std::nullopt;
    const auto page = fromJson<JsonObject>(answer.body);
    for (const JsonValue& order : *page.find("orders")->array()) {
      widgets.push_back(*order.object()->find("widgetId")->text());
    }
    const JsonValue* next = page.find("next");
    after = next ? *next->text() : std::string{};
  } while (!after.empty());
  return widgets;
}

KafkaTestRecord orderOf(const std::string& customer, const std::string& widget) {
  return {.value = R"({ "type":"WidgetOrdered", "customerId":")" + customer + R"(", "widgetId":")" + widget + "\" }"};
}

void makeInputTopics(KafkaClient& kafka, int partitions) {
  const auto there = kafka.topics();
  for (const char* topic : {"event-topic", "sensor-health"}) {
    if (there.contains(topic)) kafka.deleteTopic(topic);
    kafka.createTopic(topic, partitions);
  }
}

const std::vector<std::string>& customersOfMany() {
  static const std::vector<std::string> customers{"Fred", "Wilma", "Barney", "Betty", "Pebbles"};
  return customers;
}

std::vector<KafkaTestRecord> manyOrders(int from, int count) {
  std::vector<KafkaTestRecord> records;
  for (int number = from; number < from + count; ++number) {
    for (const std::string& customer : customersOfMany()) {
      records.push_back(orderOf(customer, "W" + std::to_string(number)));
      // Without a key the partition is the producer's choice; spread them as many producers would.
      records.back().partition = static_cast<std::int32_t>(records.size() % 4);
    }
  }
  return records;
}

OrdersComingIn::OrdersComingIn(const std::string& bootstrap_servers, int from)
    : kafka_(bootstrap_servers), next_(from), thread_([this](const std::stop_token& stop) {
        try {
          while (!stop.stop_requested()) {
            kafka_.produce("event-topic", manyOrders(next_, 1));
            ++next_;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});  // the pace of what comes in
          }
        } catch (...) {
          error_ = std::current_exception();
        }
      }) {}

int OrdersComingIn::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  if (error_) std::rethrow_exception(error_);
  return next_;
}

bool allServedOnce(const std::vector<const WidgetOrdersApp*>& apps, int count) {
  for (const std::string& customer : customersOfMany()) {
    std::map<std::string, int> times;
    for (const WidgetOrdersApp* const app : apps) {
      for (const std::string& widget : app->widgetsOf(customer).value_or(std::vector<std::string>{})) ++times[widget];
    }
    if (times.size() != static_cast<std::size_t>(count)) return false;
    if (std::any_of(times.begin(), times.end(), [](const auto& widget) { return widget.second != 1; })) return false;
  }
  return true;
}

}  // namespace widgetstream
