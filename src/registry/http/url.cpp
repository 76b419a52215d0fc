#include "registry/http/url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

[[noreturn]] void fail(const std::string& problem) {
  throw Error(ErrorKind::invalid_config, "schema.registry.url: " + problem +
                                             "; expected http://HOST:PORT or https://HOST:PORT, several separated by "
                                             "commas");
}

bool isUnreserved(char character) noexcept {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '-' || character == '.' || character == '_' ||
         character == '~';
}

std::optional<std::string> percentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned byte = 0;
    const char* first = text.data() + i + 1;
    if (text.size() - i < 3 || std::from_chars(first, first + 2, byte, 16).ptr != first + 2) return std::nullopt;
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

void checkPort(const std::string& port) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || end != port.data() + port.size() || number == 0) fail("'" + port + "' is no port");
}

/// Takes the scheme off `text`; true for https.
bool takeScheme(std::string_view& text) {
  std::string beginning{text.substr(0, 8)};
  for (char& character : beginning) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  const bool tls = beginning == "https://";
  if (!tls && !beginning.starts_with("http://")) fail("it begins neither with http:// nor with https://");
  text.remove_prefix(tls ? 8 : 7);
  return tls;
}

/// Reads HOST, HOST:PORT or [ADDRESS]:PORT.
void readAuthority(std::string_view text, RegistryUrl& into) {
  std::string_view after;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == text.npos) fail("the address that begins with [ does not end");
    into.host = text.substr(1, close - 1);
    after = text.substr(close + 1);
    if (!after.empty() && !after.starts_with(':')) fail("something other than a port follows the address");
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    into.host = text.substr(0, colon);
    after = text.substr(colon);
  }
  if (into.host.empty()) fail("it names no host");
  const bool right =
      std::all_of(into.host.begin(), into.host.end(), [](char c) { return isUnreserved(c) || c == ':' || c == '%'; });
  if (!right) fail("its host has characters that no name has");
  if (after.size() > 1) into.port = after.substr(1);
  checkPort(into.port);
}

}  // namespace

std::string RegistryUrl::authority() const {
  return (host.find(':') == host.npos ? host : "[" + host + "]") + ":" + port;
}

std::string RegistryUrl::shown() const {
  return (tls ? "https://" : "http://") + authority() + path;
}

RegistryUrl parseRegistryUrl(std::string_view text) {
  const auto blank = [](char character) { return character == ' ' || character == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  if (text.empty()) fail("it is empty");
  RegistryUrl url;
  url.tls = takeScheme(text);
  url.port = url.tls ? "443" : "80";
  if (text.find_first_of("?#") != text.npos) fail("it has a query or a fragment");
  if (const auto slash = text.find('/'); slash != text.npos) {
    url.path = text.substr(slash);
    text = text.substr(0, slash);
  }
  while (url.path.ends_with('/')) url.path.pop_back();
  if (const auto at = text.rfind('@'); at != text.npos) {
    const auto user_info = percentDecoded(text.substr(0, at));
    if (!user_info) fail("its user or password has a percent sign without two digits");
    url.user_info = *user_info;
    text.remove_prefix(at + 1);
  }
  readAuthority(text, url);
  return url;
}

std::string percentEncoded(std::string_view text) {
  std::string encoded;
  for (const char character : text) {
    if (isUnreserved(character)) {
      encoded += character;
    } else {
      const auto byte = static_cast<unsigned char>(character);
      encoded += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    }
  }
  return encoded;
}

}  // namespace widgetstream::detail
