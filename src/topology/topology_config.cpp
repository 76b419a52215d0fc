#include "widgetstream/topology/topology_config.hpp"

#include <array>
#include <utility>
#include <vector>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using Flag = bool TopologyOptimization::*;

constexpr std::array<std::pair<std::string_view, Flag>, 3> flags{{
    {"reuse.ktable.source.topics", &TopologyOptimization::reuse_ktable_source_topics},
    {"merge.repartition.topics", &TopologyOptimization::merge_repartition_topics},
    {"single.store.self.join", &TopologyOptimization::single_store_self_join},
}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> parts(std::string_view text) {
  std::vector<std::string_view> all;
  while (true) {
    const std::size_t comma = text.find(',');
    all.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return all;
    text.remove_prefix(comma + 1);
  }
}

[[noreturn]] void refuse(std::string_view whole, const std::string& why) {
  throw Error{ErrorKind::invalid_config, "topology.optimization '" + std::string{whole} + "' " + why +
                                             "; expected is none, all, or a list of reuse.ktable.source.topics, "
                                             "merge.repartition.topics and single.store.self.join"};
}

}  // namespace

TopologyOptimization TopologyOptimization::parse(std::string_view text) {
  const std::vector<std::string_view> words = parts(text);
  TopologyOptimization made;
  for (const std::string_view word : words) {
    if (word == "none" || word == "all") {
      if (words.size() > 1) refuse(text, "has '" + std::string{word} + "' beside others");
      return word == "all" ? all() : none();
    }
    bool known = false;
    for (const auto& [name, flag] : flags) {
      if (word != name) continue;
      made.*flag = true;
      known = true;
    }
    if (!known) refuse(text, "has '" + std::string{word} + "', which is none");
  }
  return made;
}

std::string TopologyOptimization::text() const {
  if (*this == all()) return "all";
  std::string list;
  for (const auto& [name, flag] : flags) {
    if (this->*flag) list += (list.empty() ? "" : ",") + std::string{name};
  }
  return list.empty() ? "none" : list;
}

}  // namespace widgetstream
