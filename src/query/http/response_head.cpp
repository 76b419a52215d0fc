#include "query/http/response_head.hpp"

#include <algorithm>
#include <array>
#include <ostream>

// Boost 1.81's status.hpp prints a status and forgets to include <ostream>, so that comes first.
#include <boost/beast/http/status.hpp>

#include "query/http/text.hpp"

namespace widgetstream::detail {
namespace {

bool isTokenCharacter(char c) noexcept {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool isToken(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

/// No control character: a line break in a value would begin a header, or a response, of the client's making.
bool isHeaderValue(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

constexpr std::array<std::string_view, 6> own_headers{"Content-Length",    "Content-Type", "Connection",
                                                      "Transfer-Encoding", "Date",         "X-Content-Type-Options"};

/// `Sat, 31 Jan 2026 12:00:00 GMT` (RFC 9110, 5.6.7), made once a second.
std::string_view httpDate(std::time_t now) {
  thread_local std::time_t second = -1;
  thread_local std::array<char, 32> text{};
  thread_local std::size_t length = 0;
  if (now != second) {
    static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&now, &utc);
    // Not %a and %b: those speak the program's locale.
    std::array<char, 40> format{};
    const std::string pattern = std::string{days[static_cast<std::size_t>(utc.tm_wday)]} + ", %d " +
                                months[static_cast<std::size_t>(utc.tm_mon)] + " %Y %H:%M:%S GMT";
    std::copy(pattern.begin(), pattern.end(), format.begin());
    length = std::strftime(text.data(), text.size(), format.data(), &utc);
    second = now;
  }
  return {text.data(), length};
}

void appendField(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::optional<std::string> flawOf(const Response& response) {
  if (response.status < 200 || response.status > 599) {
    return "the handler's response has the status " + std::to_string(response.status) + ", which is not in 200 to 599";
  }
  if (!isHeaderValue(response.content_type)) return "the handler's content type has a control character";
  for (const auto& [name, value] : response.headers) {
    if (!isToken(name)) return "the handler's response has a header whose name is no token";
    if (!isHeaderValue(value)) return "the handler's header " + name + " has a control character";
    const auto same = [&name = name](std::string_view own) { return equalsIgnoringCase(own, name); };
    if (std::any_of(own_headers.begin(), own_headers.end(), same)) {
      return "the handler sets the header " + name + ", which is the server's to set";
    }
  }
  return std::nullopt;
}

void appendHead(std::string& out, const Response& response, bool keep_alive, std::time_t now) {
  const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(response.status));
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason.data(), reason.size()).append("\r\n");
  appendField(out, "Date", httpDate(now));
  if (!hasNoBody(response.status)) {
    appendField(out, "Content-Type", response.content_type);
    appendField(out, "Content-Length", std::to_string(response.body.size()));
  }
  bool has_cache_control = false;
  for (const auto& [name, value] : response.headers) {
    appendField(out, name, value);
    has_cache_control = has_cache_control || equalsIgnoringCase(name, "Cache-Control");
  }
  if (!has_cache_control) appendField(out, "Cache-Control", "no-store");
  appendField(out, "X-Content-Type-Options", "nosniff");
  if (!keep_alive) appendField(out, "Connection", "close");
  out.append("\r\n");
}

}  // namespace widgetstream::detail
