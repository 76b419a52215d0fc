#include "tests/compat/topologies.hpp"

#include <map>
#include <optional>
#include <stdexcept>

namespace widgetstream::compat {
namespace {

using Text = std::string;

KStream<Text, Text> input(StreamsBuilder& builder, const Text& application) {
  return builder.stream<Text, Text>(application + "-in");
}

void count(StreamsBuilder& builder, const Text& application) {
  input(builder, application)
      .groupBy([](Nullable<Text> word) { return word ? std::optional<Text>{*word} : std::nullopt; })
      .count(Materialized::as("counts"))
      .toStream()
      .to(application + "-out");
}

}  // namespace

void define(const Text& name, StreamsBuilder& builder, const Text& application) {
  using Definition = void (*)(StreamsBuilder&, const Text&);
  static const std::map<Text, Definition> known{
      {"count", count},
  };
  const auto found = known.find(name);
  if (found == known.end()) throw std::invalid_argument{"no topology is called " + name};
  found->second(builder, application);
}

}  // namespace widgetstream::compat
