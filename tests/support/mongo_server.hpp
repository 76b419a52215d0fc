#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream {

/// A server that speaks MongoDB's protocol (mongo-java-server on H2) on a free port of 127.0.0.1, with a data file of
/// its own which a restart finds again.
///
/// Errors   std::runtime_error with the end of its log when it does not answer in time, or its files are missing
/// Threads  one at a time, the main thread (see Process)
class MongoServer {
 public:
  /// Returns when the server answers, after about a second.
  MongoServer();
  /// Ends the server and deletes its data.
  ~MongoServer();
  MongoServer(const MongoServer&) = delete;
  MongoServer& operator=(const MongoServer&) = delete;

  /// mongodb://HOST:PORT, the same after a restart.
  [[nodiscard]] const std::string& uri() const noexcept { return uri_; }

  void stop();  ///< SIGTERM: what it has acknowledged is in the file. It keeps nothing of the last second on a SIGKILL.
  void start();  ///< on the same port and file; does nothing while it runs

 private:
  TempDir directory_;
  int port_;
  std::string uri_;
  std::unique_ptr<Process> process_;
};

/// Calls to a Mongo server with documents as JSON text, in MongoDB's relaxed extended form.
///
/// Errors   std::runtime_error with the driver's message
class MongoTestClient {
 public:
  /// `uri` without a path or options.
  explicit MongoTestClient(const std::string& uri);

  /// True when the server answers within a second.
  [[nodiscard]] bool ping();
  void insert(const std::string& database, const std::string& collection, const std::string& document);
  /// The documents that match `filter`, in the server's order.
  [[nodiscard]] std::vector<std::string> find(const std::string& database, const std::string& collection,
                                              const std::string& filter = "{}");
  [[nodiscard]] std::int64_t count(const std::string& database, const std::string& collection,
                                   const std::string& filter = "{}");

 private:
  std::string uri_;
};

}  // namespace widgetstream
