#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/registry/certificates.hpp"
#include "widgetstream/registry/schema_registry_client.hpp"

namespace widgetstream {

/// A schema registry on 127.0.0.1 that answers as Confluent's published API says, one request a connection, and
/// misbehaves where a test tells it to.
///
/// Threads  any
class StubRegistry {
 public:
  struct Options {
    std::string user_info{};                       ///< what it wants; empty: nothing
    std::string bearer_token{};                    ///< likewise
    std::optional<Certificates::Pair> tls{};       ///< its own; nullopt: plain HTTP
    std::filesystem::path authority_of_clients{};  ///< wants certificates of it from clients; empty: none
    std::string path{};                            ///< before those of the API
  };

  StubRegistry();
  explicit StubRegistry(Options options);
  ~StubRegistry();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1", const std::string& user_info = "") const;

  /// "GET /schemas/ids/1?fetchMaxId=false", in the order they came.
  [[nodiscard]] std::vector<std::string> requests() const;
  [[nodiscard]] std::size_t requestCount() const { return requests().size(); }
  /// The bodies of the requests.
  [[nodiscard]] std::vector<std::string> bodies() const;

  /// A schema of a subject that stands there from the beginning; its id.
  std::int32_t seed(const std::string& subject, const Schema& schema);
  /// Registrations under it are refused from now on.
  void makeIncompatible(const std::string& subject);

  /// The next `count` requests get this status, with `body`.
  void failNext(int count, int status, std::string body = R"({"error_code":50001,"message":"Error in the backend"})");
  /// Requests are read and not answered from now on.
  void fallSilent() { silent_ = true; }

 private:
  struct Answer {
    int status = 200;
    std::string body;
  };
  struct Request {
    std::string method;
    std::string target;
    std::string body;
    std::string authorization;
  };
  struct Server;

  void serve();
  [[nodiscard]] Answer answer(const Request& request);
  [[nodiscard]] bool mayAsk(const Request& request) const;
  [[nodiscard]] Answer route(const Request& request);
  [[nodiscard]] Answer byId(const std::string& id);
  [[nodiscard]] Answer registerVersion(const std::string& subject, const std::string& body);
  [[nodiscard]] Answer lookUp(const std::string& subject, const std::string& body);
  [[nodiscard]] Answer latest(const std::string& subject);
  [[nodiscard]] std::int32_t idOf(const Schema& schema);
  [[nodiscard]] Answer versionOf(const std::string& subject, std::size_t index);

  Options options_;
  std::uint16_t port_ = 0;
  std::atomic<bool> silent_{false};
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;  // guards what follows, but for the server
  std::vector<std::string> requests_;
  std::vector<std::string> bodies_;
  std::vector<Schema> schemas_;
  std::map<std::string, std::vector<std::int32_t>> subjects_;
  std::vector<std::string> incompatible_;
  int failures_ = 0;
  Answer failure_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

}  // namespace widgetstream
