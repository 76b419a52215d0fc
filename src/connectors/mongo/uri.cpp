#include "connectors/mongo/uri.hpp"

#include <mongoc/mongoc.h>

#include <algorithm>

#include "connectors/mongo/driver.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

// The driver would wait 10 s for a connection and five minutes for an answer. close() should not have to leave a thread
// behind for that long. What the URI says itself is kept.
constexpr std::int32_t default_connect_timeout_ms = 5'000;
constexpr std::int32_t default_socket_timeout_ms = 30'000;

[[noreturn]] void refuse(const std::string& problem) {
  throw Error{ErrorKind::invalid_config,
              "mongo.uri: " + problem + "; expected mongodb://[user:password@]host[:port][,...]/[database][?options]"};
}

struct Parts {
  std::string_view user_info;  ///< empty when there is none
  std::string_view password;
};

Parts split(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) refuse("it has no scheme");
  std::string_view rest = text.substr(scheme + 3);
  const std::string_view before_options = rest.substr(0, rest.find('?'));
  const std::string_view authority = before_options.substr(0, before_options.find('/'));
  // A password with a bare @ or / would put its end where the driver looks for host or database, and into messages.
  if (std::ranges::count(before_options, '@') > std::ranges::count(authority, '@') ||
      std::ranges::count(authority, '@') > 1) {
    refuse("user and password must be percent-encoded (@ is %40, / is %2F, : is %3A, ? is %3F, % is %25)");
  }
  const std::size_t at = authority.find('@');
  if (at == std::string_view::npos) {
    const bool has_path = before_options.size() > authority.size();
    if (!has_path && rest.find('@') != std::string_view::npos) {
      refuse("there is an @ after a ?; a ? in a password must be percent-encoded as %3F");
    }
    return {};
  }
  Parts parts;
  parts.user_info = authority.substr(0, at);
  const std::size_t colon = parts.user_info.find(':');
  if (colon != std::string_view::npos) parts.password = parts.user_info.substr(colon + 1);
  return parts;
}

int hexDigit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char lower = static_cast<char>(digit | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hexDigit(text[i + 2]);
    if (low < 0) {
      decoded += text[i];
    } else {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

// Options that are secrets themselves.
bool isSecretOption(std::string_view name) {
  std::string lower{name};
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return lower.find("password") != std::string::npos || lower == "authmechanismproperties";
}

std::vector<std::string> secretsOf(std::string_view text, const Parts& parts) {
  std::vector<std::string> secrets;
  const auto add = [&](std::string_view secret) {
    if (secret.empty()) return;
    secrets.emplace_back(secret);
    secrets.push_back(percentDecoded(secret));
  };
  add(parts.password);
  std::size_t start = text.find('?');
  while (start != std::string_view::npos) {
    const std::size_t end = text.find_first_of("&;", start + 1);
    const std::string_view option = text.substr(start + 1, end == std::string_view::npos ? end : end - start - 1);
    const std::size_t equals = option.find('=');
    if (equals != std::string_view::npos && isSecretOption(option.substr(0, equals))) add(option.substr(equals + 1));
    start = end;
  }
  std::ranges::sort(secrets, [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  return secrets;
}

void setIfSilent(mongoc_uri_t* uri, const char* option, std::int32_t value) {
  if (!mongoc_uri_has_option(uri, option)) mongoc_uri_set_option_as_int32(uri, option, value);
}

}  // namespace

MongoUri::MongoUri(const std::string& text) {
  if (text.empty()) refuse("it is empty");
  if (text.find('\0') != std::string::npos) refuse("it contains NUL");
  secrets_ = secretsOf(text, split(text));

  initMongoDriver();
  // The driver tells bad options by its log only; here they are part of the error.
  std::string warnings;
  bson_error_t error{};
  {
    const MongoDriverLog scope{
        [&](LogLevel, std::string_view message) { (warnings += warnings.empty() ? "" : "; ") += message; }};
    uri_.reset(mongoc_uri_new_with_error(text.c_str(), &error), [](mongoc_uri_t* uri) { mongoc_uri_destroy(uri); });
  }
  if (!uri_) refuse(redact(error.message) + (warnings.empty() ? "" : " (" + redact(warnings) + ")"));
  if (!warnings.empty()) refuse(redact(warnings));

  const mongoc_write_concern_t* concern = mongoc_uri_get_write_concern(uri_.get());
  if (concern && !mongoc_write_concern_is_acknowledged(concern)) {
    refuse("w=0 asks for no acknowledgement, so documents could be lost unseen");
  }
  setIfSilent(uri_.get(), MONGOC_URI_CONNECTTIMEOUTMS, default_connect_timeout_ms);
  setIfSilent(uri_.get(), MONGOC_URI_SOCKETTIMEOUTMS, default_socket_timeout_ms);
  if (!mongoc_uri_get_appname(uri_.get())) mongoc_uri_set_appname(uri_.get(), "widgetstream");
}

std::string MongoUri::database() const {
  const char* name = mongoc_uri_get_database(uri_.get());
  return name ? name : "";
}

std::string MongoUri::hosts() const {
  if (const char* service = mongoc_uri_get_srv_hostname(uri_.get())) return service;
  std::string hosts;
  for (const mongoc_host_list_t* host = mongoc_uri_get_hosts(uri_.get()); host; host = host->next) {
    if (!hosts.empty()) hosts += ',';
    hosts += host->host_and_port;
  }
  return hosts;
}

std::string MongoUri::redact(std::string_view text) const {
  // One pass, so that what was put in is not looked at again: a password may well be an asterisk.
  std::string redacted;
  while (!text.empty()) {
    const auto secret = std::ranges::find_if(secrets_, [&](const std::string& it) { return text.starts_with(it); });
    redacted += secret == secrets_.end() ? text.substr(0, 1) : "***";
    text.remove_prefix(secret == secrets_.end() ? 1 : secret->size());
  }
  return redacted;
}

}  // namespace widgetstream
