#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "registry/http/url.hpp"
#include "widgetstream/registry/schema_registry_client.hpp"

namespace widgetstream::detail {

struct HttpReply {
  int status = 0;
  std::string body;
};

/// No answer came: what was tried and why it failed, without secrets.
class HttpFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Asks one server one thing, on a connection of its own: schemas are asked for once, so none is kept.
///
/// Threads  any; a call blocks the caller's, for at most the two timeouts of the options (a name that the system is
/// slow
///          to resolve takes the system's time)
class HttpClient {
 public:
  /// Errors  Error{invalid_config} when certificates or a key cannot be read, which names the file
  explicit HttpClient(const SchemaRegistryOptions& options);
  ~HttpClient();

  /// `body` is sent as JSON when there is one.
  ///
  /// Errors  HttpFailure
  [[nodiscard]] HttpReply ask(const RegistryUrl& url, const std::string& method, const std::string& target,
                              const std::string& body) const;

 private:
  struct Tls;

  Milliseconds connect_timeout_;
  Milliseconds read_timeout_;
  std::string authorization_;  ///< a secret; empty: what the URL says
  std::unique_ptr<Tls> tls_;
};

}  // namespace widgetstream::detail
