#include "query/http/head_check.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "query/http/text.hpp"

namespace widgetstream::detail {
namespace {

std::vector<std::string_view> valuesOf(const Message& message, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : message.headers) {
    if (equalsIgnoringCase(key, name)) values.push_back(value);
  }
  return values;
}

bool isNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A host name or address with an optional port; empty is allowed by the RFC. Nothing that could be read as a list,
/// a path or user information.
bool isHost(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || std::string_view{"-._~%!$&'()*+;=:[]"}.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<Response> checkHead(const Message& message, int version) {
  const auto refuse = [](std::string_view reason) { return Response::error(400, "bad_request", reason); };
  const auto hosts = valuesOf(message, "Host");
  if (hosts.size() > 1 || (hosts.empty() && version == 11)) return refuse("the request needs exactly one Host header");
  if (!hosts.empty() && !isHost(hosts.front())) return refuse("the Host header is no host");

  const auto lengths = valuesOf(message, "Content-Length");
  const auto encodings = valuesOf(message, "Transfer-Encoding");
  if (lengths.size() > 1) return refuse("the request has two Content-Length headers");
  if (!lengths.empty() && !isNumber(lengths.front())) return refuse("the Content-Length is no number");
  if (!lengths.empty() && !encodings.empty()) return refuse("the request has a length and a transfer encoding");
  if (encodings.size() > 1) return refuse("the request has two Transfer-Encoding headers");
  if (!encodings.empty() && version == 10) return refuse("HTTP/1.0 has no transfer encoding");
  if (!encodings.empty() && !equalsIgnoringCase(encodings.front(), "chunked")) {
    return refuse("the only transfer encoding taken is chunked");
  }

  if (!valuesOf(message, "Upgrade").empty()) return refuse("this server speaks HTTP/1.1 only and does not upgrade");
  const auto expectations = valuesOf(message, "Expect");
  const bool only_continue = std::all_of(expectations.begin(), expectations.end(), [](std::string_view value) {
    return equalsIgnoringCase(value, "100-continue");
  });
  if (!only_continue) return Response::error(417, "expectation_failed", "the only expectation met is 100-continue");
  return std::nullopt;
}

bool expectsContinue(const Message& message) {
  return !valuesOf(message, "Expect").empty();
}

Response bodyTooLarge(const QueryServerOptions& options) {
  return Response::error(413, "body_too_large",
                         "the body is longer than " + std::to_string(options.max_body_bytes) + " bytes");
}

}  // namespace widgetstream::detail
