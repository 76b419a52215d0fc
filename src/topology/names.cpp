#include <algorithm>

#include "widgetstream/core/error.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {
namespace {

constexpr std::size_t longest_name = 249;  // Kafka's limit for topic names, which internal names become

bool allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

void checkName(std::string_view name, std::string_view what) {
  const auto refuse = [&](const std::string& why) {
    throw Error{ErrorKind::invalid_topology,
                std::string{what} + " '" + std::string{name} + "' " + why + "; use letters, digits, '.', '_' and '-'"};
  };
  if (name.empty()) refuse("is empty");
  if (name == "." || name == "..") refuse("must not be '.' or '..'");
  if (name.size() > longest_name) {
    refuse("has " + std::to_string(name.size()) + " characters, the most is " + std::to_string(longest_name));
  }
  if (!std::all_of(name.begin(), name.end(), allowed)) refuse("has a character that topics may not have");
}

}  // namespace widgetstream
