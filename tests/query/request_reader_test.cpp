// HTTP as clients may send it: whole, in pieces, too much of it, and with intent.
#include "query/http/request_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace widgetstream::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using namespace std::string_literals;
using State = RequestReader::State;

const QueryServerOptions defaults;

/// Hands `bytes` to the reader in pieces of `step` and gathers the messages, until all is read or refused.
std::vector<Message> feed(RequestReader& reader, std::string_view bytes, std::size_t step = 1'000'000) {
  std::vector<Message> messages;
  while (!bytes.empty() && reader.state() != State::refused) {
    const auto space = reader.space();
    const std::size_t count = std::min({bytes.size(), space.size(), step});
    std::copy_n(bytes.begin(), count, space.begin());
    bytes.remove_prefix(count);
    (void)reader.received(count);
    while (reader.state() == State::complete) messages.push_back(reader.take());
  }
  return messages;
}

int refusalOf(std::string_view bytes, const QueryServerOptions& options = defaults) {
  RequestReader reader{options};
  (void)feed(reader, bytes);
  return reader.state() == State::refused ? reader.refusal().status : 0;
}

TEST(RequestReader, ReadsARequest) {
  RequestReader reader{defaults};
  const auto messages = feed(reader, "GET /orders/Fred?limit=1 HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].method, "GET");
  EXPECT_EQ(messages[0].target, "/orders/Fred?limit=1");
  EXPECT_THAT(messages[0].headers, ElementsAre(Pair("Host", "x"), Pair("Accept", "*/*")));
  EXPECT_THAT(messages[0].body, IsEmpty());
  EXPECT_TRUE(messages[0].keep_alive);
  EXPECT_EQ(reader.state(), State::idle);
}

const std::string three_requests =
    "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
    "POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n"
    "POST /3 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    "PUT /4 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345"
    "HEAD /5 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST(RequestReader, ReadsTheSameHoweverTheBytesAreCut) {
  for (std::size_t step = 1; step < 80; ++step) {
    RequestReader reader{defaults};
    const auto messages = feed(reader, three_requests, step);
    ASSERT_EQ(messages.size(), 5U) << step;
    EXPECT_EQ(messages[0].target, "/1");
    EXPECT_EQ(messages[1].body, "abcde");
    EXPECT_THAT(messages[1].headers, ElementsAre(Pair("Host", "x"), Pair("Transfer-Encoding", "chunked")));
    EXPECT_EQ(messages[2].body, "");
    EXPECT_EQ(messages[3].body, "12345");
    EXPECT_EQ(messages[4].method, "HEAD");
    EXPECT_FALSE(messages[4].keep_alive);
  }
}

