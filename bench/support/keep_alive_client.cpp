#include "bench/support/keep_alive_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

struct KeepAliveClient::Connection {
  explicit Connection(std::uint16_t port) {
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
    socket.set_option(asio::ip::tcp::no_delay{true});
  }

  asio::io_context context;
  asio::ip::tcp::socket socket{context};
  beast::flat_buffer buffer;
};

KeepAliveClient::KeepAliveClient(std::uint16_t port) : port_(port) {}
KeepAliveClient::~KeepAliveClient() = default;

widgetstream::HttpAnswer KeepAliveClient::get(const std::string& target) {
  http::request<http::empty_body> request{http::verb::get, target, 11};
  request.set(http::field::host, "127.0.0.1:" + std::to_string(port_));
  try {
    if (!connection_) connection_ = std::make_unique<Connection>(port_);
    http::write(connection_->socket, request);
    http::response<http::string_body> response;
    http::read(connection_->socket, connection_->buffer, response);
    if (!response.keep_alive()) connection_.reset();
    return {static_cast<int>(response.result_int()), std::move(response.body())};
  } catch (const boost::system::system_error&) {
    connection_.reset();
    return {};
  }
}
