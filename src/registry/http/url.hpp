#pragma once

#include <string>
#include <string_view>

namespace widgetstream::detail {

/// Where a registry is: http or https, HOST, PORT and a path before those of its API.
struct RegistryUrl {
  bool tls = false;
  std::string host;       ///< without the brackets of an IPv6 address
  std::string port;       ///< a number; 80 or 443 when the URL has none
  std::string path;       ///< begins with a slash and ends without one, or is empty
  std::string user_info;  ///< USER:PASSWORD, decoded; a secret

  /// "https://registry:8081/path", without the user.
  [[nodiscard]] std::string shown() const;
  /// HOST:PORT as a request names it.
  [[nodiscard]] std::string authority() const;
};

/// Errors  Error{invalid_config}; it shows nothing that may be a secret
[[nodiscard]] RegistryUrl parseRegistryUrl(std::string_view text);

/// `text` as one segment of a path: all but letters, digits and -._~ as percent signs and digits.
[[nodiscard]] std::string percentEncoded(std::string_view text);

}  // namespace widgetstream::detail
