#include "tests/support/http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace widgetstream {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

HttpAnswer httpGet(std::uint16_t port, const std::string& target, std::chrono::milliseconds timeout) {
  asio::io_context context;
  beast::tcp_stream stream{context};
  http::request<http::empty_body> request{http::verb::get, target, 11};
  request.set(http::field::host, "127.0.0.1:" + std::to_string(port));
  request.set(http::field::connection, "close");
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(std::uint64_t{64} << 20);
  HttpAnswer answer;

  stream.expires_after(timeout);
  stream.async_connect({asio::ip::make_address("127.0.0.1"), port}, [&](beast::error_code failed) {
    if (failed) return;
    http::async_write(stream, request, [&](beast::error_code write_failed, std::size_t) {
      if (write_failed) return;
      http::async_read(stream, buffer, parser, [&](beast::error_code read_failed, std::size_t) {
        if (!read_failed) answer = {static_cast<int>(parser.get().result_int()), parser.get().body()};
      });
    });
  });
  context.run();
  return answer;
}

}  // namespace widgetstream
