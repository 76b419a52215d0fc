#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/kafka/clients.hpp"

namespace widgetstream::rdkafka {

/// True if the value of this property must not be shown to anybody: passwords, keys, tokens.
[[nodiscard]] bool isSecret(std::string_view property);

/// Takes the secrets of some properties out of a text that is to be shown.
///
/// Threads  any; it does not change.
class Redactor {
 public:
  Redactor() = default;
  explicit Redactor(const ClientProperties& properties);

  [[nodiscard]] std::string operator()(std::string_view text) const;

 private:
  std::vector<std::string> secrets_;  // longest first
};

}  // namespace widgetstream::rdkafka