TEST(RequestReader, Http10EndsTheConnection) {
  RequestReader reader{defaults};
  const auto messages = feed(reader, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_FALSE(messages[0].keep_alive);
}

TEST(RequestReader, SaysOnceThatTheClientWaitsBeforeItsBody) {
  RequestReader reader{defaults};
  (void)feed(reader, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(reader.state(), State::body);
  EXPECT_TRUE(reader.takeContinue());
  EXPECT_FALSE(reader.takeContinue());
  EXPECT_EQ(feed(reader, "ab").size(), 1U);
}

// ---- what leaves a doubt where a request ends ----

class Smuggled : public ::testing::TestWithParam<std::string> {};

TEST_P(Smuggled, IsRefusedAndNothingBehindItIsRead) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    RequestReader reader{defaults};
    const auto messages = feed(reader, GetParam() + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", step);
    EXPECT_THAT(messages, IsEmpty());
    ASSERT_EQ(reader.state(), State::refused);
    EXPECT_EQ(reader.refusal().status, 400) << reader.refusal().body;
  }
}

std::string post(const std::string& headers, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

INSTANTIATE_TEST_SUITE_P(
    Lengths, Smuggled,
    ::testing::Values(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                      post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
                      post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"),
                      post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
                      post("Content-Length: 5, 5\r\n", "hello"), post("Content-Length: 5,6\r\n", "hello"),
                      post("Content-Length: +5\r\n", "hello"), post("Content-Length: -5\r\n", "hello"),
                      post("Content-Length: 0x5\r\n", "hello"), post("Content-Length: 5 5\r\n", "hello"),
                      post("Content-Length: 5.0\r\n", "hello"), post("Content-Length: five\r\n", "hello"),
                      post("Content-Length:\r\n", "hello"), post("Content-Length: 18446744073709551621\r\n", "hello"),
                      post("Content-Length : 5\r\n", "hello"),
                      post("content-length: 5\r\nCONTENT-LENGTH: 0\r\n", "hello")));

INSTANTIATE_TEST_SUITE_P(
    Encodings, Smuggled,
    ::testing::Values(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
                      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"),
                      post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
                      post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
                      post("Transfer-Encoding: identity\r\n"), post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
                      post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), post("Transfer-Encoding:\r\n"),
                      post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
                      post("Transfer-Encoding: \x0B"
                           "chunked\r\n",
                           "0\r\n\r\n"),
                      post("Transfer-Encoding\r\n : chunked\r\n", "0\r\n\r\n"),
                      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));

INSTANTIATE_TEST_SUITE_P(Chunks, Smuggled,
                         ::testing::Values(post("Transfer-Encoding: chunked\r\n", "3\r\nabcX\r\n0\r\n\r\n"),
                                           post("Transfer-Encoding: chunked\r\n", "g\r\nabc\r\n0\r\n\r\n"),
                                           post("Transfer-Encoding: chunked\r\n", "-1\r\nabc\r\n0\r\n\r\n"),
                                           post("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"),
                                           post("Transfer-Encoding: chunked\r\n",
                                                "10000000000000003\r\nabc\r\n0\r\n\r\n"),
                                           post("Transfer-Encoding: chunked\r\n", "3 \r\r\nabc\r\n0\r\n\r\n"),
                                           post("Transfer-Encoding: chunked\r\n", "\r\nabc\r\n0\r\n\r\n")));

INSTANTIATE_TEST_SUITE_P(
    Lines, Smuggled,
    ::testing::Values("GET / HTTP/1.1\nHost: x\n\n", "GET / HTTP/1.1\r\nHost: x\n\r\n",
                      "GET / HTTP/1.1\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\n",
                      "GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n", "GET / HTTP/1.1\r\r\nHost: x\r\n\r\n",
                      "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n\tb\r\n\r\n", "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\n \r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nnocolon\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\xC3\xBC: y\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nX: a\x01\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX: a\x7F\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"s));

INSTANTIATE_TEST_SUITE_P(RequestLine, Smuggled,
                         ::testing::Values("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
                                           " GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\r\nHost: x\r\n\r\n",
                                           "GET\r\n\r\n", "/\r\n\r\n", "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
                                           "GET / HTTP/1.2\r\nHost: x\r\n\r\n", "GET / HTTP/1.1x\r\nHost: x\r\n\r\n",
                                           "GET / http/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/01.1\r\nHost: x\r\n\r\n",
                                           "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
                                           "G\tET / HTTP/1.1\r\nHost: x\r\n\r\n", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n",
                                           "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n"));

INSTANTIATE_TEST_SUITE_P(
    Meaning, Smuggled,
    ::testing::Values("GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
                      "GET / HTTP/1.1\r\nHost: x\r\nConnection: close, ;\r\n\r\n"));

// ---- limits ----

std::string get(const std::string& target, const std::string& headers = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

TEST(RequestReaderLimits, TheRequestLineIsTakenUpToItsLimit) {
  const std::size_t rest = std::string_view{"GET  HTTP/1.1"}.size();
  EXPECT_EQ(refusalOf(get("/" + std::string(defaults.max_request_line_bytes - rest - 1, 'a'))), 0);
  EXPECT_EQ(refusalOf(get("/" + std::string(defaults.max_request_line_bytes - rest, 'a'))), 414);
  EXPECT_EQ(refusalOf("GET /" + std::string(100'000, 'a')), 414);
  EXPECT_EQ(refusalOf(std::string(100'000, 'a')), 414);
}

TEST(RequestReaderLimits, TheHeadersAreTakenUpToTheirLimit) {
  const std::size_t rest = std::string_view{"Host: x\r\nX: \r\n"}.size();
  EXPECT_EQ(refusalOf(get("/", "X: " + std::string(defaults.max_header_bytes - rest, 'a') + "\r\n")), 0);
  EXPECT_EQ(refusalOf(get("/", "X: " + std::string(defaults.max_header_bytes - rest + 1, 'a') + "\r\n")), 431);
  EXPECT_EQ(refusalOf("GET / HTTP/1.1\r\n" + std::string(100'000, 'a')), 431);
}

TEST(RequestReaderLimits, HeadersAreCounted) {
  const auto withFields = [](std::size_t count) {
    std::string headers;
    while (count-- > 1) headers += "X: y\r\n";  // the first is Host
    return get("/", headers);
  };
  EXPECT_EQ(refusalOf(withFields(64)), 0);
  EXPECT_EQ(refusalOf(withFields(65)), 431);
  EXPECT_EQ(refusalOf(withFields(10'000)), 431);
}

TEST(RequestReaderLimits, ABodyIsRefusedByItsLengthBeforeItIsRead) {
  EXPECT_EQ(refusalOf(post("Content-Length: 65536\r\n", std::string(65'536, 'a'))), 0);
  EXPECT_EQ(refusalOf(post("Content-Length: 65537\r\n")), 413);
  EXPECT_EQ(refusalOf(post("Content-Length: 1000000000\r\n")), 413);
}

TEST(RequestReaderLimits, ABodyInChunksIsRefusedAsSoonAsItIsTooLong) {
  EXPECT_EQ(refusalOf(post("Transfer-Encoding: chunked\r\n", "3b9aca00\r\n")), 413);
  std::string chunks;
  for (int at = 0; at < 17; ++at) chunks += "1000\r\n" + std::string(4096, 'a') + "\r\n";
  EXPECT_EQ(refusalOf(post("Transfer-Encoding: chunked\r\n", chunks)), 413);
}

TEST(RequestReaderLimits, ChunkHeadersAreNoWayAroundThem) {
  std::string tiny_chunks;
  for (int at = 0; at < 10'000; ++at) tiny_chunks += "1;" + std::string(100, 'x') + "\r\na\r\n";
  EXPECT_EQ(refusalOf(post("Transfer-Encoding: chunked\r\n", tiny_chunks)), 413);
  EXPECT_EQ(refusalOf(post("Transfer-Encoding: chunked\r\n", "1;" + std::string(1'000'000, 'x'))), 413);
  EXPECT_EQ(refusalOf(post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(1'000'000, 'x'))), 413);
}

TEST(RequestReaderLimits, OtherExpectationsAreNotMet) {
  EXPECT_EQ(refusalOf(get("/", "Expect: a-miracle\r\n")), 417);
}

TEST(RequestReader, AnyBytesLeadToRequestsOrARefusalWithinTheLimits) {
  std::mt19937 random{20260131};
  const std::string alphabet = "\r\n\r\n \t:;0a%/\0\xFF,"s;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = three_requests;
    for (std::size_t changes = random() % 6; changes > 0; --changes) {
      const std::size_t at = random() % bytes.size();
      const char other = alphabet[random() % alphabet.size()];
      switch (random() % 3) {
        case 0:
          bytes[at] = other;
          break;
        case 1:
          bytes.insert(at, 1, other);
          break;
        default:
          bytes.erase(at, random() % 8);
      }
    }
    RequestReader in_pieces{defaults};
    RequestReader at_once{defaults};
    const auto pieces = feed(in_pieces, bytes, 1 + random() % 9);
    const auto whole = feed(at_once, bytes);
    // Where the bytes are cut must change nothing: neither what was read nor whether the rest was refused.
    ASSERT_EQ(pieces.size(), whole.size()) << bytes;
    EXPECT_EQ(in_pieces.state(), at_once.state()) << bytes;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      EXPECT_EQ(pieces[at].target, whole[at].target);
      EXPECT_EQ(pieces[at].body, whole[at].body);
    }
  }
}

}  // namespace
}  // namespace widgetstream::detail
