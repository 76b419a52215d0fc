#pragma once

#include <filesystem>
#include <string>

namespace widgetstream {

/// An authority of a test's own, and certificates by it, as PEM files in one directory.
class Certificates {
 public:
  explicit Certificates(std::filesystem::path directory);

  [[nodiscard]] std::filesystem::path authority() const { return directory_ / "authority.pem"; }

  struct Pair {
    std::filesystem::path certificate;
    std::filesystem::path key;
  };
  /// A certificate and its key, for this machine unless other hosts are given.
  [[nodiscard]] Pair issue(const std::string& name, const std::string& hosts = "IP:127.0.0.1,DNS:localhost") const;

 private:
  std::filesystem::path directory_;
};

}  // namespace widgetstream
