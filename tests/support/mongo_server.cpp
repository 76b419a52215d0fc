#include "tests/support/mongo_server.hpp"

#include <chrono>
#include <stdexcept>

#include "tests/support/server_files.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {

MongoServer::MongoServer() : port_(freePort()), uri_("mongodb://127.0.0.1:" + std::to_string(port_)) {
  start();
}

MongoServer::~MongoServer() = default;

void MongoServer::start() {
  if (process_ && process_->running()) return;
  const auto log = directory_.path() / "mongo.log";
  process_ = std::make_unique<Process>(ProcessOptions{
      .command = {"java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", serverClassPath("mongo"),
                  "TestMongo", std::to_string(port_), (directory_.path() / "data.h2").string()},
      .output = log});
  MongoTestClient client{uri_};
  bool ready = false;
  (void)waitUntil([&] { return (ready = client.ping()) || !process_->running(); }, std::chrono::seconds{60});
  if (!ready) throw std::runtime_error{"MongoServer: no answer at " + uri_ + ":\n" + logTail(log)};
}

void MongoServer::stop() {
  process_->end(SIGTERM);
}

}  // namespace widgetstream
