#include "query/http/request_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <limits>
#include <utility>

#include "query/http/head_check.hpp"

namespace widgetstream::detail {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t first_buffer_bytes = std::size_t{2} << 10;
constexpr std::size_t kept_buffer_bytes = std::size_t{16} << 10;

Response malformed(const error_code& failure) {
  return Response::error(400, "bad_request", "the request is malformed: " + failure.message());
}

std::string toString(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

/// Beast's parser, filling a Message. Beast's own message type would allocate a node for every header.
class RequestReader::Parser final : public http::basic_parser<true> {
 public:
  Parser() {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // the scanner has counted already
  }

  Message message;
  int version = 0;

 private:
  void on_request_impl(http::verb, boost::beast::string_view method, boost::beast::string_view target, int http_version,
                       error_code&) override {
    message.method = toString(method);
    message.target = toString(target);
    version = http_version;
  }
  void on_field_impl(http::field, boost::beast::string_view name, boost::beast::string_view value,
                     error_code&) override {
    // A trailer comes after every check was made, so it is not taken in.
    if (is_header_done()) return;
    message.headers.emplace_back(toString(name), toString(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(boost::beast::string_view body, error_code&) override {
    message.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view body, error_code&) override {
    message.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, boost::beast::string_view, int, error_code&) override {}
};

RequestReader::RequestReader(const QueryServerOptions& options) : options_(&options), scanner_(options) {}

RequestReader::~RequestReader() = default;

std::span<char> RequestReader::space() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (buffer_.size() > kept_buffer_bytes) std::string{}.swap(buffer_);
  }
  if (end_ == buffer_.size() && begin_ > 0) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.end(), buffer_.begin());
    end_ -= std::exchange(begin_, 0);
  }
  // Grows by doubling, and only for a head or a chunk header that is longer: both are refused beyond their limits.
  if (end_ == buffer_.size()) buffer_.resize(std::max(first_buffer_bytes, buffer_.size() * 2));
  return std::span{buffer_}.subspan(end_);
}

RequestReader::State RequestReader::received(std::size_t bytes) {
  end_ += bytes;
  if (state_ == State::body) body_bytes_ += bytes;
  advance();
  return state_;
}

Message RequestReader::take() {
  Message message = std::move(parser_->message);
  parser_.reset();
  body_bytes_ = 0;
  wants_continue_ = false;
  scanner_.reset();
  state_ = State::idle;
  advance();
  return message;
}

void RequestReader::advance() {
  if (state_ == State::idle && begin_ != end_) state_ = State::head;
  if (state_ == State::head) readHead();
  if (state_ == State::body) readBody();
}

void RequestReader::readHead() {
  const auto head_bytes = scanner_.scan(std::string_view{buffer_}.substr(begin_, end_ - begin_));
  if (scanner_.refusal()) return refuse(*scanner_.refusal());
  if (!head_bytes) return;

  parser_ = std::make_unique<Parser>();
  parser_->body_limit(options_->max_body_bytes);
  error_code failure;
  const std::size_t used = parser_->put(boost::asio::const_buffer{buffer_.data() + begin_, *head_bytes}, failure);
  if (failure == http::error::body_limit) return refuse(bodyTooLarge(*options_));
  if (failure) return refuse(malformed(failure));
  begin_ += used;

  if (auto refusal = checkHead(parser_->message, parser_->version)) return refuse(*std::move(refusal));
  parser_->message.keep_alive = parser_->keep_alive() && parser_->version == 11;
  if (parser_->is_done()) {
    state_ = State::complete;
    return;
  }
  parser_->eager(true);
  body_bytes_ = end_ - begin_;
  wants_continue_ = begin_ == end_ && expectsContinue(parser_->message);
  state_ = State::body;
}

void RequestReader::readBody() {
  // The shortest end of a chunked body is "0\r\n\r\n". Beast asserts that it is given that much once it has seen the
  // last chunk begin, so fewer bytes wait for the next ones, which must come in any case.
  constexpr std::size_t last_chunk_bytes = 5;
  if (parser_->chunked() && end_ - begin_ < last_chunk_bytes) return;
  if (begin_ == end_) return;

  error_code failure;
  begin_ += parser_->put(boost::asio::const_buffer{buffer_.data() + begin_, end_ - begin_}, failure);
  if (failure == http::error::body_limit) return refuse(bodyTooLarge(*options_));
  if (failure && failure != http::error::need_more) return refuse(malformed(failure));
  if (parser_->is_done()) {
    state_ = State::complete;
    return;
  }
  // Chunk headers count for little in the body's size, and could be sent for ever.
  const std::size_t most_bytes_sent = 2 * options_->max_body_bytes + options_->max_header_bytes;
  const bool endless_chunk_header = end_ - begin_ > options_->max_header_bytes;
  if (body_bytes_ > most_bytes_sent || endless_chunk_header) refuse(bodyTooLarge(*options_));
}

void RequestReader::refuse(Response response) {
  refusal_ = std::move(response);
  state_ = State::refused;
}

}  // namespace widgetstream::detail
