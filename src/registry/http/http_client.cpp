#include "registry/http/http_client.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/version.hpp"

namespace widgetstream::detail {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;
using Request = http::request<http::string_body>;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::size_t most_body_bytes = std::size_t{16} << 20;

std::string base64(const std::string& text) {
  std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return encoded;
}

/// Starts one operation, with a handler that it is given, and runs until that has been called.
template <class Start>
ErrorCode waitFor(asio::io_context& context, Start start) {
  ErrorCode result = asio::error::operation_aborted;
  start([&result](const ErrorCode& error, auto&&...) { result = error; });
  context.restart();
  context.run();
  return result;
}

[[noreturn]] void fail(const std::string& what, const ErrorCode& error, Milliseconds timeout) {
  if (error == beast::error::timeout) {
    throw HttpFailure{what + ": no answer within " + std::to_string(timeout.count()) + " ms"};
  }
  throw HttpFailure{what + ": " + error.message()};
}

void connect(asio::io_context& context, beast::tcp_stream& stream, const RegistryUrl& url, Milliseconds timeout) {
  asio::ip::tcp::resolver resolver{context};
  asio::ip::tcp::resolver::results_type found;
  ErrorCode error = waitFor(context, [&](auto done) {
    resolver.async_resolve(url.host, url.port, [&found, done](const ErrorCode& failed, auto results) {
      found = std::move(results);
      done(failed);
    });
  });
  if (error) fail("the host " + url.host + " cannot be resolved", error, timeout);
  stream.expires_after(timeout);
  error = waitFor(context, [&](auto done) { stream.async_connect(found, done); });
  if (error) fail("it cannot be connected to", error, timeout);
}

/// Sends a request and reads the answer, all within `timeout`.
template <class Stream>
HttpReply exchange(asio::io_context& context, Stream& stream, const Request& request, Milliseconds timeout) {
  beast::get_lowest_layer(stream).expires_after(timeout);
  if (const auto error = waitFor(context, [&](auto done) { http::async_write(stream, request, done); })) {
    fail("the request cannot be sent", error, timeout);
  }
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> answer;
  answer.body_limit(most_body_bytes);
  if (const auto error = waitFor(context, [&](auto done) { http::async_read(stream, buffer, answer, done); })) {
    fail("the answer cannot be read", error, timeout);
  }
  return HttpReply{static_cast<int>(answer.get().result_int()), std::move(answer.get().body())};
}

/// What the server must show to be: a host of this name, or of this address. A name is told to it too, for it may have
/// several certificates.
void expectHost(SSL* tls, const std::string& host, bool verify) {
  ErrorCode no_address;
  (void)asio::ip::make_address(host, no_address);
  const bool is_name = static_cast<bool>(no_address);
  bool done = !is_name || SSL_set_tlsext_host_name(tls, host.c_str()) == 1;
  if (verify) {
    done = done && (is_name ? SSL_set1_host(tls, host.c_str()) == 1
                            : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1);
  }
  if (!done) throw HttpFailure{"TLS does not take " + host + " for a host"};
}

}  // namespace

struct HttpClient::Tls {
  asio::ssl::context context{asio::ssl::context::tls_client};
  bool verify_hostname = true;
};

HttpClient::HttpClient(const SchemaRegistryOptions& options)
    : connect_timeout_(options.connect_timeout), read_timeout_(options.read_timeout), tls_(std::make_unique<Tls>()) {
  if (!options.bearer_auth_token.empty()) {
    authorization_ = "Bearer " + options.bearer_auth_token;
  } else if (!options.basic_auth_user_info.empty()) {
    authorization_ = "Basic " + base64(options.basic_auth_user_info);
  }
  tls_->verify_hostname = options.ssl_verify_hostname;
  auto& context = tls_->context;
  context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
  context.set_verify_mode(asio::ssl::verify_peer);
  const auto load = [](const char* name, const std::filesystem::path& file, auto read) {
    ErrorCode error;
    read(file.string(), error);
    if (!error) return;
    throw Error(ErrorKind::invalid_config,
                std::string{name} + ": " + file.string() + " cannot be read as PEM: " + error.message());
  };
  if (options.ssl_ca_location.empty()) {
    ErrorCode ignored;  // a system without certificates fails at the handshake, which says more
    context.set_default_verify_paths(ignored);
  } else {
    load("ssl_ca_location", options.ssl_ca_location,
         [&](const std::string& file, ErrorCode& error) { context.load_verify_file(file, error); });
  }
  if (options.ssl_certificate_location.empty()) return;
  context.set_password_callback([password = options.ssl_key_password](auto, auto) { return password; });
  load("ssl_certificate_location", options.ssl_certificate_location,
       [&](const std::string& file, ErrorCode& error) { context.use_certificate_chain_file(file, error); });
  load("ssl_key_location", options.ssl_key_location, [&](const std::string& file, ErrorCode& error) {
    context.use_private_key_file(file, asio::ssl::context::pem, error);
  });
}

HttpClient::~HttpClient() = default;

HttpReply HttpClient::ask(const RegistryUrl& url, const std::string& method, const std::string& target,
                          const std::string& body) const {
  Request request{http::string_to_verb(method), url.path + target, 11};
  request.set(http::field::host, url.authority());
  request.set(http::field::user_agent, "widgetstream/" + std::string{version()});
  request.set(http::field::accept, "application/vnd.schemaregistry.v1+json, application/json");
  request.set(http::field::connection, "close");
  if (!authorization_.empty()) {
    request.set(http::field::authorization, authorization_);
  } else if (!url.user_info.empty()) {
    request.set(http::field::authorization, "Basic " + base64(url.user_info));
  }
  if (!body.empty()) {
    request.set(http::field::content_type, "application/vnd.schemaregistry.v1+json");
    request.body() = body;
  }
  request.prepare_payload();

  asio::io_context context{1};
  if (!url.tls) {
    beast::tcp_stream stream{context};
    connect(context, stream, url, connect_timeout_);
    return exchange(context, stream, request, read_timeout_);
  }
  TlsStream stream{context, tls_->context};
  expectHost(stream.native_handle(), url.host, tls_->verify_hostname);
  connect(context, beast::get_lowest_layer(stream), url, connect_timeout_);
  const auto error = waitFor(context, [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
  if (error) {
    const long verified = SSL_get_verify_result(stream.native_handle());
    if (verified == X509_V_OK) fail("the TLS handshake fails", error, connect_timeout_);
    throw HttpFailure{std::string{"its certificate is refused: "} + X509_verify_cert_error_string(verified) +
                      " (ssl_ca_location names the authorities that are trusted)"};
  }
  return exchange(context, stream, request, read_timeout_);
}

}  // namespace widgetstream::detail
